/** Several requests at once, cancelling, ending, and two homes that share one backup folder. */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Core } from '../../electron/core/types';
import type { JobPhase } from '../../shared/models';
import { change, logicalHash, makeDatabase } from '../helpers/databases';
import { codeOf, Place } from '../helpers/engine';
import { builtPrograms } from '../helpers/programs';
import { until } from '../helpers/until';

const programs = builtPrograms();
let place: Place;

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
    const handle = core.saveCopy({ pointId: point.id }, place.file('copies/copy.db'), false);
    const ended = handle.done.then(
      () => 'done',
      (error: { code: string }) => error.code,
    );
    await until('the placing job', () => readdirSync(place.file('copies')).length > 0);
    process.kill(pids.at(-1) ?? 0, 'SIGKILL');
    // It may have been quicker than the kill; what matters is what is left.
    const left = (await ended) === 'done' ? ['copy.db'] : [];
    expect(readdirSync(place.file('copies'))).toEqual(left);
  });
});

describe('two homes that share one backup folder, and guard the same database', () => {
  const share = async (live: string): Promise<{ cores: [Core, Core]; ids: [string, string]; folder: string }> => {
    const folder = place.file('shared');
    const one = async (): Promise<[Core, string]> => {
      const core = await place.core();
      core.updateSettings({ backupFolder: folder, retention: { incremental: 0, daily: 1, weekly: 0, monthly: 0 } });
      return [core, (await core.addDatabase({ file: live })).id];
    };
    const [[first, firstId], [second, secondId]] = [await one(), await one()];
    return { cores: [first, second], ids: [firstId, secondId], folder };
  };
  const filesIn = (folder: string) => place.list(folder).filter((name) => name.endsWith('.gz'));

  it('at the same time: each keeps its own newest, and lets go of its own alone', async () => {
    const { cores, ids, folder } = await share(makeDatabase(place.file('app.db')));
    const rounds = cores.map(async (core, home) => {
      const taken: string[] = [];
      for (let round = 0; round < 2; round++) {
        taken.push((await core.startBackup(ids[home] ?? '', 'daily').done).id);
        // Takes over what the other has finished; what is unfinished is the other's.
        await core.rebuildCatalogue();
      }
      return taken.at(-1) ?? '';
    });
    const last = await Promise.all(rounds);
    for (const core of cores) await core.rebuildCatalogue();
    for (const [home, core] of cores.entries()) await core.runRetention(ids[home] ?? '');
    for (const core of cores) await core.rebuildCatalogue();
    expect(filesIn(folder)).toHaveLength(2);
    for (const [home, core] of cores.entries()) {
      const points = core.backups(ids[home] ?? '');
      expect(points.map(({ id, state }) => `${id} ${state}`).toSorted()).toEqual(
        last.map((id) => `${id} proved`).toSorted(),
      );
      const reasons = (id = '') => core.backup(id).retention?.reasons.map(({ reason }) => reason);
      expect(reasons(last[home])).toContain('daily-period');
      expect(reasons(last[1 - home])).toEqual(['other-home']);
      expect(core.problems(false)).toEqual([]);
    }
  });

  it('a start of one leaves the unfinished file of the other alone', async () => {
    const { cores, ids, folder } = await share(large('app.db'));
    await cores[0].stop();
    const handle = cores[1].startBackup(ids[1], 'manual');
    await until('the unfinished file', () => place.list(folder).some((name) => name.endsWith('.partial')));
    const again = await place.core({ home: cores[0].home });
    expect((await again.rebuildCatalogue()).foreign).toEqual([]);
    const point = await handle.done;
    expect([point.state, existsSync(point.file)]).toEqual(['proved', true]);
    expect((await again.rebuildCatalogue()).added).toBe(1);
    // The other one lets it go: no loss that anybody must be told of.
    rmSync(point.file);
    expect(await again.rebuildCatalogue()).toMatchObject({ found: 0, missing: 0 });
    expect(again.backups()).toEqual([]);
    expect(again.problems(false).map(({ code }) => code)).not.toContain('BACKUP_FILE_MISSING');
  });
});
