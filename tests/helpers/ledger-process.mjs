/**
 * A process that writes to a database as fast as it can, so that what holds between two commits can be told in any copy:
 * the balances of `account` have the sum 0, `moved.count` is the number of commits, and `grown` comes and goes in bulk, so
 * that the file grows and shrinks. Started with the file; ends when told to (a line on standard input).
 */
import Database from 'better-sqlite3';

const ACCOUNTS = 500;
const db = new Database(process.argv[2], { timeout: 10_000 });
// Often, so that the WAL begins anew all the time.
db.pragma('wal_autocheckpoint = 50');
db.pragma('synchronous = OFF');
db.exec(`CREATE TABLE IF NOT EXISTS account (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL, note BLOB);
  CREATE TABLE IF NOT EXISTS moved (count INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS grown (id INTEGER PRIMARY KEY, filler BLOB NOT NULL);
  DELETE FROM moved; INSERT INTO moved VALUES (0);`);
const open = db.prepare('INSERT OR IGNORE INTO account VALUES (?, 0, randomblob(900))');
db.transaction(() => {
  for (let id = 0; id < ACCOUNTS; id++) open.run(id);
})();
const add = db.prepare('UPDATE account SET balance = balance + ? WHERE id = ?');
const count = db.prepare('UPDATE moved SET count = count + 1');
const grow = db.prepare('INSERT INTO grown (filler) VALUES (randomblob(3000))');
const shrink = db.prepare('DELETE FROM grown WHERE id % 3 <> ?');
let commits = 0;
const move = db.transaction(() => {
  commits++;
  const amount = commits % 997;
  add.run(-amount, (commits * 7919) % ACCOUNTS);
  add.run(amount, (commits * 104_729) % ACCOUNTS);
  count.run();
  if (commits % 5 === 0) grow.run();
  if (commits % 300 === 0) shrink.run((commits / 300) % 3);
});

let stopped = false;
process.stdin.once('data', () => {
  stopped = true;
});
process.stdout.write('{"ready":true}\n');
(function turn() {
  if (stopped) {
    db.close();
    process.exit(0);
  }
  for (let times = 0; times < 20; times++) move();
  setImmediate(turn);
})();
