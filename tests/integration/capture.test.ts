/** The capture process beside real writers: what they wrote down is in the log, every transaction, in order. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CapturePlace, type CommitWriter } from '../helpers/capture';
import { readCommits, readLog, Replayed } from '../helpers/captured';
import { builtPrograms } from '../helpers/programs';

const programs = builtPrograms();
let place: CapturePlace;

beforeEach(() => {
  place = new CapturePlace(programs);
});
afterEach(() => place.end());

/** Every commit that a writer wrote down is in the image, where it stood: nothing missing, nothing twice. */
function expectAll(image: string, writers: readonly CommitWriter[]): void {
  const { total, rows, check } = readCommits(image);
  expect(check).toBe('ok');
  expect(rows.map((row) => row.total)).toEqual(Array.from({ length: total }, (_, index) => index + 1));
  const byTotal = new Map(rows.map((row) => [row.total, `${row.writer} ${row.seq}`]));
  for (const writer of writers) {
    const written = writer.committed();
    expect(written.filter(({ total, seq }) => byTotal.get(total) !== `${writer.name} ${seq}`)).toEqual([]);
  }
}

describe('beside two writers in other processes, in Node and in Python', () => {
  it.each([
    [512, 400, 0],
    [4096, 400, 0],
    [65_536, 60, 60],
  ])('pages of %d bytes: every transaction is in the log, in order', async (pageSize, commits, perSecond) => {
    place.make([`page_size = ${pageSize}`, 'auto_vacuum = FULL']);
    const capture = place.capture({ checkpointBytes: Math.max(pageSize * 40, 100_000), sealBytes: 2 << 20 });
    const { generationId, pageSizeBytes } = await capture.next('started');
    expect(pageSizeBytes).toBe(pageSize);
    const writers = [await place.writer('node', 'n', perSecond), await place.writer('python', 'p', perSecond)];
    await Promise.all(writers.map((writer) => writer.reach(commits)));
    await Promise.all(writers.map((writer) => writer.stop()));
    const written = writers.reduce((sum, writer) => sum + writer.committed().length, 0);
    const { transaction } = await capture.mark();
    expect(transaction).toBe(written);
    await capture.stop();
    expect(capture.all('ended')).toEqual([]);

    const log = readLog(place.logs, generationId);
    expect(log.transactions.length).toBe(written);
    expect(log.segments.every(({ sealed }) => sealed)).toBe(true);
    expect(capture.all('sealed').map(({ segment }) => segment.number)).toEqual(
      log.segments.map(({ number }) => number),
    );
    const replayed = new Replayed(join(place.folder, 'base.db'), log);
    const image = join(place.folder, 'replayed.db');
    const moments = [1, 2, ...Array.from({ length: 6 }, () => 1 + Math.floor(Math.random() * (written - 1)))];
    for (const moment of moments.toSorted((a, b) => a - b)) {
      replayed.writeAfter(moment, image);
      const { total, check } = readCommits(image);
      expect([total, check]).toEqual([moment, 'ok']);
    }
    replayed.writeAfter(written, image);
    expectAll(image, writers);
  });
});
