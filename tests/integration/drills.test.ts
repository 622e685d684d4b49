/** Drills: restore points are restored from the files a restore would use, and what does not come back is told. */
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GuardedDatabase, RestorePoint } from '@shared/models';
import type { Core } from '../../electron/core/types';
import { flipBit } from '../helpers/damage';
import { change, logicalHash, makeDatabase } from '../helpers/databases';
import { codeOf, Place } from '../helpers/engine';
import { builtPrograms } from '../helpers/programs';

const programs = builtPrograms();
let place: Place;
let core: Core;
let live: string;
let database: GuardedDatabase;

beforeEach(async () => {
  place = await Place.make(programs);
  live = makeDatabase(place.file('shop.db'), { journalMode: 'delete' });
  core = await place.core();
  database = await core.addDatabase({ file: live, name: 'shop' });
});
afterEach(() => place.end());

async function backUp(kind: 'manual' | 'incremental'): Promise<RestorePoint> {
  change(live, `UPDATE owner SET name = 'owner ${Math.random()}' WHERE id = 1`);
  return core.startBackup(database.id, kind).done;
}
const openCodes = () => core.problems(false).map(({ code }) => code);

describe('a drill', () => {
  it('restores the newest point with its chain and an older one, table by table, and touches nothing', async () => {
    const base = await backUp('manual');
    const newest = await backUp('incremental');
    change(live, "INSERT INTO item (owner, title) VALUES (1, 'since then')");
    const before = logicalHash(live);
    const drill = await core.copying.drill(database.id).done;
    expect(drill).toMatchObject({ outcome: 'passed', databaseId: database.id });
    expect(drill.results.map(({ pointId }) => pointId)).toEqual([newest.id, base.id]);
    const tables = Object.fromEntries((drill.results[0]?.tables ?? []).map((table) => [table.table, table]));
    expect(tables['owner']).toMatchObject({ rows: 2, rowsNow: 2, result: 'same' });
    expect(tables['item']).toMatchObject({ rows: 200, rowsNow: 201, result: 'changed' });
    expect(drill.results[0]?.checks.map(({ step }) => step)).toContain('integrity-check');
    expect(logicalHash(live)).toBe(before);
    expect(place.list(`${core.home}/scratch`)).toEqual([]);
    expect(core.state().databases[0]?.lastDrill).toEqual(drill);
    expect(core.copying.drills(database.id)).toEqual([drill]);
  });

  it('that fails is critical, names the restore point, and is over when one passes', async () => {
    const base = await backUp('manual');
    await backUp('incremental');
    flipBit(base.file, Math.floor(base.sizeBytes / 2));
    const failed = await core.copying.drill(database.id).done;
    expect(failed.outcome).toBe('failed');
    expect(failed.results.every(({ outcome }) => outcome === 'failed')).toBe(true);
    const problem = core.problems(false).find(({ code }) => code === 'DRILL_FAILED');
    expect(problem).toMatchObject({ severity: 'CRITICAL', databaseId: database.id, params: { name: 'shop' } });
    expect((await core.health()).find(({ component }) => component === 'drills')?.status).toBe('fail');
    // The restore points that were tried are no longer called proved.
    expect(core.backups(database.id).map(({ state }) => state)).toEqual(['failed', 'failed']);

    await backUp('manual');
    expect((await core.copying.drill(database.id).done).outcome).toBe('passed');
    expect(openCodes()).not.toContain('DRILL_FAILED');
  });

  it('still passes when the live database is gone: that is when a restore is needed', async () => {
    await backUp('manual');
    rmSync(live);
    const drill = await core.copying.drill(database.id).done;
    expect(drill.outcome).toBe('passed');
    expect(drill.results[0]?.tables.every(({ rowsNow, result }) => rowsNow === null && result === 'gone')).toBe(true);
  });

  it('of a database that has nothing to restore says so', async () => {
    expect(await codeOf(core.copying.drill(database.id).done)).toBe('BACKUP_UNKNOWN');
    expect(core.copying.drills(database.id)).toEqual([]);
  });

  it('that is cancelled leaves no record and no file', async () => {
    await backUp('manual');
    const handle = core.copying.drill(database.id);
    core.cancelJob(handle.id);
    expect(await codeOf(handle.done)).toBe('CANCELLED');
    expect(core.copying.drills(database.id)).toEqual([]);
    expect(place.list(`${core.home}/scratch`)).toEqual([]);
    expect(openCodes()).toEqual([]);
  });

  it('asked for twice at once is held once', async () => {
    await backUp('manual');
    const [first, second] = [core.copying.drill(database.id), core.copying.drill(database.id)];
    expect(second.id).toBe(first.id);
    await first.done;
    expect(core.copying.drills(database.id)).toHaveLength(1);
  });
});
