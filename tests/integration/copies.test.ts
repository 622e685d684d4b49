/** Copies at destinations from end to end: real files, real encryption, a clock that the test moves. */
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import zlib from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openWithKeyFile } from '../helpers/age-program';
import { sha256 } from '../helpers/chains';
import { CopyHome, filesBelow, flipBit, folderInput, type HomeOptions, withKey } from '../helpers/copies';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let folder: string;
let homes: CopyHome[];
const at = (...names: string[]): string => join(folder, ...names);
function makeHome(name = 'home', options: HomeOptions = {}): CopyHome {
  const home = new CopyHome(at(name), options);
  homes.push(home);
  return home;
}
beforeEach(async () => {
  homes = [];
  folder = await mkdtemp(join(tmpdir(), 'holdfast-copies-'));
});
afterEach(async () => {
  await Promise.all(homes.map((home) => home.end()));
  await rm(folder, { recursive: true, force: true });
});

describe('a destination is kept supplied', () => {
  test('a chain is copied base first, and each copy can be opened without Holdfast', async () => {
    const home = makeHome();
    const { entries, made } = home.addChain(2);
    writeFileSync(at('key.txt'), withKey.secrets.identity);
    const id = await home.addFolder('Disk', at('disk'), withKey);
    await home.copyAll(id);
    const names = entries.map(({ file }) => `app/${file.split('/').at(-1) ?? ''}`);
    expect(filesBelow(at('disk'))).toEqual(names.flatMap((name) => [`${name}.age`, `${name}.manifest.age`]).toSorted());
    for (const [index, entry] of entries.entries()) {
      const copy = home.store.copies.get(entry.id, id);
      const bytes = readFileSync(at('disk', copy?.remoteName ?? ''));
      expect(copy).toMatchObject({ state: 'copied', sizeBytes: bytes.length, sha256: sha256(bytes), error: null });
      expect(copy?.verifiedAt).toBe(new Date(home.nowMs).toISOString());
      openWithKeyFile(at('disk', copy?.remoteName ?? ''), at(`opened-${index}`), at('key.txt'));
      expect(sha256(readFileSync(at(`opened-${index}`)))).toBe(entry.sha256);
    }
    expect(zlib.gunzipSync(readFileSync(at('opened-0'))).equals(made[0]?.image ?? Buffer.alloc(0))).toBe(true);
    expect(readdirSync(at('home', 'outgoing'))).toEqual([]);
    expect(home.service.destinations()[0]).toMatchObject({
      state: 'usable',
      copies: { total: 2, verified: 2, waiting: 0 },
    });
    expect(home.problems()).toEqual([]);
  });

  test('a plain folder gets the backup files as they are; safety backups and what is not proved are not copied', async () => {
    const home = makeHome();
    const entry = home.addFull('2026-11-20T02:00:00.000Z');
    home.addFull('2026-11-20T03:00:00.000Z', 'safety');
    const failed = home.addFull('2026-11-19T02:00:00.000Z');
    home.store.backups.setState(failed.id, 'failed');
    const id = await home.addFolder('Disk', at('disk'));
    await home.copyAll(id);
    const name = `app/${entry.file.split('/').at(-1) ?? ''}`;
    expect(filesBelow(at('disk'))).toEqual([name]);
    expect(sha256(readFileSync(at('disk', name)))).toBe(entry.sha256);
  });

  test('a backup file that has rotted is not copied, and is no longer called proved', async () => {
    const home = makeHome();
    const [plain, sealed] = [home.addFull('2026-11-20T02:00:00.000Z'), home.addFull('2026-11-21T02:00:00.000Z')];
    const id = await home.addFolder('Plain', at('plain'));
    flipBit(plain.file);
    await home.copyAll(id);
    expect(home.store.backups.get(plain.id)?.state).toBe('failed');
    expect(home.problems()).toEqual(['BACKUP_FILE_DAMAGED database-app']);
    expect(filesBelow(at('plain')).length).toBe(1);
    flipBit(sealed.file);
    const second = await home.addFolder('Sealed', at('sealed'), withKey);
    await home.copyAll(second);
    expect(home.store.backups.get(sealed.id)?.state).toBe('failed');
    expect(filesBelow(at('sealed'))).toEqual([]);
    expect(readdirSync(at('home', 'outgoing'))).toEqual([]);
  });

  test('nor is what is built on one that has rotted or is gone; a folder that is away says nothing', async () => {
    const home = makeHome();
    const { entries } = home.addChain(3);
    const states = (): (string | undefined)[] => entries.map(({ id }) => home.store.backups.get(id)?.state);
    const [base = '', middle = ''] = entries.map(({ file }) => file);
    const whole = readFileSync(base);
    renameSync(at('home', 'backups', 'app'), at('home', 'backups', 'away'));
    await home.copyAll(await home.addFolder('First', at('first')));
    expect(states()).toEqual(['proved', 'proved', 'proved']);
    renameSync(at('home', 'backups', 'away'), at('home', 'backups', 'app'));
    const id = await home.addFolder('Second', at('second'));
    flipBit(base);
    await home.copyAll(id);
    expect(states()).toEqual(['failed', 'failed', 'failed']);
    expect(home.service.placesOf('database-app').places[1]).toMatchObject({
      kind: 'backup-folder',
      points: 0,
      counts: false,
    });

    writeFileSync(base, whole);
    rmSync(middle);
    for (const entry of entries) home.store.backups.setState(entry.id, 'proved');
    await home.copyAll(id);
    expect(states()).toEqual(['proved', 'missing', 'failed']);
    expect(home.problems()).toContain('BACKUP_FILE_MISSING database-app');
    expect(home.service.placesOf('database-app').places[1]).toMatchObject({ points: 1, counts: true });
  });

  test('retention at the destination lets go of what is old, after newer copies, and never of the last', async () => {
    const home = makeHome();
    const retention = { incremental: 0, daily: 2, weekly: 0, monthly: 0 };
    const id = await home.addFolder('Disk', at('disk'), { retention });
    for (const day of ['20', '21', '22', '23']) {
      const entry = home.addFull(`2026-11-${day}T02:00:00.000Z`);
      home.service.pointsChanged(entry.databaseId);
      await home.copyAll(id);
    }
    expect(filesBelow(at('disk')).map((name) => /T?(202611\d\d)T/.exec(name)?.[1])).toEqual(['20261122', '20261123']);
    // What is not there any more here stays there as long as there is nothing newer.
    for (const { id: point } of home.store.backups.list()) home.store.backups.setState(point, 'elsewhere');
    home.nowMs += 400 * DAY_MS;
    await home.copyAll(id);
    expect(filesBelow(at('disk')).length).toBe(2);
  });

  test('what is to stay in their stead may be found damaged while older ones go: then no more of them go', async () => {
    const home = makeHome();
    const id = await home.addFolder('Disk', at('disk'));
    const [oldest, , newest] = ['20', '21', '22'].map((day) => home.addFull(`2026-11-${day}T02:00:00.000Z`));
    await home.copyAll(id);
    for (const { id: point } of home.store.backups.list()) home.store.backups.setState(point, 'elsewhere');
    const start = home.context.jobs.start.bind(home.context.jobs);
    home.context.jobs.start = (spec) => {
      // The first that goes: somebody has the newest read back meanwhile.
      if (spec.kind === 'copy') {
        home.context.jobs.start = start;
        home.store.copies.update(newest?.id ?? '', id, { state: 'damaged', verifiedAt: null });
      }
      return start(spec);
    };
    const retention = { incremental: 0, daily: 1, weekly: 0, monthly: 0 };
    await home.service.saveDestination(folderInput('Disk', at('disk'), { id, retention }));
    await home.copyAll(id);
    expect(home.states(id)).toEqual(['copied', 'damaged']);
    expect(home.store.copies.get(oldest?.id ?? '', id)?.state).toBe('copied');
  });

  test('the only copy left of what another destination’s copies are built on stays', async () => {
    const home = makeHome();
    const { entries } = home.addChain(2, 'app', { 0: { manifest: (manifest) => ({ ...manifest, kind: 'daily' }) } });
    const ids = entries.map((entry) => entry.id);
    const [base = '', changes = ''] = ids;
    const [one, two] = [await home.addFolder('One', at('one')), await home.addFolder('Two', at('two'))];
    await home.copyAll(one, two);
    rmSync(at('one', home.store.copies.get(base, one)?.remoteName ?? ''));
    for (const { id: point, file } of entries) {
      home.store.backups.setState(point, 'elsewhere');
      rmSync(file);
    }
    expect((await home.service.verifyCopy(base, one).done).state).toBe('missing');
    home.addFull('2026-11-24T02:00:00.000Z');
    const retention = { incremental: 0, daily: 1, weekly: 0, monthly: 0 };
    await home.service.saveDestination(folderInput('Two', at('two'), { id: two, retention }));
    await home.copyAll(two);
    expect(ids.map((point) => home.store.copies.get(point, two)?.state)).toEqual(['copied', undefined]);
    expect(await home.fetch([base, changes], null)).toEqual(entries.map((entry) => entry.sha256));
  });

  test('what is only at a destination is forgotten with its last copy', async () => {
    const home = makeHome();
    const retention = { incremental: 0, daily: 1, weekly: 0, monthly: 0 };
    const id = await home.addFolder('Disk', at('disk'), { retention });
    const old = home.addFull('2026-11-20T02:00:00.000Z');
    await home.copyAll(id);
    home.store.backups.setState(old.id, 'elsewhere');
    rmSync(old.file);
    home.addFull('2026-11-21T02:00:00.000Z');
    await home.copyAll(id);
    expect(home.store.backups.get(old.id)).toBeNull();
    expect(filesBelow(at('disk')).length).toBe(1);
  });
});

describe('copies are read back', () => {
  const only = ({ nowMs }: CopyHome): string => new Date(nowMs).toISOString();

  test('a flipped bit is found by the rotation, told, and replaced from the backup folder', async () => {
    const home = makeHome();
    const entry = home.addFull('2026-11-20T02:00:00.000Z');
    const id = await home.addFolder('Disk', at('disk'), withKey);
    await home.copyAll(id);
    const name = home.store.copies.get(entry.id, id)?.remoteName ?? '';
    expect(home.store.copies.get(entry.id, id)?.rereadAt).toBe(only(home));
    flipBit(at('disk', name));
    const told: string[] = [];
    const { problems } = home.context;
    const report = problems.report.bind(problems);
    problems.report = (error, databaseId) => {
      told.push(error.code);
      return report(error, databaseId);
    };
    home.nowMs += DAY_MS;
    await home.copyAll(id);
    expect(told).toEqual(['COPY_DAMAGED']);
    expect(home.store.copies.get(entry.id, id)).toMatchObject({ state: 'copied', verifiedAt: only(home) });
    expect(home.problems()).toEqual([]);
    expect(await home.fetch([entry.id], id)).toEqual([entry.sha256]);
  });

  test('a deleted copy is copied again; where the backup folder has it no more that is a problem that stays', async () => {
    const home = makeHome();
    const [kept, gone] = [home.addFull('2026-11-20T02:00:00.000Z'), home.addFull('2026-11-21T02:00:00.000Z')];
    const id = await home.addFolder('Disk', at('disk'));
    await home.copyAll(id);
    const nameOf = ({ id: point }: { id: string }): string => home.store.copies.get(point, id)?.remoteName ?? '';
    rmSync(at('disk', nameOf(kept)));
    rmSync(at('disk', nameOf(gone)));
    home.store.backups.setState(gone.id, 'elsewhere');
    expect((await home.service.verifyCopy(gone.id, id).done).state).toBe('missing');
    expect((await home.service.verifyCopy(kept.id, id).done).state).toBe('missing');
    await home.copyAll(id);
    expect(home.states(id)).toEqual(['copied', 'missing']);
    expect(home.store.backups.get(gone.id)?.state).toBe('missing');
    expect(home.problems()).toEqual(['COPY_MISSING Disk']);
  });

  test('each day one copy, the one that was read the longest ago; a clock that is set back repeats nothing for ever', async () => {
    const home = makeHome();
    const entries = ['20', '21', '22'].map((day) => home.addFull(`2026-11-${day}T02:00:00.000Z`));
    const id = await home.addFolder('Disk', at('disk'));
    await home.copyAll(id);
    const read = (): string[] =>
      entries
        .filter((entry) => home.store.copies.get(entry.id, id)?.rereadAt === only(home))
        .map((entry) => entry.createdAt.slice(8, 10));
    // The newest once, and the oldest.
    expect(read()).toEqual(['20', '22']);
    await home.copyAll(id);
    home.nowMs += DAY_MS;
    await home.copyAll(id);
    expect(read()).toEqual(['21']);
    home.nowMs += DAY_MS;
    await home.copyAll(id);
    expect(read()).toEqual(['20']);
    home.nowMs -= 10 * DAY_MS;
    await home.copyAll(id);
    expect(read().length).toBe(1);
    home.nowMs += HOUR_MS;
    await home.copyAll(id);
    expect(read().length).toBe(0);
  });
});

describe('when a destination fails', () => {
  test('it is told once, tried again after growing pauses, holds up no other, and is settled when it works', async () => {
    const home = makeHome();
    const [gone, fine] = [await home.addFolder('Away', at('away')), await home.addFolder('Fine', at('fine'))];
    renameSync(at('away'), at('unplugged'));
    const entry = home.addFull('2026-11-20T02:00:00.000Z');
    home.service.start();
    await home.service.idle();
    const waits: number[] = [];
    const problem = home.store.problems.list(false)[0]?.id;
    for (let round = 0; round < 6; round++) {
      await home.service.idle();
      const { nextTryAt } = home.store.destinations.get(gone)?.facts ?? {};
      waits.push((Date.parse(nextTryAt ?? '') - home.nowMs) / 60_000);
      // Another look within the pause is no try.
      home.service.settingsChanged();
      await home.service.idle();
      expect(home.store.destinations.get(gone)?.facts.failures).toBe(round + 1);
      home.nowMs = Date.parse(nextTryAt ?? '');
      home.timer?.fire();
    }
    await home.service.idle();
    expect(waits).toEqual([1, 5, 15, 60, 360, 360]);
    expect(home.problems()).toEqual(['DESTINATION_NOT_MOUNTED Away']);
    expect(home.store.problems.list(false)).toMatchObject([{ id: problem, count: 1 }]);
    expect(home.states(fine)).toEqual(['copied']);
    expect(home.service.copiesOf(entry.id).find(({ destinationId }) => destinationId === gone)).toMatchObject({
      state: 'waiting',
      error: { code: 'DESTINATION_NOT_MOUNTED' },
    });
    expect(existsSync(at('away'))).toBe(false);
    renameSync(at('unplugged'), at('away'));
    home.service.wake();
    await home.service.idle();
    expect(home.states(gone)).toEqual(['copied']);
    expect(home.problems()).toEqual([]);
  });

  test('another disk in its place gets nothing until somebody says that it is meant', async () => {
    const home = makeHome();
    const id = await home.addFolder('Disk', at('disk'));
    const first = home.addFull('2026-11-20T02:00:00.000Z');
    await home.copyAll(id);
    renameSync(at('disk'), at('unplugged'));
    await home.service.tryDestination(folderInput('Disk', at('disk'), { id }));
    home.addFull('2026-11-21T02:00:00.000Z');
    await home.copyAll(id);
    expect([home.problems(), filesBelow(at('disk'))]).toEqual([['DESTINATION_NOT_MOUNTED Disk'], []]);
    expect(home.store.copies.get(first.id, id)?.state).toBe('copied');
    await home.service.saveDestination(folderInput('Disk', at('disk'), { id }));
    await home.copyAll(id);
    expect([home.problems(), filesBelow(at('disk')).length]).toEqual([[], 2]);
  });

  test('a pause that a wrong clock noted far ahead is over', async () => {
    const home = makeHome();
    const id = await home.addFolder('Disk', at('disk'));
    home.addFull('2026-11-20T02:00:00.000Z');
    home.store.destinations.note(id, { nextTryAt: new Date(home.nowMs + 400 * DAY_MS).toISOString() });
    home.service.start();
    await home.service.idle();
    expect(home.states(id)).toEqual(['copied']);
  });

  test('the network and the battery hold up what nobody asked for', async () => {
    let [offline, battery] = [true, true];
    const home = makeHome('home', { copying: { isOffline: () => offline, onBattery: () => battery } });
    home.context.settings = () => ({
      ...home.store.settings.read(at('home', 'backups')).settings,
      pauseOnBattery: true,
    });
    const id = await home.addFolder('Disk', at('disk'));
    home.addFull('2026-11-20T02:00:00.000Z');
    home.service.start();
    await home.service.idle();
    expect(home.states(id)).toEqual(['waiting']);
    // A folder needs no network.
    battery = false;
    home.service.wake();
    await home.service.idle();
    expect(home.states(id)).toEqual(['copied']);
    battery = true;
    home.addFull('2026-11-21T02:00:00.000Z');
    await home.copyAll(id);
    expect(home.states(id)).toEqual(['copied', 'copied']);
    offline = false;
  });
});
