/** A snapshot taken by a job process: with its threads, within its memory, and behind everyone else. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeBackup } from '../helpers/backups';
import { makeDatabase } from '../helpers/databases';
import { Place } from '../helpers/engine';
import { builtPrograms } from '../helpers/programs';

const programs = builtPrograms();
let place: Place;

beforeEach(async () => {
  place = await Place.make(programs);
});
afterEach(() => place.end());

/** Highest memory that a process had at any time. */
const peakBytes = (pid: number): number =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;

/** Takes a backup and looks at its process whenever it tells how far it is. */
async function watched(live: string, look: (pid: number) => void): Promise<void> {
  let pid = 0;
  const { result } = await takeBackup(
    place,
    live,
    {},
    { onStart: (started) => (pid = started), onProgress: () => look(pid) },
  );
  expect(result.proved).toBe(true);
}

describe('a backup job', () => {
  it('needs no more memory for a larger database', async () => {
    const small = makeDatabase(place.file('small.db'));
    const large = makeDatabase(place.file('large.db'), { journalMode: 'delete' });
    const database = new Database(large);
    database.pragma('synchronous = OFF');
    database.exec('CREATE TABLE blank (content BLOB)');
    const insert = database.prepare('INSERT INTO blank VALUES (zeroblob(?))');
    for (let count = 0; count < 10; count++) insert.run(25 << 20);
    database.close();

    const peaks = { small: 0, large: 0 };
    const look = (which: keyof typeof peaks) => (pid: number) => (peaks[which] = peakBytes(pid));
    await watched(small, look('small'));
    await watched(large, look('large'));
    // A database of 250 MiB; threads, their chunks, the members in hand and SQLite's cache for the checks are all of it.
    expect((peaks.large - peaks.small) / 1e6).toBeLessThan(200);
  });

  it('gives way to others, on processors and on disks', async () => {
    const live = makeDatabase(place.file('app.db'), { rows: 9000, fillerBytes: 2000 });
    const seen = new Set<string>();
    await watched(live, (pid) => {
      const nice = /^\d+ \(.*\) (?:\S+ ){16}(\S+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
      const disk = spawnSync('ionice', ['-p', String(pid)], { encoding: 'utf8' }).stdout?.trim();
      seen.add(`${String(nice)} ${disk ?? 'without ionice'}`);
    });
    expect([...seen].at(-1)).toMatch(/^19 (best-effort: prio 7|without ionice)$/);
  });
});
