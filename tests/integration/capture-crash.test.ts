/** The capture process is killed, and begun again: it goes on without a gap, or says that there is one. */
import { appendFileSync, copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import zlib from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CapturePlace, type CaptureRun, type CommitWriter } from '../helpers/capture';
import { readCommits, readLog, Replayed } from '../helpers/captured';
import { builtPrograms } from '../helpers/programs';

const programs = builtPrograms();

/** How often the capture is killed at random; more of them by hand. */
const KILLS = Number(process.env['HOLDFAST_CAPTURE_KILLS'] ?? 3);

/** The WAL stays as it is, and the segment open. */
const KEEPING = { checkpointBytes: 32 << 20, sealBytes: 32 << 20 };

let place: CapturePlace;

beforeEach(() => {
  place = new CapturePlace(programs);
});
afterEach(() => place.end());

const openLog = (): string => join(place.logs, readdirSync(place.logs).find((name) => name.endsWith('.log')) ?? 'none');
const noteFile = (): string =>
  join(place.logs, readdirSync(place.logs).find((name) => name.endsWith('.position')) ?? 'none');

/** Replays a whole generation on a base: it must give a sound database with exactly these commits. */
function stateAfter(generationId: string, transaction: number, base = join(place.folder, 'base.db'), replayFrom = 0) {
  const image = join(place.folder, 'replayed.db');
  new Replayed(base, readLog(place.logs, generationId), replayFrom).writeAfter(transaction, image);
  return readCommits(image);
}

/** A generation that was begun on a database that nobody had changed since `base.db`, and a writer that goes on. */
async function begun(): Promise<{ first: CaptureRun; generationId: string; writer: CommitWriter }> {
  place.make();
  const first = place.capture(KEEPING);
  const { generationId } = await first.next('started');
  const writer = await place.writer('python', 'p', 100, ['wal_autocheckpoint = 0']);
  await writer.reach(30);
  await first.mark();
  return { first, generationId, writer };
}

describe('killed while an application writes', () => {
  it('goes on with the generation where it was, and finds what was committed meanwhile', async () => {
    const { first, generationId, writer } = await begun();
    await first.kill();
    await writer.reach(60);
    const second = place.capture(KEEPING);
    expect(await second.next('started')).toMatchObject({ generationId, resumed: true });
    await writer.reach(90);
    await writer.stop();
    const { transaction } = await second.mark();
    await second.stop();
    expect(second.all('ended')).toEqual([]);
    expect(transaction).toBe(writer.committed().length);
    expect(stateAfter(generationId, transaction)).toMatchObject({ total: transaction, check: 'ok' });
  });

  it('cuts off what is torn, and compares what is newer than its note with the WAL', async () => {
    const { first, generationId, writer } = await begun();
    const older = readFileSync(noteFile());
    await writer.reach(50);
    const { transaction: noted } = await first.mark();
    await first.kill();
    // As after a loss of power: the note is an older one, the log ends inside of a record.
    writeFileSync(noteFile(), older);
    appendFileSync(openLog(), Buffer.concat([Buffer.from('TXN\n\x02\0\0\0'), Buffer.alloc(8 << 20, 'torn')]));
    const second = place.capture(KEEPING);
    const started = await second.next('started');
    expect(started).toMatchObject({ generationId, resumed: true, transaction: expect.any(Number) as number });
    expect(started.transaction).toBeGreaterThanOrEqual(noted);
    await writer.stop();
    const { transaction } = await second.mark();
    await second.stop();
    expect(transaction).toBe(writer.committed().length);
    expect(stateAfter(generationId, transaction)).toMatchObject({ total: transaction, check: 'ok' });
  });

  it('ends the generation when the log holds what the WAL does not', async () => {
    const { first, generationId, writer } = await begun();
    const older = readFileSync(noteFile());
    await writer.reach(50);
    const { transaction } = await first.mark();
    await first.kill();
    await writer.kill();
    writeFileSync(noteFile(), older);
    // A record that was never in the WAL, chained as a right one: the last one of another log of the same database.
    const log = readFileSync(openLog());
    const at = log.lastIndexOf('TXN\n', log.length, 'latin1');
    log[log.length - 40] = (log[log.length - 40] ?? 0) ^ 1;
    const { createHash } = await import('node:crypto');
    const hash = createHash('sha256')
      .update(log.subarray(at - 32, at))
      .update(log.subarray(at, -32))
      .digest();
    hash.copy(log, log.length - 32);
    writeFileSync(openLog(), log);
    const second = place.capture(KEEPING);
    const ended = await second.next('ended');
    expect(ended).toMatchObject({
      generationId,
      because: 'interrupted',
      detail: expect.stringContaining('other') as string,
    });
    expect((await second.next('started')).generationId).not.toBe(generationId);
    expect((await second.next('sealed')).segment.lastTransaction).toBe(transaction);
    await second.stop();
  });

  it('ends the generation when the WAL was begun anew meanwhile, and keeps its log', async () => {
    const { first, generationId, writer } = await begun();
    const { transaction } = await first.mark();
    await first.kill();
    await writer.stop();
    // It was the last one, so that the WAL is gone.
    expect(existsSync(`${place.live}-wal`)).toBe(false);
    const second = place.capture(KEEPING);
    expect(await second.next('ended')).toMatchObject({ generationId, because: 'interrupted' });
    const started = await second.next('started');
    expect(started).toMatchObject({ resumed: false, transaction: 0 });
    const { segment } = await second.next('sealed');
    expect(segment.lastTransaction).toBeGreaterThanOrEqual(transaction);
    expect(stateAfter(generationId, transaction).total).toBe(transaction);
    await second.stop();
    expect(readdirSync(place.logs).filter((name) => name.includes(generationId))).toHaveLength(1);
  });

  it('after it was stopped in order, goes on while an application holds the WAL', async () => {
    const { first, generationId, writer } = await begun();
    await first.stop();
    expect(first.all('sealed')).toHaveLength(1);
    await writer.reach(60);
    const second = place.capture(KEEPING);
    expect(await second.next('started')).toMatchObject({ generationId, resumed: true });
    await writer.stop();
    const { transaction } = await second.mark();
    await second.stop();
    expect(readLog(place.logs, generationId).segments.map(({ number }) => number)).toEqual([1, 2]);
    expect(stateAfter(generationId, transaction).total).toBe(writer.committed().length);
  });
});

describe('killed while it seals', () => {
  it.each([
    ['before the sealed file has its name', true],
    ['after it has its name', false],
  ])('%s: the next start seals the segment and tells of it', async (_name, isPartial) => {
    const { first, generationId, writer } = await begun();
    await writer.stop();
    await first.stop();
    const sealed = first.all('sealed')[0]!.segment;
    writeFileSync(sealed.file.replace(/\.gz$/, ''), zlib.gunzipSync(readFileSync(sealed.file)));
    const partial = join(place.logs, `.${sealed.file.split('/').at(-1)}.0123abcd.partial`);
    if (isPartial) {
      copyFileSync(sealed.file, partial);
      writeFileSync(sealed.file, '');
    }
    const second = place.capture(KEEPING);
    const again = await second.next('sealed', (news) => news.generationId === generationId);
    expect(again.segment).toEqual(sealed);
    await second.stop();
    expect(existsSync(partial)).toBe(false);
    expect(readdirSync(place.logs).filter((name) => name.includes(generationId))).toEqual([
      sealed.file.split('/').at(-1),
    ]);
  });
});

describe('killed at random', () => {
  const title = `${KILLS} times: no generation has a gap, and nothing that was marked is missing`;
  it(title, { timeout: 30_000 + KILLS * 5_000 }, async () => {
    place.make();
    const bases: { generationId: string; file: string; replayFrom: number; usableFrom: number }[] = [];
    const marked: { generationId: string; transaction: number; total: number }[] = [];
    const writers = [await place.writer('node', 'n', 150)];
    let second = await place.writer('python', 'p0', 150);
    writers.push(second);
    const tiny = { checkpointBytes: 100_000, sealBytes: 150_000, pollMs: 10 };
    for (let kill = 0; kill < KILLS; kill++) {
      const capture = place.capture(tiny);
      await capture.next('started');
      const before = await capture.mark();
      const file = join(place.folder, `base-${kill}.db`);
      place.copyLive(file);
      const after = await capture.mark();
      bases.push({
        generationId: after.generationId,
        file,
        replayFrom: before.transaction,
        usableFrom: after.transaction,
      });
      await pause(Math.random() * 400);
      const total = Math.max(...writers.flatMap((writer) => writer.committed().map((line) => line.total)));
      const last = await capture.mark();
      marked.push({ ...last, total });
      await pause(Math.random() * 60);
      await capture.kill();
      if (kill % 2 === 1) {
        await second.kill();
        second = await place.writer('python', `p${kill}`, 150);
        writers.push(second);
      }
    }
    await Promise.all(writers.map((writer) => writer.stop().catch(() => undefined)));
    const names = new Map(
      writers.flatMap((writer) => writer.committed().map(({ total, seq }) => [total, `${writer.name} ${seq}`])),
    );
    const image = join(place.folder, 'replayed.db');
    for (const [index, base] of bases.entries()) {
      const log = readLog(place.logs, base.generationId);
      const last = log.transactions.length;
      const replayed = new Replayed(base.file, log, base.replayFrom);
      const moments = [base.usableFrom, Math.floor((base.usableFrom + last) / 2), last];
      let ahead: number | null = null;
      for (const moment of moments) {
        replayed.writeAfter(moment, image);
        const { total, rows, check } = readCommits(image);
        ahead ??= total - moment;
        // One transaction is one commit: the distance stays, and each is the one that its writer wrote down.
        expect([check, total - moment, rows.length]).toEqual(['ok', ahead, total]);
        expect(
          rows.filter((row) => names.has(row.total) && names.get(row.total) !== `${row.writer} ${row.seq}`),
        ).toEqual([]);
      }
      const { generationId, transaction, total } = marked[index]!;
      expect(generationId).toBe(base.generationId);
      expect(transaction + (ahead ?? 0)).toBeGreaterThanOrEqual(total);
      expect(last).toBeGreaterThanOrEqual(transaction);
    }
  });
});
