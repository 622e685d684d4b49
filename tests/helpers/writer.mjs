/**
 * A process that writes to a SQLite database as an application would, and measures it. Started by tests with the file,
 * commits a second (0: as fast as it can) and busy timeout in milliseconds. Prints a JSON line when it is ready and one
 * when it is told to end (a line on standard input): commits, errors, latencies in milliseconds.
 */
import Database from 'better-sqlite3';

const [file, rate, busyMs] = [process.argv[2], Number(process.argv[3] ?? 200), Number(process.argv[4] ?? 5000)];
const db = new Database(file, { timeout: busyMs });
db.exec('CREATE TABLE IF NOT EXISTS written (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, filler BLOB NOT NULL)');
const insert = db.prepare('INSERT INTO written (at, filler) VALUES (?, randomblob(200))');
const latenciesMs = [];
const errors = [];
let stopped = false;

function commit() {
  const start = performance.now();
  try {
    insert.run(Date.now());
    latenciesMs.push(performance.now() - start);
  } catch (error) {
    errors.push(String(error.code ?? error));
  }
}

process.stdin.once('data', () => {
  stopped = true;
});
process.stdout.write('{"ready":true}\n');

const startedAt = performance.now();
let due = 0;
function turn() {
  if (stopped) return finish();
  const wanted = rate > 0 ? ((performance.now() - startedAt) * rate) / 1000 : due + 50;
  // A commit that waited does not make up for the ones it kept from being made: latency is what is measured.
  if (wanted - due > rate) due = wanted - 1;
  while (due < wanted) {
    commit();
    due++;
  }
  setTimeout(turn, rate > 0 ? 1 : 0);
}

function finish() {
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const last = db.prepare('SELECT max(id) FROM written').pluck().get();
  db.close();
  const result = { commits: sorted.length, errors, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1), last };
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
}
turn();
