import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { RestorePoint } from '@shared/models';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { change, countVideos, makeDatabase, Place } from './support/holdfast';

const RESTORE = resolve(import.meta.dirname, '../../docs/restore-changes.py');

let place: Place;
let file: string;
beforeEach(async () => {
  place = await Place.make();
  file = makeDatabase(place.file('orders.db'), 2000);
  await place.value('db', 'add', file);
});
afterEach(() => place.end());

type Taken = RestorePoint & { unchanged: boolean };
const backUp = (kind: string) => place.value<Taken>('backup', 'orders', '--kind', kind);

describe('backup --kind incremental', () => {
  it('stores the pages that changed; the chain comes back without Holdfast', async () => {
    const full = await backUp('incremental');
    expect(full).toMatchObject({ form: 'full', kind: 'incremental', verified: true, unchanged: false });
    change(file, 'DELETE FROM video WHERE id = 7');
    const changes = await backUp('incremental');
    expect(changes).toMatchObject({
      ...{ form: 'changes', kind: 'incremental', verified: true, unchanged: false },
      ...{ parentId: full.id, chainId: full.id, chainLength: 1 },
    });
    expect(changes.sizeBytes).toBe((await readFile(changes.file)).length);
    const target = place.file('by-hand.db');
    execFileSync('python3', [RESTORE, target, full.file, changes.file]);
    expect(
      createHash('sha256')
        .update(await readFile(target))
        .digest('hex'),
    ).toBe(changes.contentSha256);
    expect(countVideos(target)).toBe(1999);
  });

  it('that nothing changed is success, with the newest restore point', async () => {
    const full = await backUp('manual');
    const before = await readdir(dirname(full.file));
    expect(await backUp('incremental')).toMatchObject({ id: full.id, unchanged: true });
    expect(await readdir(dirname(full.file))).toEqual(before);
    const { code, stdout, stderr } = await place.text('backup', 'orders', '--kind', 'incremental');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^Nothing changed in orders since its restore point of .+: no new one was made\.\n\/.+\.sqlite\.gz\n$/,
    );
  });

  it('says for people what was done', async () => {
    await backUp('manual');
    change(file, 'DELETE FROM video WHERE id = 7');
    const { code, stdout } = await place.text('backup', 'orders', '--kind', 'incremental');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Backed up orders: \d+ changed pages, .+ compressed, proved, in .+\n\/.+\.pages\.gz\n$/);
  });
});

describe('the program in docs/', () => {
  it('refuses a chain with a link missing or in the wrong place', async () => {
    const files = [(await backUp('manual')).file];
    for (const [row, title] of [
      [1, 'first'],
      [1, 'second'],
      [1500, 'third'],
    ]) {
      change(file, `UPDATE video SET title = '${title}' WHERE id = ${row}`);
      files.push((await backUp('incremental')).file);
    }
    const [full = '', one = '', two = '', three = ''] = files;
    const attempt =
      (name: string, ...chain: string[]) =>
      () =>
        execFileSync('python3', [RESTORE, place.file(name), ...chain], { stdio: 'pipe' });
    expect(attempt('whole.db', full, one, two, three)).not.toThrow();
    expect(attempt('gap.db', full, one, three)).toThrow('is not what');
    expect(attempt('order.db', full, two, one, three)).toThrow('is not what');
    expect(attempt('base.db', one, two)).toThrow('is not what');
    expect(attempt('whole.db', full), 'a file that is there').toThrow('FileExistsError');
  });
});
