/** Restore points of changed pages through the core: restored, copied, verified with what depends on them. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Core } from '../../electron/core/types';
import { checkIntegrity } from '../../electron/integrity/check';
import { placeCopy } from '../../electron/restore/place';
import type { GuardedDatabase, RestorePoint } from '../../shared/models';
import { HERE } from '../helpers/backups';
import { chainOf, makeImages, writeChain } from '../helpers/chains';
import { ask, change, fileHash, integrityOf, logicalHash, makeDatabase } from '../helpers/databases';
import { codeOf, errorOf, Place } from '../helpers/engine';
import { builtPrograms } from '../helpers/programs';
import { until } from '../helpers/until';

const programs = builtPrograms();
let place: Place;

beforeEach(async () => {
  place = await Place.make(programs);
});
afterEach(() => place.end());

interface Chained {
  core: Core;
  live: string;
  database: GuardedDatabase;
  /** A full one, then two of changed pages. */
  points: [full: RestorePoint, first: RestorePoint, second: RestorePoint];
  /** Logical hash of the database at each of them. */
  wanted: [string, string, string];
}

async function chained(): Promise<Chained> {
  const core = await place.core();
  const live = makeDatabase(place.file('app.db'), { rows: 500 });
  const database = await core.addDatabase({ file: live });
  const take = async (kind: 'manual' | 'incremental'): Promise<[RestorePoint, string]> => [
    await core.startBackup(database.id, kind).done,
    logicalHash(live),
  ];
  const [full, atFull] = await take('manual');
  change(live, "UPDATE item SET title = 'first' WHERE id = 3");
  const [first, atFirst] = await take('incremental');
  change(live, "UPDATE item SET title = 'second' WHERE id = 300; DELETE FROM item WHERE id > 480");
  const [second, atSecond] = await take('incremental');
  expect([full.form, first.form, second.form, second.chainLength]).toEqual(['full', 'changes', 'changes', 2]);
  return { core, live, database, points: [full, first, second], wanted: [atFull, atFirst, atSecond] };
}

const damageFile = (file: string): (() => void) => {
  const right = readFileSync(file);
  const wrong = Buffer.from(right);
  wrong.writeUInt8(wrong.readUInt8(right.length >> 1) ^ 1, right.length >> 1);
  writeFileSync(file, wrong);
  return () => writeFileSync(file, right);
};

const stateOf = (core: Core, points: readonly RestorePoint[]): string[] =>
  points.map(({ id }) => {
    const { state, checks } = core.backup(id);
    const broken = checks.some(({ step, outcome }) => step === 'chain' && outcome === 'failed');
    return broken ? `${state} by chain` : state;
  });

describe('restoring a restore point of changed pages', () => {
  it('brings its moment into a live WAL database while an application writes, and can be undone', async () => {
    const core = await place.core();
    const live = makeDatabase(place.file('app.db'), {
      rows: 500,
      sql: 'CREATE TABLE written (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, filler BLOB NOT NULL)',
    });
    const database = await core.addDatabase({ file: live });
    await core.startBackup(database.id, 'manual').done;
    change(live, "UPDATE item SET title = 'changed' WHERE id < 20");
    const point = await core.startBackup(database.id, 'incremental').done;
    expect(point.chainLength).toBe(1);
    change(live, 'DELETE FROM item');
    const writer = await place.writer(live, 100);
    await until('commits', () => Number(ask(live, 'SELECT count(*) FROM written')) > 5);
    const record = await core.restore({ pointId: point.id }, database.id).done;
    const { errors } = await writer.stop();
    expect(errors.filter((code) => code !== 'SQLITE_BUSY_SNAPSHOT')).toEqual([]);
    expect(record).toMatchObject({ outcome: 'restored', sourcePointId: point.id });
    expect([ask(live, "SELECT count(*) FROM item WHERE title = 'changed'"), integrityOf(live)]).toEqual([19, 'ok']);
    await core.undoRestore(record.id).done;
    expect(ask(live, 'SELECT count(*) FROM item')).toBe(0);
    // Two backups and two restores, each step a process of its own.
  }, 60_000);

  it('into a file gives the byte-exact image of each moment and leaves nothing else; a preview says what it has', async () => {
    const { core, database, points } = await chained();
    for (const point of points) {
      const target = place.file(`copy-${point.chainLength}.db`);
      await core.saveCopy({ pointId: point.id }, target, false).done;
      expect(fileHash(target)).toBe(point.contentSha256);
    }
    expect(readdirSync(place.folder).filter((name) => name.startsWith('.'))).toEqual([]);
    expect(place.list(place.file('home/scratch'))).toEqual([]);
    const preview = await core.previewRestore({ pointId: points[1].id }, database.id);
    expect(preview.tables.find(({ table }) => table === 'item')).toMatchObject({ rowsNow: 480, rowsThen: 500 });
    expect(preview.contentAt).toBe(points[1].createdAt);
  });

  it('into a file checks with SQLite what was not proved, in scratch: no journal is ever beside the target', async () => {
    const toFile = '; PRAGMA wal_checkpoint(TRUNCATE)';
    const create = `PRAGMA journal_mode = WAL; CREATE TABLE t (a)${toFile}`;
    const images = makeImages(place.folder, 4096, create, [`CREATE TABLE u (a)${toFile}`]);
    const source = {
      ...{ type: 'backup' as const, acceptDamaged: false, provedContent: false },
      chain: chainOf(writeChain(place.folder, images), false),
    };
    mkdirSync(place.file('out'));
    const seen = new Set<string>();
    const target = place.file('out/copy.db');
    const where = { temporary: `${target}.partial`, scratchFile: place.file('scratch/content'), overwrite: false };
    const checked: string[] = [];
    await placeCopy(source, target, where, {
      ...HERE,
      check: async (file) => {
        checked.push(file);
        const report = checkIntegrity(file);
        for (const name of place.list(place.file('out'))) seen.add(name);
        return report;
      },
    });
    expect(checked).toEqual([where.scratchFile]);
    expect([[...seen], place.list(place.file('out'))]).toEqual([[], ['copy.db']]);
    expect(readFileSync(target).equals(images[1] ?? Buffer.alloc(0))).toBe(true);
  });

  it('refuses when a file before it is damaged or gone, names that file, and touches nothing', async () => {
    const { core, live, database, points } = await chained();
    const before = logicalHash(live);
    const repair = damageFile(points[0].file);
    const error = await errorOf(core.restore({ pointId: points[2].id }, database.id).done);
    expect(error).toMatchObject({ code: 'BACKUP_FILE_DAMAGED', params: { path: points[0].file } });
    expect(await codeOf(core.saveCopy({ pointId: points[2].id }, place.file('copy.db'), false).done)).toBe(
      'BACKUP_FILE_DAMAGED',
    );
    repair();
    renameSync(points[1].file, place.file('away'));
    const broken = await errorOf(core.restore({ pointId: points[2].id }, database.id).done);
    expect(broken).toMatchObject({ code: 'CHAIN_BROKEN', params: { path: points[1].file, name: 'app' } });
    renameSync(place.file('away'), points[1].file);
    renameSync(points[2].file, place.file('away'));
    expect(await codeOf(core.restore({ pointId: points[2].id }, database.id).done)).toBe('BACKUP_FILE_MISSING');
    expect([logicalHash(live), readdirSync(place.folder).includes('copy.db')]).toEqual([before, false]);
  });
});

describe('verifying a restore point of changed pages', () => {
  it('a damaged base takes the proof of all that need it, and of nothing else; proved again it frees them', async () => {
    const { core, database, points } = await chained();
    const other = await core.startBackup(database.id, 'manual').done;
    const repair = damageFile(points[0].file);
    expect((await core.verifyBackup(points[0].id).done).state).toBe('failed');
    expect(stateOf(core, [...points, other])).toEqual(['failed', 'failed by chain', 'failed by chain', 'proved']);
    expect(core.backup(points[2].id).checks[0]?.detail).toContain(basename(points[0].file));
    repair();
    await core.verifyBackup(points[0].id).done;
    expect(stateOf(core, [...points, other])).toEqual(['proved', 'unproved', 'unproved', 'proved']);
    const verified = await core.verifyBackup(points[2].id).done;
    expect(verified.checks[0]).toMatchObject({ step: 'chain', outcome: 'ok' });
    expect((verified.verifiedAt ?? '') > (points[2].verifiedAt ?? '')).toBe(true);
    // Only the one that was verified is proved by that.
    expect(stateOf(core, points)).toEqual(['proved', 'unproved', 'proved']);
    expect(core.problems(false)).toEqual([]);
  });

  it('of the last one says which file is damaged: its own, one before it, or one that another was laid over', async () => {
    const { core, points } = await chained();
    const repair = damageFile(points[0].file);
    expect((await core.verifyBackup(points[2].id).done).verified).toBe(false);
    expect(stateOf(core, points)).toEqual(['failed', 'failed by chain', 'failed by chain']);
    expect(core.problems(false)).toMatchObject([{ code: 'BACKUP_FILE_DAMAGED', params: { path: points[0].file } }]);
    repair();
    for (const { id } of points) await core.verifyBackup(id).done;
    expect(stateOf(core, points)).toEqual(['proved', 'proved', 'proved']);
    copyFileSync(points[2].file, points[1].file);
    await core.verifyBackup(points[2].id).done;
    expect(stateOf(core, points)).toEqual(['proved', 'failed', 'failed by chain']);
    damageFile(points[2].file);
    await core.verifyBackup(points[2].id).done;
    expect(core.backup(points[2].id).checks.find(({ outcome }) => outcome === 'failed')?.step).not.toBe('opens');
    expect(stateOf(core, points).slice(0, 2)).toEqual(['proved', 'failed']);
  });

  it('with the base gone: the base is missing, those that need it are not proved until it is back', async () => {
    const { core, points } = await chained();
    renameSync(points[0].file, place.file('away'));
    expect((await core.verifyBackup(points[1].id).done).verified).toBe(false);
    expect(stateOf(core, points)).toEqual(['missing', 'failed by chain', 'failed by chain']);
    expect(core.problems(false).map(({ code }) => code)).toEqual(['CHAIN_BROKEN']);
    renameSync(place.file('away'), points[0].file);
    await core.verifyBackup(points[0].id).done;
    expect(stateOf(core, points)).toEqual(['proved', 'unproved', 'unproved']);
  });
});
