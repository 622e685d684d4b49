/**
 * A process that uses a database while it is restored over again and again. Started with the file and a part:
 *   reader  reads everything in one transaction, over and over; a state is whole when all rows of `item` have one label and
 *           there are as many as `expected` says
 *   writer  inserts 1, 2, 3 … into `written`, one commit each, and tries again what a restore or a lock refused
 * Ends when told to (a line on standard input) and prints what it saw as a JSON line.
 */
import Database from 'better-sqlite3';

const [file, part] = process.argv.slice(2);
const seen = { states: {}, torn: [], errors: {}, last: 0 };
let stopped = false;
process.stdin.once('data', () => {
  stopped = true;
});

const note = (error) => {
  const code = String(error.code ?? error);
  seen.errors[code] = (seen.errors[code] ?? 0) + 1;
};

function open() {
  const db = new Database(file, { timeout: 5000 });
  db.pragma('synchronous = OFF');
  return db;
}

function read(db) {
  db.exec('BEGIN');
  try {
    const labels = db.prepare('SELECT DISTINCT label FROM item').pluck().all();
    const count = db.prepare('SELECT count(*) FROM item').pluck().get();
    const expected = db.prepare('SELECT items, label FROM expected').get();
    const whole = labels.length === 1 && labels[0] === expected.label && count === expected.items;
    if (whole) seen.states[labels[0]] = (seen.states[labels[0]] ?? 0) + 1;
    else seen.torn.push(JSON.stringify({ labels, count, expected }));
  } finally {
    db.exec('COMMIT');
  }
}

function write(db) {
  db.prepare('INSERT INTO written VALUES (?)').run(seen.last + 1);
  seen.last++;
}

let db = open();
process.stdout.write('ready\n');
(function turn() {
  if (stopped) {
    db.close();
    process.stdout.write(`${JSON.stringify(seen)}\n`, () => process.exit(0));
    return;
  }
  try {
    if (part === 'reader') read(db);
    else write(db);
  } catch (error) {
    note(error);
    // An application that met an error may open the database anew, in the midst of a restore, too.
    if (db.inTransaction) db.exec('ROLLBACK');
    db.close();
    db = open();
  }
  setTimeout(turn, part === 'reader' ? 1 : 3);
})();
