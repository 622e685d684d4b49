/** A backup folder that people tidy by hand, that comes from elsewhere, or that is not there when it is needed. */
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { RestorePoint } from '@shared/models';
import { CatalogueKeeper } from '../../electron/backup/catalogue';
import { isErasing, noteErasing } from '../../electron/backup/erasing';
import { Reconciler } from '../../electron/core/reconcile';
import { backupService, type Service } from '../helpers/backup-service';
import { ask, change, makeDatabase } from '../helpers/databases';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Place } from '../helpers/engine';
import { builtPrograms } from '../helpers/programs';

const programs = builtPrograms();
let place: Place;

beforeEach(async () => {
  place = await Place.make(programs);
});
afterEach(() => place.end());

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
    expect([report.foreign.toSorted(), report.damaged]).toEqual([foreign.toSorted(), [damaged.file]]);
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

describe('chains in the folder', () => {
  let live: string;
  let service: Service;
  let chain: RestorePoint[];
  beforeEach(async () => {
    live = makeDatabase(place.file('app.db'));
    service = backupService(place, live);
    chain = [];
    for (let turn = 0; turn < 3; turn++) {
      change(live, `UPDATE item SET title = 'turn ${turn}' WHERE id = ${turn + 1}`);
      chain.push(await service.backups.start(service.database, 'incremental').done);
    }
  });
  afterEach(() => service.store.close());

  /** The store is lost; the files are all there is. */
  const afresh = (): void => {
    service.store.close();
    const home = place.file('service');
    for (const name of readdirSync(home)) if (name.startsWith('holdfast.sqlite')) rmSync(join(home, name));
    service = backupService(place, live);
  };
  const proving =
    (proved: string[] = []) =>
    async (id: string) => {
      proved.push(id);
      return (await service.backups.verify(id).done).verified;
    };
  const rebuild = (proved?: string[]) => new CatalogueKeeper(service.context).rebuild(proving(proved));
  const lineage = (
    point: Pick<RestorePoint, 'id' | 'form' | 'parentId' | 'chainId' | 'chainLength' | 'changedPages'>,
  ) => [...[point.id, point.form, point.parentId, point.chainId, point.chainLength, point.changedPages]];

  it('are rebuilt from the files alone, bases proved before what is built on them', async () => {
    afresh();
    const proved: string[] = [];
    expect(await rebuild(proved)).toMatchObject({ found: 3, added: 3, proved: 3, failed: 0, foreign: [], damaged: [] });
    expect(proved).toEqual(chain.map(({ id }) => id));
    expect(service.backups.points().map(lineage)).toEqual(chain.toReversed().map(lineage));
    expect(service.backups.points().every(({ state, sha256 }) => state === 'proved' && sha256 !== '')).toBe(true);
  });

  it('without their base: taken in, and said not to be whole; the others are proved all the same', async () => {
    change(live, "UPDATE item SET title = 'other' WHERE id = 9");
    const other = await service.backups.start(service.database, 'manual').done;
    rmSync(chain[0]?.file ?? '');
    afresh();
    expect(await rebuild()).toMatchObject({ found: 3, added: 3, proved: 1, failed: 2 });
    expect(service.backups.point(other.id).state).toBe('proved');
    for (const { id } of chain.slice(1)) expect(service.backups.point(id).state).not.toBe('proved');
    expect(service.store.problems.list(false).map(({ code }) => code)).toContain('CHAIN_BROKEN');
  });

  it('damaged, foreign and unfinished files are told apart, listed, and never touched', async () => {
    const folder = dirname(chain[0]?.file ?? '');
    const backups = dirname(folder);
    const damaged = chain[2]?.file ?? '';
    truncateSync(damaged, statSync(damaged).size - 30);
    const renamed = join(folder, 'mine.sqlite.gz');
    copyFileSync(damaged, renamed);
    mkdirSync(join(folder, 'deeper'));
    copyFileSync(chain[0]?.file ?? '', join(folder, 'deeper', basename(chain[0]?.file ?? '')));
    const foreign = [
      join(folder, 'notes.txt'),
      join(backups, 'top.sqlite.gz'),
      join(folder, '.x.sqlite.gz.0badc0de.partial'),
    ];
    for (const file of foreign) writeFileSync(file, 'mine');
    symlinkSync(chain[0]?.file ?? '', join(folder, 'link.sqlite.gz'));
    symlinkSync(folder, join(backups, 'linked'));
    const before = place.list(backups);
    afresh();
    const report = await rebuild();
    expect(report.damaged.toSorted()).toEqual([damaged, renamed].toSorted());
    expect(report.foreign.toSorted()).toEqual(
      [
        ...foreign.slice(0, 2),
        join(folder, 'deeper'),
        join(folder, 'link.sqlite.gz'),
        join(backups, 'linked'),
      ].toSorted(),
    );
    expect(report).toMatchObject({ found: 2, added: 2, proved: 2, unlisted: 0 });
    expect(place.list(backups)).toEqual(before);
  });

  it('a moved file keeps what is known of it', async () => {
    const file = chain[2]?.file ?? '';
    const moved = join(dirname(dirname(file)), 'moved.pages.gz');
    renameSync(file, moved);
    const unproved = await new CatalogueKeeper(service.context).reconcile(new AbortController().signal);
    expect(unproved).toEqual([chain[2]?.id]);
    const entry = service.backups.entry(chain[2]?.id ?? '');
    expect(entry).toMatchObject({
      file: moved,
      state: 'unproved',
      sha256: chain[2]?.sha256,
      durationMs: chain[2]?.durationMs,
    });
    expect(await proving()(entry.id)).toBe(true);
  });

  it('what lies elsewhere only is not missing, and is here again when its file is', async () => {
    const [, , last] = chain;
    if (!last) return expect.fail('no chain');
    const kept = place.file('kept.gz');
    renameSync(last.file, kept);
    service.store.backups.setState(last.id, 'elsewhere');
    const keeper = new CatalogueKeeper(service.context);
    expect(await keeper.reconcile(new AbortController().signal)).toEqual([]);
    expect(service.backups.entry(last.id).state).toBe('elsewhere');
    expect(service.store.problems.list(false)).toEqual([]);
    renameSync(kept, last.file);
    expect(await keeper.reconcile(new AbortController().signal)).toEqual([last.id]);
  });

  it('a file that retention let go and could not delete is deleted later, not taken in again', async () => {
    change(live, "UPDATE item SET title = 'other' WHERE id = 9");
    await service.backups.start(service.database, 'weekly').done;
    const file = chain[2]?.file ?? '';
    const folder = dirname(file);
    // Its disk goes away in the midst: the folder that it lies in is not there.
    renameSync(folder, `${folder}-away`);
    await service.backups.delete(chain[2]?.id ?? '');
    renameSync(`${folder}-away`, folder);
    expect(existsSync(file)).toBe(true);
    await new CatalogueKeeper(service.context).reconcile(new AbortController().signal);
    expect([existsSync(file), service.store.backups.get(chain[2]?.id ?? '')]).toEqual([false, null]);
  });

  it('a file that has the name of a deleted one and holds something else is left alone', async () => {
    const file = chain[2]?.file ?? '';
    noteErasing(service.store, service.backups.entry(chain[2]?.id ?? ''));
    service.store.backups.remove(chain[2]?.id ?? '');
    copyFileSync(chain[0]?.file ?? '', file);
    await new CatalogueKeeper(service.context).reconcile(new AbortController().signal);
    expect(existsSync(file)).toBe(true);
    expect(isErasing(service.store, chain[2]?.id ?? '')).toBe(false);
  });

  it('comes from another machine: taken in under databases that nobody guards, or the one at the same path', async () => {
    // With this one, retention would let the chain go.
    chain.push(await service.backups.start(service.database, 'weekly').done);
    const core = await place.core();
    const folder = core.settings().backupFolder;
    cpSync(dirname(dirname(chain[0]?.file ?? '')), folder, { recursive: true });
    const before = place.list(folder);
    const report = await core.rebuildCatalogue();
    expect(report).toMatchObject({ found: 4, added: 4, proved: 4 });
    expect(core.databases()).toEqual([]);
    const guarded = await core.addDatabase({ file: live });
    expect(core.backups(guarded.id).map(({ id }) => id)).toEqual(chain.map(({ id }) => id).toReversed());
    // Made by another Holdfast: its own retention deletes nothing of them.
    core.updateSettings({ retention: { incremental: 0, daily: 1, weekly: 0, monthly: 0 } });
    await core.runRetention(guarded.id);
    expect(place.list(folder)).toEqual(before);
  });
});

describe('a folder with very many files', () => {
  it('is read a few at a time: other work goes on between, and the report has an end', async () => {
    const service = backupService(place, makeDatabase(place.file('app.db')));
    const folder = join(service.context.settings().backupFolder, 'many');
    mkdirSync(folder, { recursive: true });
    for (let number = 0; number < 1_300; number++) writeFileSync(join(folder, `${number}.sqlite.gz`), '');
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const report = await new CatalogueKeeper(service.context).rebuild(async () => true);
    clearInterval(timer);
    expect([report.foreign.length, report.unlisted, report.found]).toEqual([1_000, 300, 0]);
    expect(turns).toBeGreaterThan(10);
    service.store.close();
  });
});

describe('a folder that does not answer', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Looks that the test ends by hand. */
  const scene = () => {
    const looks: { end: (unproved: string[] | null) => void; signal: AbortSignal }[] = [];
    const proved: string[] = [];
    const problems: string[] = [];
    const context = {
      settings: () => ({ backupFolder: '/nowhere' }),
      problems: { report: (error: { code: string }) => problems.push(error.code) },
    };
    const reconciler = new Reconciler(
      { reconcile: (signal) => new Promise((end) => looks.push({ end, signal })) },
      context as never,
      { prove: async (id) => void proved.push(id) },
    );
    return { reconciler, looks, proved, problems };
  };
  const minutes = (count: number) => vi.advanceTimersByTimeAsync(count * 60_000);

  it('keeps no start waiting, and is looked at again until it answers; what is found then is proved', async () => {
    const { reconciler, looks, proved, problems } = scene();
    const first = reconciler.first();
    await vi.advanceTimersByTimeAsync(14_999);
    expect(problems).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await first;
    expect([problems, looks[0]?.signal.aborted]).toEqual([['BACKUP_FOLDER_UNUSABLE'], true]);
    reconciler.start();
    // The first look hangs still: no second one takes another thread.
    await minutes(60);
    expect(looks).toHaveLength(1);
    looks[0]?.end(null);
    await minutes(15);
    expect(looks).toHaveLength(2);
    looks[1]?.end(null);
    await minutes(14);
    expect(looks).toHaveLength(2);
    await minutes(1);
    expect([looks.length, proved]).toEqual([3, []]);
    looks[2]?.end(['base', 'child']);
    await minutes(60);
    expect([looks.length, proved]).toEqual([3, ['base', 'child']]);
    reconciler.stop();
  });

  it('is looked at at once when a backup shows that it is back, and not when nothing is open', async () => {
    const { reconciler, looks } = scene();
    const first = reconciler.first();
    looks[0]?.end(null);
    await first;
    reconciler.start();
    const again = reconciler.again();
    expect(looks).toHaveLength(2);
    looks[1]?.end([]);
    await again;
    await reconciler.again();
    expect(looks).toHaveLength(2);
    reconciler.stop();
  });

  it('is let go of at the end', async () => {
    const { reconciler, looks } = scene();
    const first = reconciler.first();
    looks[0]?.end(null);
    await first;
    reconciler.start();
    void reconciler.again();
    reconciler.stop();
    expect(looks[1]?.signal.aborted).toBe(true);
    looks[1]?.end(null);
    await minutes(60);
    expect(looks).toHaveLength(2);
  });
});
