/** Chosen rows into live databases that applications have open; what is undone, put back, refused, interrupted. */
import { copyFileSync, readdirSync } from 'node:fs';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { homePaths } from '../../electron/core/home';
import { PartialRestores } from '../../electron/core/partial-restores';
import type { Core, JobLauncher } from '../../electron/core/types';
import { contentHash } from '../../electron/database/content-hash';
import { JobRunner } from '../../electron/jobs/runner';
import { PARTIAL_RUNNERS } from '../../electron/partial/jobs';
import { Inspections } from '../../electron/restore/inspections';
import { openStore } from '../../electron/store/open';
import type { GuardedDatabase, RestorePoint } from '../../shared/models';
import { HERE } from '../helpers/backups';
import { backupService, inThisProcess } from '../helpers/backup-service';
import { ask, change, integrityOf, logicalHash, makeDatabase } from '../helpers/databases';
import { errorOf, Place } from '../helpers/engine';
import { FaultShim } from '../helpers/fault-shim';
import { builtPrograms } from '../helpers/programs';
import { until } from '../helpers/until';

const programs = builtPrograms();

/** How many of the file operations, evenly spread, are ones at which a process is killed; a large number: all of them. */
const KILLS = Number(process.env['HOLDFAST_PARTIAL_KILLS'] ?? 4);

let place: Place;

beforeEach(async () => {
  place = await Place.make(programs);
});
afterEach(() => place.end());

const EVERYTHING = { insert: true, update: true, remove: true };
const ITEMS = [{ table: 'item', ...EVERYTHING }];
const CHANGED = `UPDATE item SET title = 'changed' WHERE id <= 10; DELETE FROM item WHERE id BETWEEN 20 AND 29;
  INSERT INTO item (owner, title) VALUES (1, 'later'); INSERT INTO owner VALUES (7, 'new');
  CREATE TRIGGER item_log AFTER INSERT ON item BEGIN SELECT raise(abort, 'no'); END`;

interface Guarded {
  core: Core;
  live: string;
  database: GuardedDatabase;
  point: RestorePoint;
  token: string;
}

async function guarded(): Promise<Guarded> {
  const core = await place.core();
  const live = makeDatabase(place.file('app.db'), { rows: 50 });
  const database = await core.addDatabase({ file: live });
  const point = await core.startBackup(database.id, 'manual').done;
  change(live, CHANGED);
  const { token } = await core.recovery.open({ pointId: point.id }, database.id).done;
  return { core, live, database, point, token };
}

describe('through the core', () => {
  it('rows come back behind a safety backup, are recorded, and can be undone', async () => {
    const { core, live, database, point, token } = await guarded();
    const request = { token, databaseId: database.id, tables: ITEMS };
    const tables = await core.recovery.partialTables(request);
    expect(tables.map(({ table, rowsNow, rowsThen }) => [table, rowsNow, rowsThen])).toEqual([
      ['item', 41, 50],
      ['owner', 3, 2],
    ]);
    const before = logicalHash(live);
    expect(await core.recovery.partialPreview(request)).toMatchObject({
      ...{ databaseId: database.id, contentAt: point.createdAt, newViolations: [] },
      tables: [{ table: 'item', inserts: 10, updates: 10, removes: 1, same: 30, truncated: false }],
    });
    expect([logicalHash(live), core.restores()]).toEqual([before, []]);
    const record = await core.recovery.partialRestore(request).done;
    expect(record).toMatchObject({
      ...{ outcome: 'restored', tables: ['item'], sourcePointId: point.id, contentAt: point.createdAt },
      ...{ writtenSince: false, errorCode: null, undone: false },
    });
    expect(ask(live, "SELECT count(*) || min(title) || max(title) FROM item WHERE title LIKE 'first %'")).toMatch(
      /^50/,
    );
    expect([ask(live, 'SELECT count(*) FROM owner'), integrityOf(live)]).toEqual([3, 'ok']);
    expect(core.backup(record.undoPointId ?? '')).toMatchObject({ kind: 'safety', verified: true });
    await core.undoRestore(record.id).done;
    expect(logicalHash(live)).toBe(before);
    expect(readdirSync(place.file('home/scratch'))).toHaveLength(1);
    await core.releaseInspection(token);
    expect(readdirSync(place.file('home/scratch'))).toEqual([]);
    // Two restores, each with a backup: each step a process of its own.
  }, 90_000);

  it('what cannot be done is refused before a backup is taken for it, and is no problem of the database', async () => {
    const { core, live, database, token } = await guarded();
    const before = logicalHash(live);
    const points = core.backups().length;
    const start = (table: string, filter?: string) =>
      errorOf(
        core.recovery.partialRestore({ token, databaseId: database.id, tables: [{ table, filter, ...EVERYTHING }] })
          .done,
      );
    expect((await start('nowhere')).code).toBe('PARTIAL_NOT_POSSIBLE');
    expect((await start('item', 'nothing = 1')).code).toBe('QUERY_INVALID');
    expect(core.backups()).toHaveLength(points);
    // The parent of new rows: only trying shows that.
    change(live, 'UPDATE item SET owner = 7 WHERE id = 40');
    const broken = await start('owner');
    expect(broken).toMatchObject({ code: 'PARTIAL_WOULD_BREAK', params: { count: 1, tables: 'item' } });
    change(live, 'UPDATE item SET owner = 2 WHERE id = 40');
    expect(logicalHash(live)).toBe(before);
    expect(core.problems(false)).toEqual([]);
    expect(core.restores().map(({ outcome, errorCode }) => [outcome, errorCode])).toEqual([
      ['unchanged', 'PARTIAL_WOULD_BREAK'],
      ['unchanged', 'QUERY_INVALID'],
      ['unchanged', 'PARTIAL_NOT_POSSIBLE'],
    ]);
  }, 60_000);

  it('a process that dies says nothing: whether the rows are there is looked at', async () => {
    for (const dies of ['before', 'after'] as const) {
      const service = serviceWith(dies === 'before' ? { killed: true } : { swallowed: true });
      const before = logicalHash(service.live);
      const work = service.partial.start({
        token: await service.token(),
        databaseId: 'database-1',
        tables: ITEMS,
      }).done;
      if (dies === 'before') {
        expect((await errorOf(work)).code).toBe('CHILD_CRASHED');
        expect(logicalHash(service.live)).toBe(before);
      } else expect(await work).toMatchObject({ outcome: 'restored', errorCode: null });
      const [record] = service.store.restores.list();
      expect(record?.outcome).toBe(dies === 'before' ? 'unchanged' : 'restored');
      expect(ask(service.live, "SELECT count(*) FROM item WHERE title LIKE 'first %'")).toBe(
        dies === 'before' ? 30 : 50,
      );
      service.store.close();
      await place.end();
      place = await Place.make(programs);
    }
  });

  it('rows that are not what they should be once they are committed are put back, and that is said', async () => {
    const service = serviceWith({ notProved: true });
    const before = logicalHash(service.live);
    const error = await errorOf(
      service.partial.start({ token: await service.token(), databaseId: 'database-1', tables: ITEMS }).done,
    );
    expect(error).toMatchObject({ code: 'RESTORE_ROLLED_BACK', detail: 'RESTORE_ROLLED_BACK: for the test' });
    expect(logicalHash(service.live)).toBe(before);
    expect(service.store.restores.list()).toMatchObject([{ outcome: 'rolled-back', errorCode: 'RESTORE_ROLLED_BACK' }]);
    expect(service.store.problems.list(false)).toMatchObject([{ code: 'RESTORE_ROLLED_BACK' }]);
    service.store.close();
  });
});

/** The service in this process, with a `partial-apply` that ends in another way than it did. */
function serviceWith(fault: { killed?: boolean; swallowed?: boolean; notProved?: boolean }) {
  const live = makeDatabase(place.file('app.db'), { rows: 50 });
  const content = place.file('content.sqlite');
  copyFileSync(live, content);
  change(live, CHANGED);
  const service = backupService(place, live);
  const inner = inThisProcess(() => undefined);
  const launch: JobLauncher = () => {
    const child = inner();
    let job = '';
    let ended: (code: number | null) => void = () => undefined;
    return {
      ...child,
      send: (message) => {
        ({ job = job } = message as { job?: string });
        if (job === 'partial-apply' && fault.killed) ended(null);
        else child.send(message);
      },
      onMessage: (listener) =>
        child.onMessage((message) => {
          const { type, value } = message as { type: string; value?: unknown };
          const isApplied = job === 'partial-apply' && type === 'done';
          if (isApplied && fault.swallowed) return;
          void (async () => {
            if (!isApplied || !fault.notProved) return listener(message);
            const safetyFile = (await findFile('snapshot.sqlite')) ?? '';
            const reason = {
              code: 'RESTORE_ROLLED_BACK',
              severity: 'HIGH',
              retryable: true,
              params: {},
              detail: 'for the test',
            };
            const result = {
              ...(value as object),
              outcome: 'not-proved',
              reason,
              beforeHash: await contentHash(safetyFile),
            };
            listener({ type: 'done', value: result });
            ended(0);
          })();
        }),
      onExit: (listener) => {
        ended = listener;
        child.onExit((code) => {
          if (!(job === 'partial-apply' && fault.notProved)) listener(code);
        });
      },
    };
  };
  const context = { ...service.context, jobs: new JobRunner(launch, () => undefined) };
  const inspections = new Inspections(context);
  const partial = new PartialRestores(context, { backups: service.backups, inspections });
  const token = async (): Promise<string> =>
    inspections.keep({
      ...{ contentFile: content, folder: await context.scratch.open('kept'), file: content, checks: [], pointId: null },
      ...{ contentAt: new Date().toISOString(), uncertaintyMs: 0, hash: await contentHash(content) },
    });
  return { ...service, live, partial, token };
}

async function findFile(name: string): Promise<string | null> {
  const found = place.list(place.file('service')).find((one) => one.endsWith(name));
  return found === undefined ? null : place.file(`service/${found}`);
}

interface Direct {
  live: string;
  content: string;
  request: Parameters<(typeof PARTIAL_RUNNERS)['partial-apply']>[0];
  /** Logical hash of the live database before. */
  before: string;
}

let number = 0;

/** One job with all that it needs; there is no safety backup whose stamp would fit. */
async function direct(
  journalMode: 'wal' | 'delete',
  options: { rows?: number; lockTimeoutMs?: number } = {},
): Promise<Direct> {
  const name = `direct-${++number}`;
  const live = makeDatabase(place.file(`${name}.db`), {
    journalMode,
    rows: options.rows ?? 50,
    sql: 'CREATE TABLE written (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, filler BLOB NOT NULL)',
  });
  const content = place.file(`${name}-content.sqlite`);
  copyFileSync(live, content);
  change(live, CHANGED);
  const request = {
    ...{ liveFile: live, contentFile: content, contentHash: await contentHash(content), tables: ITEMS },
    ...{
      workFile: place.file(`scratch/${name}-work`),
      safetyFile: place.file(`scratch/${name}-none`),
      safetyStamp: null,
    },
    ...{
      lateSafetyFile: place.file(`scratch/${name}-late`),
      commitMark: 424_242,
      lockTimeoutMs: options.lockTimeoutMs ?? 5_000,
    },
  };
  return { live, content, request, before: logicalHash(live) };
}

const restoredRows = (live: string): unknown => ask(live, "SELECT count(*) FROM item WHERE title LIKE 'first %'");

describe('with applications at work', () => {
  it.each(['wal', 'delete'] as const)('%s: one that writes all the time loses nothing', async (journalMode) => {
    const { live, request } = await direct(journalMode, { rows: 500, lockTimeoutMs: 20_000 });
    // With a rollback journal one that writes without a pause would leave no moment to look at it.
    const writer = await place.writer(live, journalMode === 'wal' ? 200 : 20);
    await until('commits', () => Number(ask(live, 'SELECT count(*) FROM written')) > 5);
    expect(await place.job('partial-apply', request)).toMatchObject({ outcome: 'restored', safety: 'late' });
    const { errors, commits } = await writer.stop();
    expect(errors).toEqual([]);
    expect([ask(live, 'SELECT count(*) FROM written'), restoredRows(live), integrityOf(live)]).toEqual([
      commits,
      500,
      'ok',
    ]);
  });

  it.each([
    ['wal', 'a writer', 'BEGIN IMMEDIATE'],
    ['delete', 'a writer', 'BEGIN IMMEDIATE'],
    ['delete', 'a reader', 'BEGIN; SELECT count(*) FROM item'],
    ['delete', 'one that has it for itself', 'BEGIN EXCLUSIVE'],
  ] as const)(
    '%s: %s that does not end is waited for, then it is refused and nothing is changed',
    async (mode, _name, sql) => {
      const { live, request, before } = await direct(mode, { lockTimeoutMs: 400 });
      const app = await place.app(live);
      if (sql.includes('SELECT')) {
        await app.exec('BEGIN');
        await app.get('SELECT count(*) FROM item');
      } else await app.exec(sql);
      expect((await errorOf(PARTIAL_RUNNERS['partial-apply'](request, HERE))).code).toBe('DATABASE_LOCKED');
      await app.exec('ROLLBACK');
      expect(logicalHash(live)).toBe(before);
      expect(await PARTIAL_RUNNERS['partial-apply'](request, HERE)).toMatchObject({ outcome: 'restored' });
    },
  );

  it('one that writes right after the commit: the rows are its own then', async () => {
    const { live, request } = await direct('wal');
    const result = await PARTIAL_RUNNERS['partial-apply'](request, {
      ...HERE,
      onProgress: (phase) => {
        if (phase === 'verify') change(live, "UPDATE item SET title = 'mine' WHERE id = 1");
      },
    });
    expect(result).toMatchObject({ outcome: 'restored', writtenSince: true });
    expect(ask(live, 'SELECT title FROM item WHERE id = 1')).toBe('mine');
  });

  it('rows that differ although nobody wrote are not proved, and what was there before is named', async () => {
    const { content, request } = await direct('wal');
    const result = await PARTIAL_RUNNERS['partial-apply'](request, {
      ...HERE,
      onProgress: (phase) => {
        if (phase === 'verify') change(content, "UPDATE item SET title = 'other' WHERE id = 1");
      },
    });
    expect(result).toMatchObject({ outcome: 'not-proved', safety: 'late', reason: { code: 'RESTORE_ROLLED_BACK' } });
    if (result.outcome !== 'not-proved') throw new Error('it was proved');
    expect(result.reason.detail).toBe('item: 1 rows are not as they were then');
    expect(result.beforeHash).toBe(await contentHash(request.lateSafetyFile));
  });

  it('a content that changed since it was opened is refused', async () => {
    const { live, content, request, before } = await direct('wal');
    change(content, 'DELETE FROM item');
    expect((await errorOf(place.job('partial-apply', request))).code).toBe('BACKUP_MISMATCH');
    expect(logicalHash(live)).toBe(before);
  });
});

describe('a process that is killed', () => {
  it.each(['wal', 'delete'] as const)(
    '%s: at any operation on a file leaves all or nothing, and the mark says which',
    async (journalMode) => {
      const shim = FaultShim.compile();
      const operations = ['write', 'sync', 'unlink', 'open'] as const;
      const run = async (at: number): Promise<{ live: string; outcome: string; operation: string; number: number }> => {
        const { live, request } = await direct(journalMode);
        const paths = [live, `${place.folder}/scratch`, request.contentFile];
        const environment = shim.environment({ paths, operations, at, action: 'kill', span: 1 });
        const wrap = ['env', ...Object.entries(environment).map(([name, value]) => `${name}=${value}`)];
        const outcome = await place.job('partial-apply', request, { wrap }).then(
          (result) => result.outcome,
          (thrown: { code?: string }) => String(thrown.code),
        );
        return { live, outcome, operation: shim.operation(at), number: shim.count(operations) };
      };
      try {
        const whole = await run(0);
        expect([whole.outcome, restoredRows(whole.live)]).toEqual(['restored', 50]);
        expect(whole.number).toBeGreaterThan(20);
        // A journal that named another one beside the scratch files would be lost with them.
        for (let at = 1; at <= whole.number; at++) expect(shim.operation(at)).not.toContain('-mj');
        const seen = new Set<string>();
        const step = Math.max(1, (whole.number - 1) / KILLS);
        for (let moment = 1; moment <= whole.number; moment += step) {
          const at = Math.round(moment);
          const { live, outcome, operation } = await run(at);
          if (outcome !== 'restored') expect([operation, outcome]).toEqual([operation, 'CHILD_CRASHED']);
          const settle = {
            liveFile: live,
            commitMark: 424_242,
            lockTimeoutMs: 1_000,
          };
          const { committed } = await PARTIAL_RUNNERS['partial-settle'](settle, HERE);
          seen.add(String(committed));
          expect([operation, restoredRows(live), integrityOf(live)]).toEqual([operation, committed ? 50 : 30, 'ok']);
          expect(ask(live, "SELECT count(*) FROM sqlite_schema WHERE name = 'item_log'"), operation).toBe(1);
        }
        expect(seen).toEqual(new Set(['true', 'false']));
      } finally {
        shim.remove();
      }
    },
    60_000 + KILLS * 5_000,
  );

  it.each([true, false])(
    'with everything else: the next start says how it ended (committed: %s)',
    async (committed) => {
      const live = makeDatabase(place.file('app.db'), { rows: 5 });
      const core = await place.core();
      const database = await core.addDatabase({ file: live });
      await core.stop();
      const store = openStore(homePaths(place.file('home')).store);
      const begin = {
        id: 'r1',
        databaseId: database.id,
        sourcePointId: null,
        sourceFile: '/gone',
        contentSha256: null,
      };
      store.restores.begin({ ...begin, startedAt: new Date().toISOString(), contentAt: null, tables: ['item'] });
      store.restores.beginRows('r1', 777_777);
      store.close();
      if (committed) {
        const connection = new Database(live);
        connection.unsafeMode(true);
        connection.pragma('schema_version = 777777');
        connection.close();
      }
      // What applications do meanwhile hides nothing.
      change(live, "UPDATE item SET title = 'since'; CREATE TABLE since (a)");
      const next = await place.core({ home: place.file('home') });
      expect(next.restores()).toMatchObject([
        { outcome: committed ? 'restored' : 'unchanged', errorCode: committed ? null : 'RESTORE_INTERRUPTED' },
      ]);
    },
  );
});
