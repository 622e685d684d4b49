/**
 * A process that commits to a database for a time, as an application would, and measures each commit. Started with: database,
 * name, seconds, file for the totals of its commits (uint32 each, in order), commits a second (0: as fast as it can). Prints
 * one JSON line.
 */
import { writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';

const [file, name, seconds, totalsFile, perSecond] = process.argv.slice(2);
const db = new Database(file, { timeout: 30_000 });
db.pragma('synchronous = NORMAL');
const count = db.prepare('UPDATE counter SET total = total + 1 RETURNING total').pluck();
const insert = db.prepare('INSERT INTO done (total, writer, seq, note) VALUES (?, ?, ?, ?)');
const update = db.prepare('UPDATE item SET views = views + 1 WHERE id = ?');
const note = 'x'.repeat(120);
const totals = [];
const latenciesMs = [];
let failed = 0;
const commit = db.transaction((seq) => {
  const total = count.get();
  insert.run(total, name, seq, note);
  update.run(1 + ((seq * 7919) % 20_000));
  return total;
});

const startedAt = performance.now();
const untilMs = startedAt + Number(seconds) * 1000;
const sleeping = new Int32Array(new SharedArrayBuffer(4));
/** Until the commit of this number is due. */
function waitFor(seq) {
  const dueMs = startedAt + (seq * 1000) / Number(perSecond) - performance.now();
  if (dueMs > 0) Atomics.wait(sleeping, 0, 0, dueMs);
}
for (let seq = 0; performance.now() < untilMs; seq++) {
  if (Number(perSecond) > 0) waitFor(seq);
  const begun = performance.now();
  try {
    totals.push(commit.immediate(seq));
    latenciesMs.push(performance.now() - begun);
  } catch (error) {
    if (!String(error.code).startsWith('SQLITE_BUSY')) throw error;
    failed++;
    seq--;
  }
}
const passedSeconds = (performance.now() - startedAt) / 1000;
db.close();
writeFileSync(totalsFile, new Uint32Array(totals));
const sorted = Float64Array.from(latenciesMs).sort();
const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
const figures = { commits: totals.length, failed, passedSeconds, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
process.stdout.write(`${JSON.stringify(figures)}\n`);
