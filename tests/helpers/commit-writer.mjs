/**
 * A process that commits to a database and writes down each commit: a line `total seq` in a file of its own, after SQLite
 * said that it is committed. `total` counts the commits of all writers, in the order in which they were committed.
 * Started with: database, name of the writer, file for its lines, commits a second (0: as fast as it can), page cache or
 * other pragmas. Ends when told to (a line on standard input).
 */
import { appendFileSync } from 'node:fs';
import Database from 'better-sqlite3';

const [file, name, lines, rate, ...pragmas] = process.argv.slice(2);
const db = new Database(file, { timeout: 20_000 });
for (const pragma of pragmas) db.pragma(pragma);
const count = db.prepare('UPDATE counter SET total = total + 1 RETURNING total').pluck();
const insert = db.prepare('INSERT INTO done (total, writer, seq, filler) VALUES (?, ?, ?, randomblob(?))');
const scatter = db.prepare('UPDATE spread SET filler = randomblob(100) WHERE id = abs(random()) % 400 + 1');
const shrink = db.prepare('UPDATE done SET filler = NULL WHERE total % 40 = ?');
let seq = 0;
let total = 0;
const commit = db.transaction(() => {
  total = count.get();
  insert.run(total, name, seq, 50 + ((seq * 37) % 700));
  scatter.run();
  if (seq % 100 === 99) shrink.run(seq % 40);
});

let stopped = false;
process.stdin.once('data', () => {
  stopped = true;
});
process.stdout.write('ready\n');
const startedAt = performance.now();
function turn() {
  if (stopped) {
    db.close();
    process.exit(0);
  }
  const due = Number(rate) > 0 ? ((performance.now() - startedAt) * Number(rate)) / 1000 : seq + 10;
  while (seq < due) {
    seq++;
    commit.immediate();
    appendFileSync(lines, `${total} ${seq}\n`);
  }
  setTimeout(turn, Number(rate) > 0 ? 2 : 0);
}
turn();
