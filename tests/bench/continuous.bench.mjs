/**
 * Two processes commit to one database, as fast as they can or so often a second each: without anything beside them, with Holdfast's capture, and with
 * Litestream. Commits a second, how long a commit took, how large the WAL became. Then what was captured is brought back:
 * Holdfast's log at 200 random transactions and at the last, Litestream's replica at its end; each is compared with what
 * the writers wrote down.
 *
 *   npm run bench -- continuous [--minutes 5] [--moments 200] [--per-second 500]
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, closeSync, writeSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Database from 'better-sqlite3';
import { holdfast, litestream, nothing } from './lib/continuous-subjects.mjs';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    moments: { type: 'string', default: '200' },
    'per-second': { type: 'string', default: '0' },
  },
  allowPositionals: true,
});
const seconds = Number(values.minutes) * 60;
const WRITERS = ['one', 'two'];
const folder = mkdtempSync(join(tmpdir(), 'holdfast-continuous-'));

function buildDatabase(file) {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.exec(`CREATE TABLE counter (total INTEGER NOT NULL); INSERT INTO counter VALUES (0);
    CREATE TABLE done (total INTEGER PRIMARY KEY, writer TEXT NOT NULL, seq INTEGER NOT NULL, note TEXT NOT NULL);
    CREATE TABLE item (id INTEGER PRIMARY KEY, views INTEGER NOT NULL, title TEXT NOT NULL);
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
      INSERT INTO item SELECT i, 0, hex(randomblob(100)) FROM n;`);
  db.close();
}

/** Largest size of the WAL while `work` runs. */
async function watchWal(database, work) {
  let largest = 0;
  const timer = setInterval(() => {
    largest = Math.max(largest, statSync(`${database}-wal`, { throwIfNoEntry: false })?.size ?? 0);
  }, 20);
  const value = await work();
  clearInterval(timer);
  return { value, largest };
}

function write(database, name, totals) {
  const program = join(import.meta.dirname, 'lib/continuous-writer.mjs');
  const child = spawn(process.execPath, [program, database, name, String(seconds), totals, values['per-second']], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (piece) => {
    text += piece;
  });
  return new Promise((resolve, reject) => {
    child.once('close', (code) => (code === 0 ? resolve(JSON.parse(text)) : reject(new Error(`${name}: ${code}`))));
  });
}

/** Who committed each total, as the writers wrote it down: `writer seq`. */
function writtenDown(files) {
  const written = new Map();
  for (const [index, file] of files.entries()) {
    const bytes = readFileSync(file);
    const totals = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    for (const [seq, total] of totals.entries()) written.set(total, `${WRITERS[index]} ${seq}`);
  }
  return written;
}

/** How many of the first `transactions` commits are not in an image as the writers wrote them down. */
function missingIn(image, transactions, written) {
  // The image of a database in WAL mode would want a WAL beside it.
  const fd = openSync(image, 'r+');
  writeSync(fd, Buffer.from([1, 1]), 0, 2, 18);
  closeSync(fd);
  const db = new Database(image, { readonly: true });
  try {
    const rows = db.prepare("SELECT total, writer || ' ' || seq AS who FROM done").raw().all();
    const right = rows.filter(([total, who]) => total <= transactions && written.get(total) === who).length;
    const beyond = rows.length - right;
    const whole = db.pragma('quick_check', { simple: true }) === 'ok';
    return whole && db.prepare('SELECT total FROM counter').pluck().get() === transactions
      ? transactions - right + beyond
      : Math.max(1, transactions - right);
  } finally {
    db.close();
  }
}

async function run(makeSubject, key) {
  const database = join(folder, `${key}.db`);
  buildDatabase(database);
  const subject = makeSubject(database);
  if (!subject) return null;
  await subject.start();
  const files = WRITERS.map((name) => join(folder, `${key}-${name}.totals`));
  const { value: writers, largest } = await watchWal(database, () =>
    Promise.all(WRITERS.map((name, index) => write(database, name, files[index]))),
  );
  const captured = await subject.stop();
  const commits = writers.reduce((sum, writer) => sum + writer.commits, 0);
  return {
    subject,
    captured,
    files,
    commits,
    perSecond: commits / Math.max(...writers.map((writer) => writer.passedSeconds)),
    failed: writers.reduce((sum, writer) => sum + writer.failed, 0),
    p50Ms: Math.max(...writers.map((writer) => writer.p50Ms)),
    p99Ms: Math.max(...writers.map((writer) => writer.p99Ms)),
    maxMs: Math.max(...writers.map((writer) => writer.maxMs)),
    walBytes: largest,
  };
}

const mb = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;

function print({ subject, captured, ...figures }, base) {
  console.log(
    `${subject.name.padEnd(20)} ${figures.perSecond.toFixed(0).padStart(6)} commits/s`,
    `  p50 ${figures.p50Ms.toFixed(2)} ms  p99 ${figures.p99Ms.toFixed(2)} ms  longest ${figures.maxMs.toFixed(0)} ms`,
    `  SQLITE_BUSY ${figures.failed}  WAL at most ${mb(figures.walBytes)}`,
    captured.cpuSeconds === undefined
      ? ''
      : `  processor ${captured.cpuSeconds.toFixed(1)} s, stored ${mb(captured.storedBytes)}`,
  );
  if (base)
    console.log(`ratio ${subject.name} to without, commits/s: ${(figures.perSecond / base.perSecond).toFixed(3)}`);
}

try {
  const without = await run(() => nothing(), 'without');
  print(without);
  rmSync(join(folder, 'without.db'));

  const own = await run((database) => holdfast(database, join(folder, 'holdfast')), 'holdfast');
  print(own, without);
  const written = writtenDown(own.files);
  console.log(
    `holdfast: ${own.captured.transaction} transactions in the log of ${own.commits}, ${own.captured.gaps} gaps`,
  );
  const moments = new Set([own.captured.transaction]);
  while (moments.size < Math.min(own.commits, Number(values.moments) + 1)) {
    moments.add(1 + Math.floor(Math.random() * own.captured.transaction));
  }
  let [wrong, lost] = [0, 0];
  await own.subject.rebuild(
    [...moments].sort((a, b) => a - b),
    (image, transaction) => {
      const missing = missingIn(image, transaction, written);
      if (missing > 0) wrong++;
      if (transaction === own.captured.transaction) lost = missing;
    },
  );
  lost += own.commits - own.captured.transaction;
  console.log(
    `holdfast: rebuilt at ${moments.size} transactions, ${wrong} not as written down; ${lost} transactions lost`,
  );
  if (wrong > 0 || lost > 0 || own.captured.gaps > 0) process.exitCode = 1;

  const other = await run(
    (database) => litestream(database, join(folder, 'litestream'), join(folder, 'litestream-program')),
    'litestream',
  );
  if (other) {
    print(other, without);
    const restored = join(folder, 'litestream-restored.db');
    other.subject.restore(restored);
    const missing = missingIn(restored, other.commits, writtenDown(other.files));
    console.log(`litestream: restored at its end, ${missing} transactions lost`);
    console.log(`ratio holdfast to litestream, commits/s: ${(own.perSecond / other.perSecond).toFixed(3)}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
