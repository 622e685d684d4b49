/** What can happen to a database while it is captured: the log goes on, or its end is told with the reason. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { App } from '../helpers/app';
import { CapturePlace, type CaptureRun } from '../helpers/capture';
import { readCommits, readLog, Replayed } from '../helpers/captured';
import { ask, change, fileHash, makeDatabase } from '../helpers/databases';
import { builtPrograms } from '../helpers/programs';
import { useBigEndianChecksums } from '../helpers/wal';

const programs = builtPrograms();
let place: CapturePlace;
let app: App | null = null;

beforeEach(() => {
  place = new CapturePlace(programs);
});
afterEach(async () => {
  await app?.kill();
  app = null;
  place.end();
});

const COMMIT = 'UPDATE counter SET total = total + 1';

/** Runs statements in another process, which opens the database and closes it again. */
const elsewhere = (sql: string): void => {
  const program =
    'import sqlite3,sys; c=sqlite3.connect(sys.argv[1],timeout=20,isolation_level=None)\nfor s in sys.argv[2].split(";"): c.execute(s).fetchall()';
  execFileSync('python3', ['-c', program, place.live, sql]);
};

async function begin(changes = {}): Promise<{ capture: CaptureRun; generationId: string }> {
  const capture = place.capture(changes);
  const { generationId } = await capture.next('started');
  return { capture, generationId };
}

/** The image after the last transaction of a generation, in a file. */
function replayed(generationId: string, transaction: number): string {
  const image = join(place.folder, 'replayed.db');
  new Replayed(join(place.folder, 'base.db'), readLog(place.logs, generationId)).writeAfter(transaction, image);
  return image;
}

describe('the log goes on', () => {
  it('when the last application closes the database, and when one empties the WAL and another writes', async () => {
    place.make();
    const { capture, generationId } = await begin();
    for (let round = 1; round <= 6; round++) {
      elsewhere(COMMIT);
      expect((await capture.mark()).transaction).toBe(round);
      // The next process that writes gives the WAL salts of its own. Whoever empties it waits for the pin, but not for long.
      app ??= await App.holding(place.live, { timeoutMs: 15_000 });
      // Its first column: 1 when it was kept waiting until its patience was over.
      expect(await app.get('PRAGMA wal_checkpoint(TRUNCATE)')).toBe(0);
      expect(statSync(`${place.live}-wal`).size).toBe(0);
    }
    await capture.stop();
    expect(capture.all('ended')).toEqual([]);
    expect(readCommits(replayed(generationId, 6)).total).toBe(6);
  });

  it('over VACUUM, which shrinks the database, in memory far below its size', async () => {
    place.make();
    elsewhere(
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000) INSERT INTO done SELECT i, 'v', i, zeroblob(12000) FROM n",
    );
    copyFileSync(place.live, join(place.folder, 'base.db'));
    const { capture, generationId } = await begin({ sealBytes: 1 << 30, walLimitBytes: 1 << 30 });
    const peak = () =>
      Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${String(capture.child.pid)}/status`, 'utf8'))?.[1]) * 1024;
    await capture.mark();
    const before = peak();
    elsewhere(`${COMMIT}; UPDATE done SET filler = NULL WHERE total % 4 = 0; VACUUM`);
    const { transaction } = await capture.mark();
    expect(transaction).toBe(3);
    const { transactions, pageSize } = readLog(place.logs, generationId);
    const vacuum = transactions[2]!;
    expect(vacuum.pages.length * pageSize).toBeGreaterThan(48 << 20);
    expect(vacuum.pageCountAfter).toBeLessThan(transactions[1]!.pageCountAfter);
    expect(peak() - before).toBeLessThan(24 << 20);
    await capture.kill();
    expect(readCommits(replayed(generationId, 3))).toMatchObject({ total: 1, check: 'ok' });
  });

  it('with the WAL of a machine of the other byte order', async () => {
    place.make();
    app = await App.holding(place.live);
    await app.exec(COMMIT);
    const copy = join(place.folder, 'other.db');
    copyFileSync(place.live, copy);
    copyFileSync(`${place.live}-wal`, `${copy}-wal`);
    useBigEndianChecksums(`${copy}-wal`);
    const capture = place.capture({ database: { id: 'other', name: 'other', path: copy } });
    const { generationId } = await capture.next('started');
    change(copy, 'UPDATE counter SET total = total + 10');
    change(copy, 'UPDATE counter SET total = total + 100');
    expect((await capture.mark()).transaction).toBe(2);
    expect(readFileSync(`${copy}-wal`).readUInt32BE(0)).toBe(0x377f0683);
    await capture.stop();
    const base = join(place.folder, 'base.db');
    change(base, COMMIT);
    const image = join(place.folder, 'replayed.db');
    new Replayed(base, readLog(place.logs, generationId)).writeAfter(2, image);
    expect(ask(image, 'SELECT total FROM counter')).toBe(111);
  });
});

describe('the log ends, and says why', () => {
  it('when another file is put in the place of the database', async () => {
    place.make();
    const { capture, generationId } = await begin();
    change(place.live, COMMIT);
    await capture.mark();
    const other = makeDatabase(join(place.folder, 'other.db'));
    renameSync(other, place.live);
    expect(await capture.next('ended')).toMatchObject({ generationId, because: 'database-replaced' });
    expect(await capture.next('failed')).toMatchObject({ error: { code: 'CONTINUOUS_FAILED' } });
    await capture.gone();
    // The WAL of the file before would be written into this one.
    const before = fileHash(place.live);
    const refused = place.capture();
    expect(await refused.next('failed')).toMatchObject({ error: { code: 'CONTINUOUS_FAILED' } });
    await refused.gone();
    expect(fileHash(place.live)).toBe(before);
    for (const end of ['-wal', '-shm']) rmSync(place.live + end);
    const { capture: next, generationId: newer } = await begin();
    expect(newer).not.toBe(generationId);
    expect((await next.next('sealed')).segment.lastTransaction).toBe(1);
    await next.stop();
  });

  it('when a reader keeps the WAL from being made smaller: the pin is given up, and capturing begins anew afterwards', async () => {
    place.make();
    app = await App.holding(place.live);
    await app.exec('BEGIN');
    await app.get('SELECT total FROM counter');
    const limits = { walLimitBytes: 400_000, checkpointBytes: 100_000 };
    const { capture, generationId } = await begin(limits);
    const writer = await place.writer('python', 'p', 0);
    expect(await capture.next('ended')).toMatchObject({ generationId, because: 'wal-too-large' });
    await capture.next('failed');
    await capture.gone();
    const refused = place.capture(limits);
    expect(await refused.next('failed')).toMatchObject({ error: { code: 'CONTINUOUS_FAILED' } });
    expect(refused.all('started')).toEqual([]);
    await writer.stop();
    await app.exec('COMMIT');
    const { capture: next, generationId: newer } = await begin(limits);
    expect(newer).not.toBe(generationId);
    await next.stop();
  });

  it('when the disk is full: whole transactions stay, and the next start seals them', async () => {
    place.make();
    const capture = place.capture({}, ['prlimit', '--fsize=1000000']);
    const { generationId } = await capture.next('started');
    const writer = await place.writer('node', 'n', 300);
    expect(await capture.next('ended')).toMatchObject({ generationId, because: 'disk-full' });
    expect(await capture.next('failed')).toMatchObject({ error: { code: 'DISK_FULL' } });
    await capture.gone();
    await writer.stop();
    const next = place.capture();
    expect(await next.next('ended')).toMatchObject({ generationId, because: 'disk-full' });
    const { segment } = await next.next('sealed');
    await next.stop();
    expect(segment.lastTransaction).toBeGreaterThan(10);
    expect(readCommits(replayed(generationId, segment.lastTransaction))).toMatchObject({
      total: segment.lastTransaction,
      check: 'ok',
    });
  });

  it('when the database is not in WAL mode', async () => {
    place.make();
    const { capture, generationId } = await begin();
    change(place.live, COMMIT);
    await capture.mark();
    await capture.kill();
    change(place.live, 'PRAGMA journal_mode = DELETE');
    const next = place.capture();
    expect(await next.next('ended')).toMatchObject({ generationId, because: 'not-wal' });
    expect(await next.next('failed')).toMatchObject({
      error: { code: 'CONTINUOUS_NOT_WAL', params: { name: 'live' } },
    });
    await next.gone();
  });
});
