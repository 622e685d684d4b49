/** Several requests at once, cancelling, ending, retention, and a backup folder that people tidy by hand. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Core } from '../../electron/core/types';
import type { JobPhase } from '../../shared/models';
import { ask, change, logicalHash, makeDatabase } from '../helpers/databases';
import { codeOf, Place } from '../helpers/engine';
import { buildPrograms, type Programs } from '../helpers/programs';
import { until } from '../helpers/until';

let programs: Programs;
let place: Place;

beforeAll(async () => {
  programs = await buildPrograms();
});
afterAll(() => programs.remove());
beforeEach(async () => {
  place = await Place.make(programs);
});
afterEach(() => place.end());

/** A database large enough that its backup can be met in the midst. */
const large = (name: string): string => makeDatabase(place.file(name), { rows: 8000, fillerBytes: 2000 });

const inPhase = (core: Core, phase: JobPhase): Promise<unknown> =>
  until(`a job in phase ${phase}`, () => core.jobs().some((job) => job.phase === phase));

/** Everything in the backup folder, below the folders of the databases. */
const stored = (core: Core): string[] =>
  place
    .list(core.settings().backupFolder)
    .filter((name) => name.includes('/'))
    .map((name) => basename(name));

describe('several requests', () => {
  it('for one database, while its backup waits or runs, are one backup', async () => {
    const core = await place.core();
    const database = await core.addDatabase({ file: makeDatabase(place.file('app.db')) });
    const handles = ['manual', 'daily', 'weekly'].map((kind) => core.startBackup(database.id, kind as 'manual'));
    const points = await Promise.all(handles.map((handle) => handle.done));
    expect(new Set(handles.map(({ id }) => id)).size).toBe(1);
    expect(new Set(points.map(({ id }) => id)).size).toBe(1);
    expect(core.backups()).toHaveLength(1);
    expect(stored(core)).toHaveLength(1);
  });

  it('for several databases are done one after the other, in the order asked for', async () => {
    const core = await place.core();
    const names = ['one', 'two', 'three'];
    const ids: string[] = [];
    for (const name of names) ids.push((await core.addDatabase({ file: makeDatabase(place.file(`${name}.db`)) })).id);
    let most = 0;
    const stop = core.on('changed', () => {
      most = Math.max(most, core.jobs().filter(({ phase, doneBytes }) => phase !== 'queued' || doneBytes > 0).length);
    });
    const handles = ids.map((id) => core.startBackup(id, 'manual'));
    expect(core.jobs().map(({ subject }) => subject)).toEqual(names);
    const points = await Promise.all(handles.map(({ done }) => done));
    stop();
    expect(most).toBe(1);
    expect(points.map(({ createdAt }) => createdAt)).toEqual(points.map(({ createdAt }) => createdAt).toSorted());
    expect(core.jobs()).toEqual([]);
  });

  it('a restore goes before backups that wait', async () => {
    const core = await place.core();
    const first = await core.addDatabase({ file: makeDatabase(place.file('first.db')) });
    const point = await core.startBackup(first.id, 'manual').done;
    const others: string[] = [];
    for (const name of ['a', 'b'])
      others.push((await core.addDatabase({ file: makeDatabase(place.file(`${name}.db`)) })).id);
    const ended: string[] = [];
    const backups = others.map((id) =>
      core.startBackup(id, 'manual').done.then(({ database }) => ended.push(database)),
    );
    const restore = core.restore({ pointId: point.id }, first.id).done.then(() => ended.push('restore'));
    await Promise.all([...backups, restore]);
    expect(ended).toEqual(['a', 'restore', 'b']);
  });

  it('one failure does not stop the others', async () => {
    const core = await place.core();
    const good = await core.addDatabase({ file: makeDatabase(place.file('good.db')) });
    const bad = await core.addDatabase({ file: makeDatabase(place.file('bad.db')) });
    rmSync(place.file('bad.db'));
    const [failed, done] = await Promise.allSettled([
      core.startBackup(bad.id, 'manual').done,
      core.startBackup(good.id, 'manual').done,
    ]);
    expect([failed?.status, done?.status]).toEqual(['rejected', 'fulfilled']);
    expect(core.problems(false)).toMatchObject([{ code: 'DATABASE_MISSING', databaseId: bad.id }]);
    makeDatabase(place.file('bad.db'));
    await core.startBackup(bad.id, 'manual').done;
    expect(core.problems(false)).toEqual([]);
  });
});

describe('cancelling', () => {
  it.each(['snapshot', 'compress', 'prove'] as const)(
    'a backup at %s: CANCELLED, nothing left behind, no entry',
    async (phase) => {
      const core = await place.core();
      const live = large('app.db');
      const database = await core.addDatabase({ file: live });
      const handle = core.startBackup(database.id, 'manual');
      await inPhase(core, phase);
      core.cancelJob(handle.id);
      // In its very last moment a backup may be done before it hears of it; then it is there, whole.
      const ended = await handle.done.then(
        () => 'done',
        (error: { code: string }) => error.code,
      );
      if (phase !== 'prove') expect(ended).toBe('CANCELLED');
      expect([stored(core).length, core.backups().length]).toEqual(ended === 'done' ? [1, 1] : [0, 0]);
      expect(place.list(place.file('home/scratch'))).toEqual([]);
      expect(core.problems(false)).toEqual([]);
      expect((await core.startBackup(database.id, 'manual').done).state).toBe('proved');
    },
  );

  it('a backup that waits: CANCELLED, the one before it goes on', async () => {
    const core = await place.core();
    const first = await core.addDatabase({ file: makeDatabase(place.file('first.db'), { rows: 3000 }) });
    const second = await core.addDatabase({ file: makeDatabase(place.file('second.db')) });
    const running = core.startBackup(first.id, 'manual');
    const waiting = core.startBackup(second.id, 'manual');
    core.cancelJob(waiting.id);
    expect(await codeOf(waiting.done)).toBe('CANCELLED');
    expect((await running.done).state).toBe('proved');
    expect(core.backups().map(({ database }) => database)).toEqual(['first']);
  });

  it('a restore before it writes: unchanged; the safety backup that was taken stays', async () => {
    const core = await place.core();
    const live = large('app.db');
    const database = await core.addDatabase({ file: live });
    const point = await core.startBackup(database.id, 'manual').done;
    change(live, "INSERT INTO owner VALUES (60, 'kept')");
    const before = logicalHash(live);
    const handle = core.restore({ pointId: point.id }, database.id);
    await inPhase(core, 'extract');
    core.cancelJob(handle.id);
    expect(await codeOf(handle.done)).toBe('CANCELLED');
    expect(logicalHash(live)).toBe(before);
    expect(core.restores()[0]).toMatchObject({ outcome: 'unchanged', errorCode: 'CANCELLED' });
    expect(place.list(place.file('home/scratch'))).toEqual([]);
  });

  it('a restore that writes goes on to its end', async () => {
    const core = await place.core();
    const live = large('app.db');
    const database = await core.addDatabase({ file: live });
    const wanted = logicalHash(live);
    const point = await core.startBackup(database.id, 'manual').done;
    change(live, 'DELETE FROM item WHERE id > 20');
    const handle = core.restore({ pointId: point.id }, database.id);
    await inPhase(core, 'apply');
    core.cancelJob(handle.id);
    expect((await handle.done).outcome).toBe('restored');
    expect(logicalHash(live)).toBe(wanted);
  });
});

describe('ending while work is in hand', () => {
  it('a backup is cancelled and leaves nothing; the next start finds order', async () => {
    const core = await place.core();
    const database = await core.addDatabase({ file: large('app.db') });
    const handle = core.startBackup(database.id, 'manual');
    const ended = codeOf(handle.done);
    await inPhase(core, 'compress');
    await core.stop();
    expect(await ended).toBe('CANCELLED');
    expect(place.list(place.file('home/scratch'))).toEqual([]);
    const again = await place.core({ home: core.home });
    expect([again.backups(), stored(again)]).toEqual([[], []]);
  });

  it('a restore that writes is waited for', async () => {
    const core = await place.core();
    const live = large('app.db');
    const database = await core.addDatabase({ file: live });
    const wanted = logicalHash(live);
    const point = await core.startBackup(database.id, 'manual').done;
    change(live, 'DELETE FROM item WHERE id > 20');
    const handle = core.restore({ pointId: point.id }, database.id);
    await inPhase(core, 'apply');
    await core.stop();
    expect((await handle.done).outcome).toBe('restored');
    expect(logicalHash(live)).toBe(wanted);
    const again = await place.core({ home: core.home });
    expect(again.restores()[0]?.outcome).toBe('restored');
  });

  it('takes no new work', async () => {
    const core = await place.core();
    const database = await core.addDatabase({ file: makeDatabase(place.file('app.db')) });
    const stopping = core.stop();
    const refused = await codeOf(async () => core.startBackup(database.id, 'manual').done);
    expect(refused).toBe('CANCELLED');
    await stopping;
  });
});

describe('a job process that is killed', () => {
  it.each(['snapshot', 'compress'] as const)('in a backup at %s: CHILD_CRASHED, nothing left behind', async (phase) => {
    const pids: number[] = [];
    const core = await place.core({ onStart: (pid) => pids.push(pid) });
    const database = await core.addDatabase({ file: large('app.db') });
    const handle = core.startBackup(database.id, 'manual');
    await inPhase(core, phase);
    process.kill(pids.at(-1) ?? 0, 'SIGKILL');
    expect(await codeOf(handle.done)).toBe('CHILD_CRASHED');
    expect([stored(core), core.backups(), place.list(place.file('home/scratch'))]).toEqual([[], [], []]);
    expect(core.problems(false).map(({ code }) => code)).toEqual(['CHILD_CRASHED']);
    await core.startBackup(database.id, 'manual').done;
    expect(core.problems(false)).toEqual([]);
  });

  it('while a copy is placed: its temporary file goes too', async () => {
    const pids: number[] = [];
    const core = await place.core({ onStart: (pid) => pids.push(pid) });
    const database = await core.addDatabase({ file: large('app.db') });
    const point = await core.startBackup(database.id, 'manual').done;
    mkdirSync(place.file('copies'));
    const started = pids.length;
    const handle = core.saveCopy({ pointId: point.id }, place.file('copies/copy.db'), false);
    const ended = handle.done.then(
      () => 'done',
      (error: { code: string }) => error.code,
    );
    await until('the placing job', () => pids.length > started + 1 && readdirSync(place.file('copies')).length > 0);
    process.kill(pids.at(-1) ?? 0, 'SIGKILL');
    // It may have been quicker than the kill; what matters is what is left.
    const left = (await ended) === 'done' ? ['copy.db'] : [];
    expect(readdirSync(place.file('copies'))).toEqual(left);
  });
});

describe('retention', () => {
  it('runs after a backup: what goes is gone from folder and catalogue, the newest stays', async () => {
    const core = await place.core();
    core.updateSettings({ retention: { incremental: 0, daily: 1, weekly: 0, monthly: 0 } });
    const live = makeDatabase(place.file('app.db'));
    const database = await core.addDatabase({ file: live });
    const ids: string[] = [];
    for (let turn = 0; turn < 3; turn++) ids.push((await core.startBackup(database.id, 'daily').done).id);
    expect(core.backups().map(({ id }) => id)).toEqual([ids.at(-1)]);
    expect(stored(core)).toHaveLength(1);
  });

  it('a failed backup lets nothing go', async () => {
    const core = await place.core();
    const live = makeDatabase(place.file('app.db'));
    const database = await core.addDatabase({ file: live });
    await core.startBackup(database.id, 'daily').done;
    await core.startBackup(database.id, 'manual').done;
    core.updateSettings({ retention: { incremental: 0, daily: 1, weekly: 0, monthly: 0 } });
    const before = stored(core);
    rmSync(live);
    await codeOf(core.startBackup(database.id, 'daily').done);
    expect(stored(core)).toEqual(before);
  });

  it('the last proved backup is not deleted, by hand neither', async () => {
    const core = await place.core();
    const database = await core.addDatabase({ file: makeDatabase(place.file('app.db')) });
    const first = await core.startBackup(database.id, 'manual').done;
    expect(await codeOf(core.deleteBackup(first.id))).toBe('BACKUP_KEPT');
    const second = await core.startBackup(database.id, 'manual').done;
    await core.deleteBackup(first.id);
    expect([existsSync(first.file), existsSync(second.file)]).toEqual([false, true]);
    expect(await codeOf(core.deleteBackup(second.id))).toBe('BACKUP_KEPT');
  });
});

describe('the catalogue and the folder', () => {
  it('is rebuilt from the files alone when the store is gone', async () => {
    const core = await place.core();
    const live = makeDatabase(place.file('app.db'));
    const database = await core.addDatabase({ file: live });
    const points = [await core.startBackup(database.id, 'manual').done];
    change(live, 'DELETE FROM item WHERE id > 10');
    points.push(await core.startBackup(database.id, 'manual').done);
    await core.stop();
    for (const name of readdirSync(core.home)) if (name.startsWith('holdfast.sqlite')) rmSync(join(core.home, name));

    const again = await place.core({ home: core.home });
    expect(await again.rebuildCatalogue()).toMatchObject({ found: 2, missing: 0, proved: 2, failed: 0, foreign: [] });
    const same = ({ id, file, sha256, createdAt, contentSha256, kind, state }: (typeof points)[0]): object => ({
      ...{ id, file, sha256, createdAt, contentSha256, kind, state },
    });
    expect(again.backups().map(same)).toEqual(points.toReversed().map(same));
    // The database is guarded again, and its old backups are its own.
    const guarded = await again.addDatabase({ file: live });
    const wanted = points[0]?.id ?? '';
    await again.restore({ pointId: wanted }, guarded.id).done;
    expect(ask(live, 'SELECT count(*) FROM item')).toBe(200);
    expect(again.backups(guarded.id).some(({ id }) => id === wanted)).toBe(true);
  });

  it('notices files that were moved, removed, copied, damaged or put there by others', async () => {
    const core = await place.core();
    const database = await core.addDatabase({ file: makeDatabase(place.file('app.db')) });
    const take = async () => core.startBackup(database.id, 'manual').done;
    const [moved, removed, copied, damaged] = [await take(), await take(), await take(), await take()];
    const folder = core.settings().backupFolder;
    await core.stop();

    mkdirSync(join(folder, 'elsewhere'));
    const newPlace = join(folder, 'elsewhere', basename(moved.file));
    renameSync(moved.file, newPlace);
    rmSync(removed.file);
    copyFileSync(copied.file, join(folder, 'elsewhere', 'a copy.sqlite.gz'));
    writeFileSync(damaged.file, 'no gzip at all');
    const foreign = [join(folder, 'elsewhere', 'notes.txt'), join(folder, 'elsewhere', 'other.sqlite.gz')];
    for (const file of foreign) writeFileSync(file, 'mine');

    const again = await place.core({ home: core.home });
    expect(again.backup(moved.id)).toMatchObject({ file: newPlace, state: 'unproved' });
    expect(again.backup(removed.id).state).toBe('missing');
    expect(again.problems(false).map(({ code }) => code)).toContain('BACKUP_FILE_MISSING');
    const report = await again.rebuildCatalogue();
    expect(report.foreign.toSorted()).toEqual([...foreign, damaged.file].toSorted());
    expect(again.backup(moved.id).state).toBe('proved');
    expect(again.backup(copied.id)).toMatchObject({ file: copied.file, state: 'proved' });
    expect(again.backups()).toHaveLength(4);
    for (const file of foreign) expect(statSync(file).size).toBe(4);
    expect((await again.verifyBackup(damaged.id).done).state).toBe('failed');
  });

  it('says nothing of its files when the folder is not there, and uses them again when it is', async () => {
    const core = await place.core();
    const database = await core.addDatabase({ file: makeDatabase(place.file('app.db')) });
    const point = await core.startBackup(database.id, 'manual').done;
    const folder = core.settings().backupFolder;
    await core.stop();
    renameSync(folder, `${folder}-away`);
    const without = await place.core({ home: core.home });
    expect(without.backup(point.id).state).toBe('proved');
    expect(without.problems(false).map(({ code }) => code)).toContain('BACKUP_FOLDER_UNUSABLE');
    await without.stop();
    rmSync(folder, { recursive: true, force: true });
    renameSync(`${folder}-away`, folder);
    const back = await place.core({ home: core.home });
    expect((await back.verifyBackup(point.id).done).state).toBe('proved');
  });

  it('clears partial files of its own home only', async () => {
    const core = await place.core();
    const database = await core.addDatabase({ file: makeDatabase(place.file('app.db')) });
    const point = await core.startBackup(database.id, 'manual').done;
    await core.stop();
    const { homeMark } = await import('../../electron/backup/naming');
    const own = join(dirname(point.file), `.x.sqlite.gz.${homeMark(core.home)}.partial`);
    const other = join(dirname(point.file), '.x.sqlite.gz.0badc0de.partial');
    for (const file of [own, other]) writeFileSync(file, 'half');
    await place.core({ home: core.home });
    expect([existsSync(own), existsSync(other)]).toEqual([false, true]);
  });

  it('a folder or a file that may not be read does not keep a start from going on', async () => {
    const core = await place.core();
    const database = await core.addDatabase({ file: makeDatabase(place.file('app.db')) });
    const point = await core.startBackup(database.id, 'manual').done;
    const folder = core.settings().backupFolder;
    await core.stop();
    mkdirSync(join(folder, 'app', 'a folder.sqlite.gz'));
    const again = await place.core({ home: core.home });
    expect(again.backup(point.id).state).toBe('proved');
    expect((await again.rebuildCatalogue()).foreign).toEqual([join(folder, 'app', 'a folder.sqlite.gz')]);
  });
});
