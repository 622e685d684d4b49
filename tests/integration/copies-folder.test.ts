/** Folders as destinations on file systems of their own: full, read-only, unmounted, killed in the midst. */
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import fs, { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DestinationConfig } from '@shared/destinations';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openFolder } from '../../electron/destinations/folder';
import type { JobLauncher } from '../../electron/core/types';
import type { Destination, PutRequest } from '../../electron/destinations/types';
import { FaultShim } from '../helpers/fault-shim';
import { CopyHome, filesBelow, KEEP_ALL, withKey } from '../helpers/copies';
import { codeOf, errorOf, launcher } from '../helpers/engine';
import { builtPrograms } from '../helpers/programs';

const MIB = 1024 * 1024;
const signal = new AbortController().signal;

let folder: string;
let mounted: string[];
const at = (...names: string[]): string => join(folder, ...names);
beforeEach(async () => {
  mounted = [];
  folder = await mkdtemp(join(tmpdir(), 'holdfast-folder-'));
});
afterEach(async () => {
  for (const point of mounted) unmount(point);
  await rm(folder, { recursive: true, force: true });
});

/** A file system of its own; these tests run as root, as the build machines do. */
function mount(point: string, options = 'size=4m'): void {
  mkdirSync(point, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', point]);
  mounted.push(point);
}
function unmount(point: string): void {
  execFileSync('umount', ['-l', point]);
  mounted = mounted.filter((other) => other !== point);
}

const configOf = (path: string): DestinationConfig => ({
  ...{ kind: 'folder', name: 'Disk', enabled: true, offsite: false, encryption: { mode: 'none' }, retention: KEEP_ALL },
  path,
});
const open = (path: string, purpose: 'use' | 'set-up' = 'use', id = 'destination-1'): Promise<Destination> =>
  openFolder({ id, config: configOf(path), secrets: {}, purpose, signal });

function fileOf(bytes: number, name = 'source'): Pick<PutRequest, 'file' | 'sizeBytes' | 'sha256'> {
  const content = randomBytes(bytes);
  writeFileSync(at(name), content);
  return { file: at(name), sizeBytes: bytes, sha256: createHash('sha256').update(content).digest('hex') };
}
const putOf = (file: ReturnType<typeof fileOf>, change: Partial<PutRequest> = {}): PutRequest => ({
  ...{ ...file, name: 'app/one.sqlite.gz', resume: null, signal },
  ...{ onResume: () => undefined, onProgress: () => undefined },
  ...change,
});
async function listed(place: Destination): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of place.list(signal)) names.push(name);
  return names.toSorted();
}

describe('the driver', () => {
  test('stores a file whole, leaves the same one as it is, refuses to replace another one', async () => {
    const place = await open(at('disk'), 'set-up');
    const file = fileOf(3 * MIB);
    expect(await place.put(putOf(file))).toEqual({ sizeBytes: 3 * MIB, comparedBy: 'read-back' });
    const { ino } = statSync(at('disk/app/one.sqlite.gz'));
    await place.put(putOf(file));
    expect(statSync(at('disk/app/one.sqlite.gz')).ino).toBe(ino);
    expect(await codeOf(place.put(putOf(fileOf(3 * MIB, 'other'))))).toBe('COPY_DAMAGED');
    expect(readFileSync(at('disk/app/one.sqlite.gz')).equals(readFileSync(file.file))).toBe(true);
    expect(await listed(place)).toEqual(['app/one.sqlite.gz']);
    await place.remove('app/one.sqlite.gz');
    await place.remove('app/one.sqlite.gz');
    expect([await place.stat('app/one.sqlite.gz'), await listed(place)]).toEqual([null, []]);
    expect(await codeOf(place.read('app/one.sqlite.gz', { fromByte: 0, signal }))).toBe('COPY_MISSING');
    expect(await codeOf(place.remove('../source'))).toBe('INVALID_INPUT');
  });

  test('an interrupted file is no copy; the next attempt goes on, also behind a torn end', async () => {
    const place = await open(at('disk'), 'set-up');
    const file = fileOf(3 * MIB);
    const stop = new AbortController();
    const onProgress = (done: number): void => {
      if (done >= 2 * MIB) stop.abort(new Error('stopped'));
    };
    await expect(place.put(putOf(file, { signal: stop.signal, onProgress }))).rejects.toThrow('stopped');
    expect(await listed(place)).toEqual([]);
    const [partial = ''] = readdirSync(at('disk/app'));
    const sent: number[] = [];
    await place.put(putOf(file, { onProgress: (done) => void sent.push(done) }));
    expect(sent[0]).toBe(3 * MIB);
    rmSync(at('disk/app/one.sqlite.gz'));
    writeFileSync(at('disk/app', partial), Buffer.alloc(MIB + 7));
    await place.put(putOf(file));
    expect(readFileSync(at('disk/app/one.sqlite.gz')).equals(readFileSync(file.file))).toBe(true);
    expect(filesBelow(at('disk'))).toEqual(['app/one.sqlite.gz']);
  });

  test('only old unfinished files of this destination are tidied away', async () => {
    const place = await open(at('disk'), 'set-up');
    mkdirSync(at('disk/app'));
    const old = new Date(Date.now() - 25 * 3_600_000);
    for (const [name, time] of [
      ['.a.destination-1.holdfast-partial', old],
      ['.b.destination-1.holdfast-partial', new Date()],
      ['.c.destination-2.holdfast-partial', old],
      ['d.sqlite.gz', old],
    ] as const) {
      writeFileSync(at('disk/app', name), 'x');
      utimesSync(at('disk/app', name), time, time);
    }
    await place.tidy([]);
    expect(readdirSync(at('disk/app')).toSorted()).toEqual([
      '.b.destination-1.holdfast-partial',
      '.c.destination-2.holdfast-partial',
      'd.sqlite.gz',
    ]);
  });

  test('a file that changes or vanishes while it is sent is not the destination’s fault', async () => {
    const place = await open(at('disk'), 'set-up');
    const file = fileOf(MIB);
    expect(await codeOf(place.put(putOf({ ...file, sizeBytes: 2 * MIB })))).toBe('BACKUP_FILE_DAMAGED');
    rmSync(file.file);
    expect(await codeOf(place.put(putOf(file)))).toBe('FILE_NOT_FOUND');
    expect(await listed(place)).toEqual([]);
  });
});

describe('a disk of its own', () => {
  test('that is full says so, and is not kept full', async () => {
    mount(at('disk'));
    const place = await open(at('disk'), 'set-up');
    expect(await codeOf(place.put(putOf(fileOf(8 * MIB))))).toBe('DESTINATION_FULL');
    expect(await place.freeBytes()).toBeGreaterThan(3 * MIB);
    await place.put(putOf(fileOf(MIB), { name: 'app/small.sqlite.gz' }));
    expect(await listed(place)).toEqual(['app/small.sqlite.gz']);
  });

  test('that is read-only says why', async () => {
    mount(at('disk'));
    const place = await open(at('disk'), 'set-up');
    execFileSync('mount', ['-o', 'remount,ro', at('disk')]);
    const error = await errorOf(place.put(putOf(fileOf(MIB))));
    expect([error.code, error.params.reason]).toEqual(['DESTINATION_UNUSABLE', 'it is read-only']);
  });

  test('that is not mounted is never written to: neither when it is opened nor in the midst of a file', async () => {
    mount(at('disk'));
    const place = await open(at('disk'), 'set-up');
    const file = fileOf(3 * MIB);
    let left = true;
    const onProgress = (done: number): void => {
      if (done < 2 * MIB || !left) return;
      left = false;
      unmount(at('disk'));
    };
    const error = await errorOf(place.put(putOf(file, { onProgress })));
    expect([error.code, error.params.path]).toEqual(['DESTINATION_NOT_MOUNTED', at('disk')]);
    expect(readdirSync(at('disk'))).toEqual([]);
    for (const work of [
      () => open(at('disk')),
      () => place.put(putOf(file)),
      () => place.stat('app/one.sqlite.gz'),
      () => listed(place),
      () => place.remove('app/one.sqlite.gz'),
    ]) {
      expect(await codeOf(work as () => Promise<unknown>)).toBe('DESTINATION_NOT_MOUNTED');
    }
    expect(readdirSync(at('disk'))).toEqual([]);
  });

  test('that goes just before a file is written below its mount point leaves nothing there', async () => {
    mount(at('disk'));
    const place = await open(at('disk'), 'set-up');
    const file = fileOf(2 * MIB);
    // The marker is seen, and the disk goes before the folder is made.
    const mkdir = fs.mkdir.bind(fs);
    fs.mkdir = (async (...args: Parameters<typeof mkdir>) => {
      fs.mkdir = mkdir;
      unmount(at('disk'));
      return mkdir(...args);
    }) as typeof fs.mkdir;
    expect(await codeOf(place.put(putOf(file)))).toBe('DESTINATION_NOT_MOUNTED');
    expect(readdirSync(at('disk'))).toEqual([]);
  });

  test('another disk in its place is not taken for it', async () => {
    const place = await open(at('disk'), 'set-up');
    await place.put(putOf(fileOf(MIB)));
    renameSync(at('disk'), at('first'));
    const other = await open(at('disk'), 'set-up');
    expect(other.marker?.()).not.toBe(place.marker?.());
    expect(await codeOf(place.put(putOf(fileOf(MIB, 'two'))))).toBe('DESTINATION_NOT_MOUNTED');
    expect(filesBelow(at('disk'))).toEqual([]);
  });
});

describe('job processes', () => {
  const programs = builtPrograms();
  let shim: FaultShim;
  beforeAll(() => {
    shim = FaultShim.compile();
  });
  afterAll(() => shim.remove());

  test('killed at any step, the next attempt makes the copy, with the same bytes once they were ready to be sent', async () => {
    const operations = ['rename'] as const;
    let wrap: string[] = [];
    const launch: JobLauncher = () => launcher(programs.job, { wrap })();
    const home = new CopyHome(at('home'), { launch });
    const arm = (number: number): void => {
      const fault = {
        paths: [at('home', 'outgoing'), at('disk')],
        operations,
        at: number,
        action: 'kill',
        span: 1,
      } as const;
      wrap = ['env', ...Object.entries(shim.environment(fault)).map(([name, value]) => `${name}=${value ?? ''}`)];
    };
    const hashOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
    try {
      const id = await home.addFolder('Disk', at('disk'), withKey);
      home.store.destinations.note(id, { lookFirst: false, rereadRoundAt: new Date(home.nowMs).toISOString() });
      const copy = async (day: number): Promise<{ killed: boolean; ready: string | null; entry: string }> => {
        const entry = home.addFull(`2026-11-20T02:00:${String(day).padStart(2, '0')}.000Z`).id;
        await home.copyAll(id);
        const killed = home.store.copies.get(entry, id)?.state === 'failed';
        const ready = join(at('home', 'outgoing'), `${entry}-${id}`);
        return { killed, ready: killed && existsSync(`${ready}.json`) ? hashOf(`${ready}.age`) : null, entry };
      };
      arm(0);
      await copy(0);
      const steps = shim.count(operations);
      expect(steps).toBeGreaterThanOrEqual(5);
      let kept = 0;
      for (let number = 1; number <= steps; number++) {
        arm(number);
        const { killed, ready, entry } = await copy(number);
        expect([shim.operation(number), killed]).toEqual([shim.operation(number), true]);
        wrap = [];
        await home.copyAll(id);
        const made = home.store.copies.get(entry, id);
        expect([shim.operation(number), made?.state]).toEqual([shim.operation(number), 'copied']);
        const there = hashOf(at('disk', made?.remoteName ?? ''));
        expect(there).toBe(made?.sha256);
        if (ready !== null) {
          kept += 1;
          expect(there).toBe(ready);
        }
      }
      expect(kept).toBeGreaterThan(0);
      expect(filesBelow(at('home', 'outgoing'))).toEqual([]);
      expect(home.problems()).toEqual([]);
    } finally {
      await home.end();
    }
    // A dozen processes one after the other.
  }, 120_000);
});
