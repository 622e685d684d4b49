/** Backups from another machine, or from a folder somebody kept, are taken into the backup folder and the catalogue. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import zlib from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { takeIn } from '../../electron/backup/take-in';
import type { Core } from '../../electron/core/types';
import type { RestorePoint } from '../../shared/models';
import { HERE } from '../helpers/backups';
import { type MadeLink, makeImages, sha256, writeChain } from '../helpers/chains';
import { fileHash, makeDatabase } from '../helpers/databases';
import { codeOf, errorOf, Place } from '../helpers/engine';
import { builtPrograms } from '../helpers/programs';

const programs = builtPrograms();
let place: Place;

beforeEach(async () => {
  place = await Place.make(programs);
});
afterEach(() => place.end());

/** A full backup and two of changed pages, as they came from elsewhere. */
function found(): MadeLink[] {
  const create = 'CREATE TABLE t (a); INSERT INTO t VALUES (1)';
  const images = makeImages(place.folder, 4096, create, ['INSERT INTO t VALUES (2)', 'CREATE TABLE u (b)']);
  return writeChain(place.file('stick'), images);
}

const at = (links: readonly MadeLink[], index: number): MadeLink => {
  const link = links[index];
  if (!link) throw new RangeError(`no link ${index}`);
  return link;
};
const states = (core: Core): Record<string, string> =>
  Object.fromEntries(core.backups().map(({ chainLength, state }) => [chainLength, state]));
const filesOf = (point: RestorePoint): string[] => readdirSync(dirname(point.file)).toSorted();

describe('importing', () => {
  it('proves a file with its chain, takes all of it in, and does not guard the database', async () => {
    const core = await place.core();
    const links = found();
    const point = await core.importBackup(at(links, 2).file).done;
    expect(point).toMatchObject({
      ...{ id: at(links, 2).manifest.id, database: 'app', state: 'proved', form: 'changes', chainLength: 2 },
      ...{ contentSha256: sha256(at(links, 2).image), sha256: at(links, 2).expected.sha256, kind: 'incremental' },
    });
    expect(point.checks.map(({ step }) => step)).toContain('integrity-check');
    // Only the one that was named is proved: the images before it were not looked at.
    expect(states(core)).toEqual({ 0: 'unproved', 1: 'unproved', 2: 'proved' });
    expect(core.databases()).toEqual([]);
    expect(filesOf(point)).toEqual(links.map(({ file }) => basename(file)).toSorted());
    expect(dirname(point.file)).toBe(join(core.settings().backupFolder, 'app'));
    for (const { file } of links) expect(existsSync(file), 'what was imported stays where it was').toBe(true);
    const target = place.file('copy.db');
    await core.saveCopy({ pointId: point.id }, target, false).done;
    expect(fileHash(target)).toBe(point.contentSha256);
    expect((await core.verifyBackup(at(links, 1).manifest.id).done).state).toBe('proved');
    expect(place.list(place.file('home/scratch'))).toEqual([]);

    const again = await core.importBackup(at(links, 2).file).done;
    expect([again.verifiedAt, core.backups().length]).toEqual([point.verifiedAt, 3]);
    await core.importBackup(at(links, 0).file).done;
    expect(states(core)).toEqual({ 0: 'proved', 1: 'proved', 2: 'proved' });
  });

  it('puts back a file that is missing or damaged in the backup folder', async () => {
    const core = await place.core();
    const links = found();
    const point = await core.importBackup(at(links, 2).file).done;
    const base = core.backup(at(links, 0).manifest.id);
    writeFileSync(base.file, readFileSync(base.file).fill(0, 60, 90));
    expect((await core.verifyBackup(point.id).done).state).toBe('failed');
    expect((await core.importBackup(at(links, 2).file).done).state).toBe('proved');
    expect(fileHash(base.file)).toBe(at(links, 0).expected.sha256);
    rmSync(point.file);
    expect((await core.importBackup(at(links, 2).file).done).state).toBe('proved');
    expect(fileHash(point.file)).toBe(at(links, 2).expected.sha256);
    expect(core.backups()).toHaveLength(3);
  });

  it('calls no file proved that lies in the backup folder and was not read: it is put back', async () => {
    const links = found();
    const there = links.map(({ file }) => place.file(`home/backups/app/${basename(file)}`));
    await place.folderFor(there[0] ?? '');
    for (const [index, { bytes }] of links.entries()) {
      writeFileSync(there[index] ?? '', index === 1 ? bytes : Buffer.from(bytes).fill(0, 60, 90));
    }
    // The catalogue knows them by their ends alone.
    const core = await place.core();
    expect(states(core)).toEqual({ 0: 'unproved', 1: 'unproved', 2: 'unproved' });
    expect((await core.importBackup(at(links, 2).file).done).state).toBe('proved');
    expect(there.map((file) => fileHash(file))).toEqual(links.map(({ expected }) => expected.sha256));
    expect((await core.verifyBackup(at(links, 2).manifest.id).done).state).toBe('proved');
    // One that lies there is proved where it is.
    expect((await core.importBackup(there[1] ?? '').done).state).toBe('proved');
    expect(core.backups()).toHaveLength(3);
  });

  it('refuses what is damaged, what lacks its chain, what Holdfast did not make; and leaves nothing', async () => {
    const core = await place.core();
    const links = found();
    const { file, bytes } = at(links, 1);
    writeFileSync(file, Buffer.from(bytes).fill(0, bytes.length - 80, bytes.length - 60));
    const damaged = await errorOf(core.importBackup(file).done);
    expect(damaged).toMatchObject({ code: 'BACKUP_FILE_DAMAGED', params: { path: file } });
    writeFileSync(file, Buffer.from(bytes).fill(0, 30, 40));
    expect(await codeOf(core.importBackup(file).done)).toBe('BACKUP_FILE_DAMAGED');
    writeFileSync(file, bytes);
    rmSync(at(links, 0).file);
    expect(await codeOf(core.importBackup(file).done)).toBe('CHAIN_BROKEN');
    const live = makeDatabase(place.file('plain.db'));
    expect(await codeOf(core.importBackup(live).done)).toBe('INVALID_INPUT');
    writeFileSync(place.file('plain.gz'), zlib.gzipSync(readFileSync(live)));
    expect(await codeOf(core.importBackup(place.file('plain.gz')).done)).toBe('INVALID_INPUT');
    expect(core.backups()).toEqual([]);
    expect(place.list(core.settings().backupFolder)).toEqual([]);
    expect(place.list(place.file('home/scratch'))).toEqual([]);
  });

  it('refuses another restore point under an id that is known', async () => {
    const core = await place.core();
    const links = found();
    await core.importBackup(at(links, 0).file).done;
    const other = makeImages(place.folder, 4096, 'CREATE TABLE other (a)', []);
    const [forged] = writeChain(place.file('other'), other);
    expect(forged?.manifest.id).toBe(at(links, 0).manifest.id);
    expect(await codeOf(core.importBackup(forged?.file ?? '').done)).toBe('BACKUP_MISMATCH');
    expect((await core.verifyBackup(at(links, 0).manifest.id).done).state).toBe('proved');
  });
});

describe('taking a file in', () => {
  it('stops when it changed since it was proved, and never lays it over another file', async () => {
    const [{ file, expected }] = [at(found(), 0)];
    mkdirSync(place.file('backups'));
    const to = place.file('backups/app/taken.sqlite.gz');
    const request = { from: file, partial: `${to}.partial`, to, sha256: expected.sha256, replace: false };
    expect(await codeOf(takeIn([{ ...request, sha256: 'a'.repeat(64) }], HERE))).toBe('BACKUP_MISMATCH');
    expect(place.list(place.file('backups'))).toEqual(['app']);
    writeFileSync(to, 'mine');
    expect(await codeOf(takeIn([request], HERE))).toBe('RESTORE_TARGET_EXISTS');
    expect(readFileSync(to, 'utf8')).toBe('mine');
    await takeIn([{ ...request, replace: true }], HERE);
    expect(fileHash(to)).toBe(expected.sha256);
    expect(place.list(place.file('backups/app'))).toEqual(['taken.sqlite.gz']);
  });
});
