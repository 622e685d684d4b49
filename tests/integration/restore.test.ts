/** Restores into live databases that applications have open, and what happens when they cannot be done. */
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyImage } from '../../electron/restore/apply';
import type { Core } from '../../electron/core/types';
import { checkIntegrity } from '../../electron/integrity/check';
import type { GuardedDatabase, RestorePoint } from '../../shared/models';
import { contentHash } from '../../electron/database/content-hash';
import { gunzip } from '../helpers/backups';
import { damage } from '../helpers/damage';
import {
  ask,
  change,
  type DatabaseOptions,
  fileHash,
  filesOf,
  integrityOf,
  logicalHash,
  makeDatabase,
} from '../helpers/databases';
import { codeOf, errorOf, Place } from '../helpers/engine';
import { builtPrograms } from '../helpers/programs';
import { prepareRestore, type PrepareOptions } from '../helpers/restores';
import { Writer } from '../helpers/live-writer';
import { until } from '../helpers/until';

const programs = builtPrograms();
let place: Place;

beforeEach(async () => {
  place = await Place.make(programs);
});
afterEach(() => place.end());

interface Guarded {
  core: Core;
  live: string;
  database: GuardedDatabase;
  point: RestorePoint;
  /** Logical hash of what the point holds. */
  wanted: string;
}

/** A guarded database with one backup, changed since. */
async function guarded(options: DatabaseOptions = {}): Promise<Guarded> {
  const core = await place.core();
  const live = makeDatabase(place.file('app.db'), options);
  const database = await core.addDatabase({ file: live });
  const point = await core.startBackup(database.id, 'manual').done;
  const wanted = logicalHash(live);
  change(live, "UPDATE item SET title = 'changed since'; INSERT INTO owner VALUES (70, 'new'); CREATE TABLE later (a)");
  return { core, live, database, point, wanted };
}

/** Nothing of Holdfast's own is beside the live database or in scratch. */
function expectClean(live: string): void {
  expect(readdirSync(dirname(live)).filter((name) => /holdfast-|partial|temporary/.test(name))).toEqual([]);
  expect(place.list(place.file('home/scratch'))).toEqual([]);
}

const FITS: [name: string, options: PrepareOptions][] = [
  ['WAL into WAL', { journalMode: 'wal' }],
  ['rollback journal into rollback journal', { journalMode: 'delete' }],
  ['a WAL image into a rollback-journal database', { journalMode: 'delete', image: { journalMode: 'wal' } }],
  ['a rollback-journal image into a WAL database', { journalMode: 'wal', image: { journalMode: 'delete' } }],
  ['the same content', { image: { label: 'live' } }],
  ['a larger image', { rows: 50, image: { rows: 5000 } }],
  ['a smaller image', { rows: 5000, image: { rows: 5 } }],
  ['an image without tables', { image: { rows: 0, sql: 'DROP TABLE item; DROP TABLE owner' } }],
  ['another page size into WAL', { journalMode: 'wal', pageSizeBytes: 4096, image: { pageSizeBytes: 8192 } }],
  [
    'another page size into rollback journal',
    { journalMode: 'delete', pageSizeBytes: 1024, image: { pageSizeBytes: 65_536 } },
  ],
  ['another encoding', { image: { encoding: 'UTF-16le' } }],
  ['another auto_vacuum', { image: { autoVacuum: 'full' } }],
  ['pages of 65536 bytes', { pageSizeBytes: 65_536 }],
];

describe('a restore into the live database', () => {
  it.each(FITS)('%s: gives the content, keeps journal mode and page size', async (_name, options) => {
    const prepared = await prepareRestore(place, options);
    const { live } = prepared;
    const mode = ask(live, 'PRAGMA journal_mode');
    const pageSize = ask(live, 'PRAGMA page_size');
    expect(await prepared.apply()).toEqual({ outcome: 'restored', writtenSince: false, safety: 'exact' });
    expect(logicalHash(live)).toBe(prepared.wanted);
    expect([integrityOf(live), ask(live, 'PRAGMA journal_mode'), ask(live, 'PRAGMA page_size')]).toEqual([
      'ok',
      mode,
      pageSize,
    ]);
    expect(existsSync(prepared.request.proofFile)).toBe(false);
  });

  it('an application that reads keeps its snapshot, then sees the restored content', async () => {
    const prepared = await prepareRestore(place, { rows: 300, image: { rows: 10 } });
    const reader = await place.app(prepared.live);
    await reader.exec('BEGIN');
    expect(await reader.get('SELECT count(*) FROM item')).toBe(300);
    expect(await prepared.apply()).toEqual({ outcome: 'restored', writtenSince: false, safety: 'exact' });
    expect(await reader.get('SELECT count(*) FROM item'), 'its snapshot').toBe(300);
    expect(await reader.failure("INSERT INTO owner VALUES (80, 'too late')"), 'it may not write onto it').toBe(
      'SQLITE_BUSY_SNAPSHOT',
    );
    await reader.exec('ROLLBACK');
    expect(await reader.get('SELECT count(*) FROM item')).toBe(10);
    await reader.exec("INSERT INTO owner VALUES (80, 'after')");
    expect([integrityOf(prepared.live), ask(prepared.live, 'SELECT name FROM owner WHERE id = 80')]).toEqual([
      'ok',
      'after',
    ]);
  });

  it.each(['wal', 'delete'] as const)('%s: with an application that writes all the time', async (journalMode) => {
    const prepared = await prepareRestore(place, {
      journalMode,
      rows: 2000,
      lockTimeoutMs: 20_000,
      sql: 'CREATE TABLE written (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, filler BLOB NOT NULL)',
    });
    const writer = await place.writer(prepared.live, 200);
    await until('commits', () => Number(ask(prepared.live, 'SELECT count(*) FROM written')) > 20);
    expect(await prepared.apply()).toMatchObject({ outcome: 'restored' });
    const { errors, commits } = await writer.stop();
    // SQLite tells a writer whose snapshot was replaced under it to begin again; nothing else may go wrong.
    expect(errors.filter((code) => code !== 'SQLITE_BUSY_SNAPSHOT')).toEqual([]);
    expect(integrityOf(prepared.live)).toBe('ok');
    expect(Number(ask(prepared.live, 'SELECT count(*) FROM written'))).toBeLessThan(commits);
    expect(ask(prepared.live, "SELECT count(*) FROM item WHERE title LIKE 'image %'")).toBe(2000);
  });

  it('says that an application wrote before the proof, and proves by what SQLite checks', async () => {
    const prepared = await prepareRestore(place);
    const app = await place.app(prepared.live, { timeoutMs: 5000 });
    let wrote: Promise<unknown> | undefined;
    const onProgress = (phase: string): void => {
      if (phase === 'verify') wrote ??= app.exec("INSERT INTO owner VALUES (80, 'at once')");
    };
    // The image that was applied, and a hash that is no longer right: what a write between the two looks like.
    const request = { ...prepared.request, stagingHash: 'f'.repeat(64) };
    expect(await place.job('apply', request, { onProgress })).toMatchObject({
      outcome: 'restored',
      writtenSince: true,
    });
    await wrote;
    expect(ask(prepared.live, 'SELECT count(*) FROM item')).toBe(200);
  });

  it.each(['wal', 'delete'] as const)('keeps what was committed after the safety backup (%s)', async (journalMode) => {
    const prepared = await prepareRestore(place, { journalMode });
    change(prepared.live, "INSERT INTO owner VALUES (91, 'after the safety backup')");
    const before = logicalHash(prepared.live);
    expect(await prepared.apply()).toEqual({ outcome: 'restored', writtenSince: false, safety: 'late' });
    expect(logicalHash(prepared.live)).toBe(prepared.wanted);
    expect(logicalHash(prepared.request.lateSafetyFile)).toBe(before);
  });

  it.each(['wal', 'delete'] as const)(
    'loses no commit of a writer at full speed: each is in the safety copy or in what was restored (%s)',
    async (journalMode) => {
      const prepared = await prepareRestore(place, { journalMode, lockTimeoutMs: 20_000 });
      const { stagingFile, lateSafetyFile } = prepared.request;
      // The writer goes on in what was restored.
      change(stagingFile, 'CREATE TABLE written (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, filler BLOB NOT NULL)');
      const writer = await Writer.start(prepared.live, 0);
      const count = (file: string) => Number(ask(file, 'SELECT count(*) FROM written'));
      await until('it wrote', () => count(prepared.live) > 20 || undefined);
      const request = { ...prepared.request, stagingHash: await contentHash(stagingFile) };
      const applied = await place.job('apply', request);
      const { errors, commits } = await writer.stop();
      expect(applied).toMatchObject({ outcome: 'restored', safety: 'late' });
      expect(errors).toEqual([]);
      expect(count(lateSafetyFile)).toBeGreaterThan(20);
      expect(count(lateSafetyFile) + count(prepared.live)).toBe(commits);
    },
  );

  it('takes a safety backup first, that brings back what was there', async () => {
    const { core, live, database, point, wanted } = await guarded();
    const before = logicalHash(live);
    const record = await core.restore({ pointId: point.id }, database.id).done;
    expect(record).toMatchObject({ outcome: 'restored', sourcePointId: point.id, undone: false, errorCode: null });
    expect(logicalHash(live)).toBe(wanted);
    const safety = core.backup(record.undoPointId ?? '');
    expect(safety).toMatchObject({ kind: 'safety', state: 'proved' });
    expect(logicalHash(gunzip(place, safety.file))).toBe(before);
    expectClean(live);

    const undone = await core.undoRestore(record.id).done;
    expect(undone.outcome).toBe('restored');
    expect(logicalHash(live)).toBe(before);
    expect(core.restores().find(({ id }) => id === record.id)?.undone).toBe(true);
    expect(await codeOf(() => core.undoRestore(record.id).done)).toBe('NOTHING_TO_UNDO');
    await core.undoRestore(undone.id).done;
    expect(logicalHash(live)).toBe(wanted);
    expectClean(live);
  });

  it('undo brings back the pages as they were, byte by byte but for SQLite’s own counters', async () => {
    const { core, live, database, point } = await guarded({ journalMode: 'delete' });
    const pages = (): string => contentOf(live);
    const before = pages();
    const record = await core.restore({ pointId: point.id }, database.id).done;
    expect(pages()).not.toBe(before);
    await core.undoRestore(record.id).done;
    expect(pages()).toBe(before);
  });

  it('a dropped file is restored by its token, and the token is good until it is let go', async () => {
    const { core, live, database, point, wanted } = await guarded();
    const inspection = await core.inspectFile(point.file).done;
    expect(inspection).toMatchObject({ format: 'holdfast-backup', proved: true, contentAt: point.createdAt });
    expect(inspection.candidates[0]).toMatchObject({ databaseId: database.id, why: 'manifest' });
    const preview = await core.previewRestore({ token: inspection.token }, database.id);
    expect(preview.tables.find(({ table }) => table === 'owner')).toMatchObject({ rowsNow: 3, rowsThen: 2 });
    expect(preview.tables.find(({ table }) => table === 'later')).toMatchObject({ rowsThen: null });
    await core.restore({ token: inspection.token }, database.id).done;
    expect(logicalHash(live)).toBe(wanted);
    await core.releaseInspection(inspection.token);
    expect(await codeOf(() => core.restore({ token: inspection.token }, database.id).done)).toBe('INVALID_INPUT');
    expectClean(live);
  });
});

/** The file without the counters of its header. */
function contentOf(file: string): string {
  const bytes = readFileSync(file);
  for (const [at, length] of [
    [24, 4],
    [40, 4],
    [92, 8],
  ] as const)
    bytes.fill(0, at, at + length);
  return bytes.toString('base64');
}

describe('a restore whose result cannot be proved', () => {
  it('is rolled back to what was there', async () => {
    const prepared = await prepareRestore(place, { rows: 3000 });
    const before = logicalHash(prepared.live);
    // The image is damaged after it was staged and proved: SQLite writes it, and the check of the result finds it.
    damage(prepared.request.stagingFile);
    const result = await prepared.apply();
    expect(result).toMatchObject({ outcome: 'rolled-back', reason: { code: 'RESTORE_ROLLED_BACK' } });
    expect([integrityOf(prepared.live), logicalHash(prepared.live)]).toEqual(['ok', before]);
  });

  it('with an application that has it open: it sees the old content again', async () => {
    const prepared = await prepareRestore(place, { rows: 3000 });
    const app = await place.app(prepared.live);
    expect(await app.get('SELECT title FROM item')).toMatch(/^live 0/);
    damage(prepared.request.stagingFile);
    expect((await prepared.apply()).outcome).toBe('rolled-back');
    expect(await app.get('SELECT title FROM item')).toMatch(/^live 0/);
    await app.exec("INSERT INTO owner VALUES (80, 'goes on')");
    expect(integrityOf(prepared.live)).toBe('ok');
  });

  it('is RESTORE_ROLLBACK_FAILED when what was there cannot be proved either', async () => {
    const prepared = await prepareRestore(place);
    // A checker that finds a fault in everything: the safety copy is spoiled too, so that its hash is of no help.
    const applying = applyImage(
      { ...prepared.request, stagingHash: 'f'.repeat(64), safetyFile: place.file('nothing-here.sqlite') },
      {
        check: async (file) => ({ ...checkIntegrity(file), faults: ['found by the test'] }),
        onProgress: () => undefined,
        signal: new AbortController().signal,
      },
    );
    const error = await errorOf(applying);
    expect(error.code).toBe('RESTORE_ROLLBACK_FAILED');
    expect(error.detail).toContain('found by the test');
    expect(integrityOf(prepared.live)).toBe('ok');
  });

  it('is recorded as rolled back, and the safety backup stays', async () => {
    const { core, live, database, point } = await guarded({ rows: 3000 });
    const before = logicalHash(live);
    let damaged = false;
    const stop = core.on('changed', () => {
      // When the safety backup is taken the image is staged: from here on nothing looks at it until it is written.
      const [folder] = place.list(place.file('home/scratch'));
      const staging = folder === undefined ? '' : place.file(`home/scratch/${folder}/staging.sqlite`);
      const inSafety = ['snapshot', 'compress', 'prove'].includes(core.jobs()[0]?.phase ?? '');
      if (damaged || !inSafety || !existsSync(staging)) return;
      damage(staging);
      damaged = true;
    });
    const error = await errorOf(core.restore({ pointId: point.id }, database.id).done);
    stop();
    expect([damaged, error.code]).toEqual([true, 'RESTORE_ROLLED_BACK']);
    expect(logicalHash(live)).toBe(before);
    const [record] = core.restores();
    expect(record).toMatchObject({ outcome: 'rolled-back', errorCode: 'RESTORE_ROLLED_BACK' });
    expect(core.backup(record?.undoPointId ?? '').state).toBe('proved');
    expect(core.problems(false).map(({ code }) => code)).toContain('RESTORE_ROLLED_BACK');
    expectClean(live);
  });
});

describe('a live database that SQLite cannot write into', () => {
  it('that is gone is put there again', async () => {
    const { core, live, database, point, wanted } = await guarded();
    await place.remove(live);
    const record = await core.restore({ pointId: point.id }, database.id).done;
    expect(record).toMatchObject({ outcome: 'restored', undoPointId: null });
    expect([logicalHash(live), integrityOf(live)]).toEqual([wanted, 'ok']);
    expectClean(live);
  });

  it('that was replaced by garbage is moved into quarantine, with its mode kept', async () => {
    const { core, live, database, point, wanted } = await guarded();
    const { mode, uid } = statSync(live);
    writeFileSync(live, 'garbage '.repeat(4000));
    const garbage = fileHash(live);
    expect((await core.restore({ pointId: point.id }, database.id).done).outcome).toBe('restored');
    expect(logicalHash(live)).toBe(wanted);
    expect([statSync(live).mode, statSync(live).uid]).toEqual([mode, uid]);
    const quarantine = readdirSync(place.folder).filter((name) => name.includes('quarantine'));
    expect(quarantine).toHaveLength(1);
    expect(fileHash(place.file(`${quarantine[0] ?? ''}/app.db`))).toBe(garbage);
  });

  it('that was replaced by garbage and is open in a process is RESTORE_HELD_OPEN and stays', async () => {
    const { core, live, database, point, wanted } = await guarded();
    const app = await place.app(live);
    await app.exec('SELECT 1');
    writeFileSync(live, 'garbage '.repeat(4000));
    const garbage = fileHash(live);
    const error = await errorOf(core.restore({ pointId: point.id }, database.id).done);
    expect(error.code).toBe('RESTORE_HELD_OPEN');
    expect(String(error.params.holders)).toContain(String(app.pid));
    expect(fileHash(live)).toBe(garbage);
    expect(core.restores()[0]).toMatchObject({ outcome: 'unchanged', errorCode: 'RESTORE_HELD_OPEN' });
    await app.kill();
    expect((await core.restore({ pointId: point.id }, database.id).done).outcome).toBe('restored');
    expect(logicalHash(live)).toBe(wanted);
  });

  it('that is damaged but open is restored through SQLite, and undo brings the damaged one back', async () => {
    const { core, live, database, point, wanted } = await guarded({ rows: 3000 });
    damage(live);
    const damaged = fileHash(live);
    const app = await place.app(live);
    await app.get('SELECT name FROM owner');
    const record = await core.restore({ pointId: point.id }, database.id).done;
    expect([logicalHash(live), integrityOf(live)]).toEqual([wanted, 'ok']);
    expect(core.backup(record.undoPointId ?? '').state).toBe('failed');
    await app.must('close');
    await core.undoRestore(record.id).done;
    expect(fileHash(live)).not.toBe(damaged); // SQLite's counters went on
    expect(integrityOf(live)).not.toBe('ok');
  });

  it('that stays locked is DATABASE_LOCKED, unchanged', async () => {
    const prepared = await prepareRestore(place, { lockTimeoutMs: 300 });
    const before = logicalHash(prepared.live);
    const app = await place.app(prepared.live);
    await app.exec('BEGIN IMMEDIATE');
    const error = await errorOf(prepared.apply());
    expect(error).toMatchObject({ code: 'DATABASE_LOCKED', params: { path: prepared.live } });
    await app.exec('ROLLBACK');
    expect(logicalHash(prepared.live)).toBe(before);
  });

  it('that is locked for a moment when the restore begins to write is waited for', async () => {
    const prepared = await prepareRestore(place, { journalMode: 'delete', lockTimeoutMs: 20_000 });
    const app = await place.app(prepared.live);
    await app.exec('BEGIN EXCLUSIVE');
    let started = 0;
    const applying = prepared.apply({ onStart: (pid) => (started = pid) });
    // Longer than any single try: the job has to try again.
    await until('the job tries', () => started > 0 && openBy(started, prepared.live));
    await until('a further try', () => !openBy(started, prepared.live) || undefined);
    await app.exec('ROLLBACK');
    expect(await applying).toMatchObject({ outcome: 'restored' });
    expect(logicalHash(prepared.live)).toBe(prepared.wanted);
  });
});

function openBy(pid: number, file: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((one) => linkOf(`/proc/${pid}/fd/${one}`) === file);
  } catch {
    return false;
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return ''; // closed since it was listed
  }
}

describe('copies', () => {
  it('are whole databases of their own, and the live one is not touched', async () => {
    const { core, live, point, wanted } = await guarded();
    const before = logicalHash(live);
    const target = place.file('copy.db');
    expect(await core.saveCopy({ pointId: point.id }, target, false).done).toBe(target);
    expect([logicalHash(target), integrityOf(target), logicalHash(live)]).toEqual([wanted, 'ok', before]);
    expect(await codeOf(core.saveCopy({ pointId: point.id }, target, false).done)).toBe('RESTORE_TARGET_EXISTS');
    change(target, 'DELETE FROM item');
    await core.saveCopy({ pointId: point.id }, target, true).done;
    expect(logicalHash(target)).toBe(wanted);
    expectClean(live);
  });

  it('never replace a guarded database, not even when asked to', async () => {
    const { core, live, point } = await guarded();
    const before = fileHash(live);
    expect(await codeOf(core.saveCopy({ pointId: point.id }, live, true).done)).toBe('RESTORE_TARGET_EXISTS');
    expect(await codeOf(core.exportBackup(point.id, live, true))).toBe('RESTORE_TARGET_EXISTS');
    expect(fileHash(live)).toBe(before);
  });

  it('never replace a database that a process has open', async () => {
    const { core, point } = await guarded();
    const other = makeDatabase(place.file('other.db'));
    const app = await place.app(other);
    await app.get('SELECT 1 FROM owner');
    expect(await codeOf(core.saveCopy({ pointId: point.id }, other, true).done)).toBe('RESTORE_HELD_OPEN');
    await app.exec("INSERT INTO owner VALUES (80, 'still here')");
    expect(integrityOf(other)).toBe('ok');
  });

  it('into a folder that is not there are FILE_NOT_FOUND and leave nothing', async () => {
    const { core, point } = await guarded();
    // Holdfast's own log is written when it comes to it.
    const files = (): string[] => place.list(place.folder).filter((name) => !name.startsWith('home/logs'));
    const before = files();
    expect(await codeOf(core.saveCopy({ pointId: point.id }, place.file('none/copy.db'), false).done)).toBe(
      'FILE_NOT_FOUND',
    );
    expect(await codeOf(core.exportBackup(point.id, place.file('none/copy.gz'), false))).toBe('FILE_NOT_FOUND');
    expect(files()).toEqual(before);
  });

  it('an exported backup is the same file', async () => {
    const { core, point } = await guarded();
    const target = place.file('exported.sqlite.gz');
    await core.exportBackup(point.id, target, false);
    expect(fileHash(target)).toBe(point.sha256);
    expect(await codeOf(core.exportBackup(point.id, target, false))).toBe('RESTORE_TARGET_EXISTS');
    await core.exportBackup(point.id, target, true);
    expect(filesOf(target)).toEqual(['']);
  });
});
