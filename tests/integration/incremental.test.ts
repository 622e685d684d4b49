/**
 * Backups of changed pages of real databases. What a chain of files holds is brought back by the program in docs/, which
 * knows the description of the format alone, and by Holdfast itself; both must have the SHA-256 that the catalogue knows.
 */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { JobPhase } from '@shared/models';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { linkOf, linksOf } from '../../electron/backup/chain';
import { extractChain } from '../../electron/backup/extract-chain';
import { type BackupResult, takeBackup } from '../../electron/backup/take-backup';
import type { CatalogueEntry } from '../../electron/store/backups';
import { flipBit } from '../helpers/damage';
import { backupRequest, HERE, takeBackupHere } from '../helpers/backups';
import { backupService, type Service, type ServiceOptions } from '../helpers/backup-service';
import {
  ask,
  change,
  type DatabaseOptions,
  fileHash,
  integrityOf,
  logicalHash,
  makeDatabase,
} from '../helpers/databases';
import { codeOf, errorOf, Place } from '../helpers/engine';
import { builtPrograms } from '../helpers/programs';
import { until } from '../helpers/until';

const programs = builtPrograms();
const RESTORE = resolve(import.meta.dirname, '../../docs/restore-changes.py');

let place: Place;
let open: Service[];
let number = 0;

beforeEach(async () => {
  place = await Place.make(programs);
  open = [];
});
afterEach(async () => {
  for (const service of open) {
    await service.context.jobs.close();
    service.store.close();
  }
  await place.end();
});

function serve(file: string, options?: ServiceOptions): Service {
  const service = backupService(place, file, options);
  open.push(service);
  return service;
}

const take = ({ backups, database }: Service, kind: 'manual' | 'incremental' = 'incremental') =>
  backups.start(database, kind).done;

/** The job's process has ended; its result is not in the catalogue yet. */
function beforeTheResult({ context }: Service, meanwhile: () => void | Promise<void>): void {
  const start = context.jobs.start.bind(context.jobs);
  vi.spyOn(context.jobs, 'start').mockImplementationOnce((spec) =>
    start({
      ...spec,
      body: (job) => {
        let first = true;
        const process: typeof job.process = async (...request) => {
          const result = await job.process(...request);
          if (first) await meanwhile();
          first = false;
          return result;
        };
        return spec.body({ ...job, process });
      },
    }),
  );
}

/** Brings a chain of files back with Python alone. Gives the file. */
function restoreByHand(files: string[]): string {
  const target = place.file(`by-hand-${number++}.sqlite`);
  const { status, stderr } = spawnSync('python3', [RESTORE, target, ...files], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
  return target;
}

/** That both ways bring back exactly what the catalogue says, which is a whole database. Gives the file. */
async function expectRestorable({ store }: Service, entry: CatalogueEntry): Promise<string> {
  const links = linksOf(entry, (id) => store.backups.get(id));
  const byHand = restoreByHand(links.map(({ file }) => file));
  expect(fileHash(byHand), entry.file).toBe(entry.contentSha256);
  expect(readFileSync(byHand).length).toBe(entry.contentBytes);
  expect(integrityOf(byHand)).toBe('ok');
  const extracted = place.file(`extracted-${number++}.sqlite`);
  const [base, ...rest] = links.map(linkOf);
  await extractChain([base!, ...rest], extracted, HERE);
  expect(fileHash(extracted)).toBe(entry.contentSha256);
  return byHand;
}

/** Two hundred rows, and one change a point. */
const update = (file: string, row: number): void =>
  change(file, `UPDATE item SET title = 'changed ${row}' WHERE id = ${row}`);

describe('a chain', () => {
  it('holds seven backups of changed pages, each byte for byte; the eighth is full', async () => {
    const live = makeDatabase(place.file('app.db'), { rows: 2000 });
    const service = serve(live);
    const hashes: string[] = [];
    for (let point = 0; point <= 8; point++) {
      update(live, point * 200 + 1);
      hashes.push(logicalHash(live));
      await take(service);
    }
    const points = service.store.backups.list().toReversed();
    const [base] = points;
    expect(points.map(({ form, chainLength }) => `${form} ${chainLength}`)).toEqual([
      'full 0',
      ...[1, 2, 3, 4, 5, 6, 7].map((length) => `changes ${length}`),
      'full 0',
    ]);
    for (const [index, point] of points.entries()) {
      const isFull = index === 0 || index === 8;
      expect(point).toMatchObject({
        state: 'proved',
        parentId: isFull ? null : points[index - 1]?.id,
        chainId: isFull ? point.id : base?.id,
      });
      expect(basename(point.file)).toMatch(isFull ? /-incremental\.sqlite\.gz$/ : /-incremental\.pages\.gz$/);
      const restored = await expectRestorable(service, point);
      expect(logicalHash(restored)).toBe(hashes[index]);
      if (isFull) continue;
      expect(point.changedPages).toBeGreaterThan(0);
      expect(point.changedPages).toBeLessThan(10);
      expect(point.sizeBytes).toBeLessThan((base?.sizeBytes ?? 0) / 4);
      expect(point.checks.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual(
        [
          'chain',
          'file-size',
          'file-sha256',
          'gzip-stream',
          'content-size',
          'content-sha256',
          'opens',
          'integrity-check',
          'foreign-key-check',
        ].map((step) => `${step} ok`),
      );
    }
    expect(service.told).toHaveLength(9);
    // A later proof restores the whole chain.
    const verified = await service.backups.verify(points[7]?.id ?? '').done;
    expect(verified.state).toBe('proved');
    expect(place.list(service.context.paths.scratch)).toEqual([]);
    expect(place.list(service.context.paths.pages)).toEqual(['database-1.json', 'database-1.map']);
  });

  const SHAPES: [name: string, options: DatabaseOptions, changes: string[]][] = [
    ['pages of 512 bytes, WAL', { pageSizeBytes: 512 }, ["UPDATE item SET title = 'a' WHERE id = 3"]],
    [
      'pages of 65536 bytes',
      { pageSizeBytes: 65_536, rows: 9000, journalMode: 'delete' },
      ['DELETE FROM item WHERE id = 8'],
    ],
    ['a database that grows', { journalMode: 'truncate' }, ["INSERT INTO item (owner, title) SELECT 1, 'b' FROM item"]],
    [
      'a database that shrinks by itself',
      { autoVacuum: 'full', rows: 3000, journalMode: 'persist' },
      ['DELETE FROM item WHERE id > 2900', 'DELETE FROM item WHERE id > 2800'],
    ],
    [
      'a database that shrinks when it is told to',
      { autoVacuum: 'incremental', rows: 3000 },
      ['DELETE FROM item WHERE id > 2700', 'PRAGMA incremental_vacuum(10)'],
    ],
    ['another schema', { rows: 1000 }, ['CREATE TABLE more (a); INSERT INTO more VALUES (1)', 'DROP TABLE more']],
    ['UTF-16', { encoding: 'UTF-16be', rows: 1000 }, ["UPDATE item SET title = '바뀜' WHERE id = 5"]],
  ];

  it.each(SHAPES)('follows %s', async (_name, options, changes) => {
    const live = makeDatabase(place.file('app.db'), { rows: 1000, ...options });
    const steps = await stepsOf(live, changes);
    expect(steps.map(({ result }) => result.reason)).toEqual(['no-parent', ...changes.map(() => 'changes')]);
    for (const [index, { result, hash }] of steps.entries()) {
      const restored = restoreByHand(steps.slice(0, index + 1).map((step) => step.result.file));
      expect(fileHash(restored)).toBe(result.manifest.contentSha256);
      expect(logicalHash(restored)).toBe(hash);
      expect(integrityOf(restored)).toBe('ok');
    }
  });

  it.each(['wal', 'delete'] as const)('holds a moment of a live writer each time: %s', async (journalMode) => {
    const live = makeDatabase(place.file('app.db'), { journalMode, rows: 1500 });
    const service = serve(live, { processes: true });
    await take(service, 'manual');
    const writer = await place.writer(live, 60);
    const seen: number[] = [];
    for (let round = 0; round < 3; round++) {
      const point = await take(service);
      expect(point).toMatchObject({ form: 'changes', chainLength: round + 1, state: 'proved' });
      const restored = await expectRestorable(service, service.backups.entry(point.id));
      seen.push(Number(ask(restored, 'SELECT count(*) FROM written')));
      expect(ask(restored, 'SELECT count(*) = ifnull(max(id), 0) FROM written'), 'no commit is missing').toBe(1);
    }
    const result = await writer.stop();
    expect(result.errors).toEqual([]);
    expect(ask(live, 'SELECT count(*) FROM written')).toBe(result.commits);
    expect(seen.toSorted((a, b) => a - b)).toEqual(seen);
    expect(integrityOf(live)).toBe('ok');
  });
});

/** A full backup and one of the changes of each step, each taken in this process, which has nothing else open. */
async function stepsOf(live: string, changes: string[]): Promise<{ result: BackupResult; hash: string }[]> {
  const steps: { result: BackupResult; hash: string }[] = [];
  for (const sql of ['', ...changes]) {
    if (sql) change(live, sql);
    const before = steps.at(-1)?.result;
    const hash = logicalHash(live);
    const newMapFile = place.file(`scratch/map-${number++}`);
    const { result } = await takeBackupHere(place, live, {
      newMapFile,
      parent: before
        ? {
            pointId: before.manifest.id,
            chainId: steps[0]?.result.manifest.id ?? '',
            chainLength: steps.length - 1,
            contentSha256: before.manifest.contentSha256,
            pageSizeBytes: before.manifest.pageSizeBytes,
            mapFile: place.file('scratch/parent-map'),
            identity: before.identity,
            files: steps.map(({ result: { file, sizeBytes } }) => ({ file, sizeBytes })),
            changesFile: place.file(`backups/changes-${number++}.pages.gz`),
          }
        : null,
    });
    renameSync(newMapFile, place.file('scratch/parent-map'));
    steps.push({ result, hash });
  }
  return steps;
}

describe('a full backup is taken instead', () => {
  /** A service with a full backup, and one of changes on top. */
  async function begun(options: DatabaseOptions = {}): Promise<{ live: string; service: Service; map: string }> {
    const live = makeDatabase(place.file('app.db'), { rows: 2000, ...options });
    const service = serve(live);
    await take(service, 'manual');
    update(live, 1);
    expect((await take(service)).form).toBe('changes');
    update(live, 2);
    return { live, service, map: join(service.context.paths.pages, 'database-1.map') };
  }

  async function expectFull(service: Service): Promise<void> {
    const point = await take(service);
    expect(point).toMatchObject({ form: 'full', state: 'proved', parentId: null, chainId: point.id, chainLength: 0 });
    await expectRestorable(service, service.backups.entry(point.id));
  }

  it.each<[string, (map: string) => void]>([
    ['in a hash', (map) => flipBit(map, 24 + 16 * 20 + 3)],
    ['in the page size', (map) => flipBit(map, 17)],
    ['in the hash of the image', (map) => flipBit(map, readFileSync(map).length - 40)],
    ['at the end', (map) => truncateSync(map, readFileSync(map).length - 1)],
  ])('when the page map is damaged: %s', async (_where, damageMap) => {
    const { service, map } = await begun();
    damageMap(map);
    await expectFull(service);
    expect(service.store.problems.list(false)).toEqual([]);
  });

  it.each(['map', 'json'])('when the page map is gone: .%s', async (suffix) => {
    const { service } = await begun();
    rmSync(join(service.context.paths.pages, `database-1.${suffix}`));
    await expectFull(service);
  });

  it('when the note beside the page map is damaged', async () => {
    const { service } = await begun();
    writeFileSync(join(service.context.paths.pages, 'database-1.json'), '{"pointId":');
    await expectFull(service);
  });

  it.each(['gone', 'cut off'])('when the file of an earlier link is %s', async (what) => {
    const { service } = await begun();
    const base = service.store.backups.list().at(-1)?.file ?? '';
    if (what === 'gone') rmSync(base);
    else truncateSync(base, 1000);
    await expectFull(service);
  });

  it('when an earlier link was found damaged', async () => {
    const { service } = await begun();
    const base = service.store.backups.list().at(-1);
    flipBit(base?.file ?? '', 3000);
    expect((await service.backups.verify(base?.id ?? '').done).state).toBe('failed');
    await expectFull(service);
  });

  it('when the parent was deleted', async () => {
    const { service } = await begun();
    await service.backups.delete(service.store.backups.newest('database-1')?.id ?? '');
    await expectFull(service);
  });

  it.each<[string, (service: Service, parentId: string) => void | Promise<void>]>([
    ['deleted', ({ backups }, id) => backups.delete(id)],
    ['found damaged', ({ store }, id) => store.backups.setState(id, 'failed')],
  ])('when the parent was %s while the backup was made', async (_what, harm) => {
    const { live, service } = await begun();
    const parentId = service.store.backups.newest('database-1')?.id ?? '';
    beforeTheResult(service, () => harm(service, parentId));
    await expectFull(service);
    const files = readdirSync(join(service.context.paths.root, 'backups', 'app'));
    expect(files.toSorted()).toEqual(
      service.store.backups
        .list()
        .flatMap(({ file }) => (existsSync(file) ? [basename(file)] : []))
        .toSorted(),
    );

    // Nor is a point that is gone said to hold what did not change.
    update(live, 3);
    const { id } = await take(service);
    beforeTheResult(service, () => harm(service, id));
    await expectFull(service);
  });

  it('when more than half of the pages changed: VACUUM', async () => {
    const { live, service } = await begun({ sql: 'DELETE FROM item WHERE id % 3 = 0' });
    change(live, 'VACUUM');
    await expectFull(service);
  });

  it('when the page size is another one', async () => {
    const { live, service } = await begun({ journalMode: 'delete' });
    change(live, 'PRAGMA page_size = 8192; VACUUM');
    await expectFull(service);
  });

  it('when the file was replaced', async () => {
    const { live, service } = await begun({ journalMode: 'delete' });
    copyFileSync(live, place.file('other.db'));
    renameSync(place.file('other.db'), live);
    await expectFull(service);
  });

  it('when one is asked for', async () => {
    const { service } = await begun();
    expect((await take(service, 'manual')).form).toBe('full');
  });
});

it('nothing is built on the safety backup before a restore', async () => {
  const live = makeDatabase(place.file('app.db'), { rows: 1000 });
  const service = serve(live);
  const { context, backups, database } = service;
  const first = await take(service, 'manual');
  update(live, 1);
  const safety = await context.jobs.start({
    ...{ kind: 'restore', databaseId: database.id, subject: 'app' },
    body: (job) => context.scratch.use(job.id, (folder) => backups.takeSafety(job, database, folder)),
  }).done;
  expect(safety.point).toMatchObject({ kind: 'safety', form: 'full', state: 'proved' });
  update(live, 2);
  const point = await take(service);
  expect([point.form, point.parentId]).toEqual(['changes', first.id]);
  await expectRestorable(service, backups.entry(point.id));
});

describe('when nothing changed', () => {
  it('nothing is stored, and nothing is wrong', async () => {
    const live = makeDatabase(place.file('app.db'));
    const service = serve(live);
    const first = await take(service, 'manual');
    const error = await errorOf(take(service));
    expect([error.code, error.params['pointId'], error.params['name']]).toEqual(['NOTHING_CHANGED', first.id, 'app']);
    expect(service.store.backups.list().map(({ id }) => id)).toEqual([first.id]);
    expect(place.list(service.context.settings().backupFolder).filter((name) => name.endsWith('.gz'))).toHaveLength(1);
    expect(service.store.problems.list(true)).toEqual([]);
    expect(service.context.totals.backups()).toEqual([{ kind: 'manual', result: 'proved', count: 1 }]);
    expect(service.backups.isInHand('database-1')).toBe(false);
    // The chain goes on where it was.
    update(live, 1);
    expect(await take(service)).toMatchObject({ form: 'changes', parentId: first.id });
  });

  it('and that can be told from outside, no job is started', async () => {
    const live = makeDatabase(place.file('app.db'));
    const app = await place.app(live);
    let aheadMs = 60_000;
    const service = serve(live, { processes: true, nowMs: () => Date.now() + aheadMs });
    const { backups, database } = service;
    const first = await take(service, 'manual');
    expect((await backups.unchangedSince(database))?.id).toBe(first.id);
    expect(await codeOf(take(service))).toBe('NOTHING_CHANGED');
    expect(service.jobs).toBe(1);
    await app.exec("UPDATE item SET title = 'later' WHERE id = 1");
    expect(await backups.unchangedSince(database)).toBeNull();
    // Its last write is too near: the first look that says nothing changed has to copy.
    aheadMs = 0;
    expect((await take(service)).form).toBe('changes');
    expect(await codeOf(take(service))).toBe('NOTHING_CHANGED');
    expect(service.jobs).toBe(3);
    aheadMs = 60_000;
    expect(await backups.unchangedSince(database)).toBeNull();
    expect(await codeOf(take(service))).toBe('NOTHING_CHANGED');
    expect(service.jobs).toBe(4);
    expect(await codeOf(take(service))).toBe('NOTHING_CHANGED');
    expect(service.jobs, 'from then on nothing is copied').toBe(4);
    rmSync(service.store.backups.list().at(-1)?.file ?? '');
    expect(await backups.unchangedSince(database), 'a restore point that is gone holds nothing').toBeNull();
  });

  it('a problem of the database that is over is settled, one of the backups is not', async () => {
    const live = makeDatabase(place.file('app.db'));
    const service = serve(live);
    await take(service, 'manual');
    for (const code of ['DATABASE_LOCKED', 'BACKUP_PROOF_FAILED'] as const) {
      service.store.problems.record({
        ...{ code, severity: 'HIGH', databaseId: 'database-1', params: {}, detail: '' },
        at: new Date().toISOString(),
      });
    }
    expect(await codeOf(take(service))).toBe('NOTHING_CHANGED');
    expect(service.store.problems.list(false).map(({ code }) => code)).toEqual(['BACKUP_PROOF_FAILED']);
  });
});

describe('requests', () => {
  it('for changes join any backup in hand, one for the whole image only its like', async () => {
    const live = makeDatabase(place.file('app.db'), { rows: 2000 });
    const { backups, database } = serve(live);
    const changes = backups.start(database, 'incremental');
    expect(backups.start(database, 'daily', { changesOnly: true }).id).toBe(changes.id);
    const full = backups.start(database, 'manual');
    expect(full.id).not.toBe(changes.id);
    expect(backups.start(database, 'weekly').id).toBe(full.id);
    expect(backups.start(database, 'incremental').id).toBe(full.id);
    await changes.done;
    expect(backups.isInHand(database.id)).toBe(true);
    expect((await full.done).form).toBe('full');
    expect(backups.isInHand(database.id)).toBe(false);
    expect(backups.start(database, 'incremental').id).not.toBe(full.id);
  });
});

describe('letting go', () => {
  async function chainOfThree(): Promise<Service> {
    const live = makeDatabase(place.file('app.db'), { rows: 1000 });
    const service = serve(live);
    for (const row of [1, 2, 3]) {
      update(live, row);
      await take(service, row === 1 ? 'manual' : 'incremental');
    }
    return service;
  }
  const copied = { destinationId: 'd', destination: 'd', state: 'copied' } as const;
  const rest = { copiedAt: null, verifiedAt: null, error: null, nextTryAt: null };

  it('a restore point that others are built on is kept until they are gone', async () => {
    const { backups, store, told } = await chainOfThree();
    const [last, middle, base] = store.backups.list();
    for (const [point, needed] of [
      [base, 1],
      [middle, 1],
    ] as const) {
      const error = await errorOf(backups.delete(point?.id ?? ''));
      expect([error.code, error.params['points']]).toEqual(['BACKUP_KEPT', needed]);
      expect(existsSync(point?.file ?? '')).toBe(true);
    }
    const before = told.length;
    await backups.delete(last?.id ?? '');
    await backups.delete(middle?.id ?? '');
    expect(store.backups.list().map(({ id }) => id)).toEqual([base?.id]);
    expect(told.length - before).toBe(2);
    expect((await errorOf(backups.delete(base?.id ?? ''))).params).not.toHaveProperty('points');
  });

  it('where destinations have it, it stays as kept elsewhere, and what it is built on may follow', async () => {
    const { backups, store, copies } = await chainOfThree();
    const [last, middle, base] = store.backups.list();
    for (const { id } of [last!, middle!]) copies.set(id, [{ ...copied, ...rest }]);
    await backups.delete(last!.id);
    expect([store.backups.get(last!.id)?.state, existsSync(last!.file)]).toEqual(['elsewhere', false]);
    await backups.delete(middle!.id);
    expect(store.backups.list().map(({ state }) => state)).toEqual(['elsewhere', 'elsewhere', 'proved']);
    // The base has no copy: without its entry nobody would know what the others are built on.
    expect(await codeOf(backups.delete(base!.id))).toBe('BACKUP_KEPT');
    expect(existsSync(base!.file)).toBe(true);
  });

  it('a file that went while it was proved is not called proved', async () => {
    const service = await chainOfThree();
    const { backups, store, copies } = service;
    const last = store.backups.newest('database-1')!;
    copies.set(last.id, [{ ...copied, ...rest }]);
    beforeTheResult(service, () => backups.delete(last.id));
    expect((await backups.verify(last.id).done).state).toBe('elsewhere');
    expect(existsSync(last.file)).toBe(false);
  });
});

describe('a crash', () => {
  /** A full point and two of changes; the state of `pages/` after each. */
  async function recorded(): Promise<{ service: Service; live: string; states: Map<string, Buffer>[] }> {
    const live = makeDatabase(place.file('app.db'), { rows: 1000 });
    const service = serve(live);
    const { pages } = service.context.paths;
    const states: Map<string, Buffer>[] = [];
    for (const row of [1, 2, 3]) {
      update(live, row);
      await take(service, row === 1 ? 'manual' : 'incremental');
      states.push(new Map(readdirSync(pages).map((name) => [name, readFileSync(join(pages, name))])));
    }
    update(live, 4);
    return { service, live, states };
  }

  it.each<[what: string, map: number, note: number, form: string, parent: number | null]>([
    ['after the entry, before the page map is in place', 1, 1, 'changes', 1],
    ['between page map and note', 2, 1, 'full', null],
    ['a note that was written to the disk before the map was', 1, 2, 'full', null],
    ['none: for comparison', 2, 2, 'changes', 2],
  ])('%s: the next one is right', async (_what, map, note, form, parent) => {
    const { service, live, states } = await recorded();
    const { pages } = service.context.paths;
    writeFileSync(join(pages, 'database-1.map'), states[map]?.get('database-1.map') ?? '');
    writeFileSync(join(pages, 'database-1.json'), states[note]?.get('database-1.json') ?? '');
    const points = service.store.backups.list().toReversed();
    const point = await take(service);
    expect([point.form, point.parentId]).toEqual([form, parent === null ? null : points[parent]?.id]);
    const restored = await expectRestorable(service, service.backups.entry(point.id));
    expect(logicalHash(restored)).toBe(logicalHash(live));
  });

  it('after the file has its name, before its entry: the next one builds on what the catalogue knows', async () => {
    const { service, live, states } = await recorded();
    const { pages } = service.context.paths;
    const [last, known] = service.store.backups.list();
    service.store.backups.remove(last!.id);
    for (const [name, content] of states[1] ?? []) writeFileSync(join(pages, name), content);
    const point = await take(service);
    expect([point.form, point.parentId, point.chainLength]).toEqual(['changes', known?.id, 2]);
    const restored = await expectRestorable(service, service.backups.entry(point.id));
    expect(logicalHash(restored)).toBe(logicalHash(live));
  });

  it('of the job, at any moment: what is in the catalogue is whole, and so is what comes next', async () => {
    const live = makeDatabase(place.file('app.db'), { rows: 3000, fillerBytes: 1500 });
    const service = serve(live, { processes: true });
    await take(service, 'manual');
    const phases = ['snapshot', 'compress', 'prove'];
    for (const round of phases.keys()) {
      update(live, round + 1);
      const handle = service.backups.start(service.database, 'incremental');
      let ended = '';
      const end = handle.done.then(
        ({ form }) => (ended = form),
        ({ code }: { code: string }) => (ended = code),
      );
      // A phase of few bytes may be over before anybody looks.
      const reached = () => ended !== '' || phases.indexOf(handle.view().phase) >= round;
      await until(`a job in phase ${phases[round] ?? ''}`, reached);
      kill(service.pid);
      expect(['CHILD_CRASHED', 'changes']).toContain(await end);
      expect(place.list(service.context.settings().backupFolder).filter((name) => name.includes('.partial'))).toEqual(
        [],
      );
    }
    update(live, 9);
    const point = await take(service);
    expect(point.form).toBe('changes');
    for (const entry of service.store.backups.list()) await expectRestorable(service, entry);
    const restored = await expectRestorable(service, service.backups.entry(point.id));
    expect(logicalHash(restored)).toBe(logicalHash(live));
  });
});

/** Ends a process as a crash would; one that has just ended is what the test allows as well. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ESRCH') throw thrown;
  }
}

describe('a page that changes between copy and file', () => {
  it.each(['changes', 'the whole image'])('is found, and no file is left: %s', async (what) => {
    const live = makeDatabase(place.file('app.db'), { rows: 2000 });
    const [first] = await stepsOf(live, []);
    update(live, 1);
    const { manifest, identity, file, sizeBytes } = first!.result;
    const request = backupRequest(place, live, {
      newMapFile: place.file('scratch/new-map'),
      parent:
        what === 'the whole image'
          ? null
          : {
              ...{ pointId: manifest.id, chainId: manifest.id, chainLength: 0, identity },
              contentSha256: manifest.contentSha256,
              pageSizeBytes: manifest.pageSizeBytes,
              mapFile: place.file('scratch/parent-map'),
              files: [{ file, sizeBytes }],
              changesFile: place.file('backups/second.pages.gz'),
            },
    });
    const damaging = {
      ...HERE,
      onProgress: (phase: JobPhase, done: number, total: number) => {
        if (phase !== 'snapshot' || done !== total) return;
        // The copy is there, nothing of it was read again.
        flipBit(request.snapshotFile, ...Array.from({ length: 100 }, (_, page) => page * manifest.pageSizeBytes + 50));
      },
      check: async () => ({ faults: [], foreignKeyViolations: 0, foreignKeyExamples: [], incomplete: null }),
    };
    expect(await codeOf(takeBackup(request, damaging))).toBe('BACKUP_PROOF_FAILED');
    expect(place.list(place.file('backups'))).toEqual([basename(file)]);
    expect(existsSync(request.newMapFile ?? '')).toBe(false);
  });
});
