/** An error about a lock names the processes that hold it, and nobody else who has the database open. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockHolders, nameHolders } from '../../electron/database/lock-holders';
import { holdfastError } from '../../electron/errors/holdfast-error';
import { makeDatabase } from '../helpers/databases';
import { Place } from '../helpers/engine';
import { builtPrograms } from '../helpers/programs';

const programs = builtPrograms();
let place: Place;
beforeEach(async () => {
  place = await Place.make(programs);
});
afterEach(() => place.end());

describe.each(['wal', 'delete'] as const)('in %s mode', (journalMode) => {
  it('the writer is named, a process that only has it open is not', async () => {
    const file = makeDatabase(place.file('a.db'), { journalMode });
    const [idle, writer] = [await place.app(file), await place.app(file)];
    await idle.get('SELECT count(*) FROM item');
    expect(await lockHolders(file)).toEqual([]);
    await writer.exec('BEGIN IMMEDIATE');
    expect((await lockHolders(file)).map(({ pid }) => pid)).toEqual([writer.pid]);
    const error = await nameHolders(holdfastError('DATABASE_LOCKED', { params: { path: file } }), file);
    expect(error.params['holders']).toMatch(new RegExp(`^\\S+ \\(${writer.pid}\\)$`));
    await writer.exec('ROLLBACK');
    expect(await lockHolders(file)).toEqual([]);
  });
});

it('an error about anything else stays as it is', async () => {
  const error = holdfastError('DISK_FULL', { params: { path: '/data' } });
  expect(await nameHolders(error, '/data/a.db')).toBe(error);
});
