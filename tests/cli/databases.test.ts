import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, rename, symlink, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { GuardedDatabase, RestorePoint } from '@shared/models';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answer, change, makeDatabase, Place } from './support/holdfast';
import { boundByPermissions, start } from './support/process';

let place: Place;
beforeEach(async () => {
  place = await Place.make();
});
afterEach(() => place.end());

describe('db', () => {
  it('guards a database, lists it and lets it go', async () => {
    const file = makeDatabase(place.file('orders.db'));
    const added = await place.value<GuardedDatabase>('db', 'add', file);
    expect(added).toMatchObject({ name: 'orders', path: file, sample: false });
    expect(added.schedules.daily).toEqual({ enabled: true, cron: '0 2 * * *' });

    const [listed, ...others] = await place.value<{ protection: string }[]>('db', 'list');
    expect(others).toEqual([]);
    expect(listed).toMatchObject({ id: added.id, name: 'orders', path: file, restorePoints: 0, lastProvedAt: null });
    expect(['at-risk', 'unprotected', 'working']).toContain(listed?.protection);

    expect(await place.value('db', 'remove', 'orders')).toMatchObject({ name: 'orders' });
    expect(await place.value('db', 'list')).toEqual([]);
  });

  it('takes a name of its own, a relative path and a symbolic link', async () => {
    const file = makeDatabase(place.file('orders.db'));
    await symlink(file, place.file('link.db'));
    expect(await place.value('db', 'add', 'link.db', '--name', '주문')).toMatchObject({ name: '주문', path: file });
  });

  it('says the same for people', async () => {
    expect((await place.text('db', 'list')).stdout).toContain('No database is guarded yet');
    makeDatabase(place.file('orders.db'));
    const added = await place.text('db', 'add', 'orders.db', '--name', '주문 데이터');
    expect([added.code, added.stderr]).toEqual([0, '']);
    expect(added.stdout).toContain(place.file('orders.db'));
    const [titles, row] = (await place.text('db', 'list')).stdout.split('\n');
    expect(titles).toMatch(/^NAME {9}PROTECTION/);
    expect(row).toMatch(/^주문 데이터 {2}\S/);
  });

  it('keeps the backups of a database it lets go', async () => {
    makeDatabase(place.file('orders.db'));
    await place.value('db', 'add', 'orders.db');
    const point = await place.value<RestorePoint>('backup', 'orders');
    await place.value('db', 'remove', 'orders');
    expect(await place.value('verify', point.file)).toMatchObject({ verified: true });
  });

  it('refuses the same file and the same name twice', async () => {
    makeDatabase(place.file('orders.db'));
    makeDatabase(place.file('other.db'));
    await place.value('db', 'add', 'orders.db');
    const again = await place.json('db', 'add', 'orders.db', '--name', 'else');
    expect([again.code, again.document.error.code]).toEqual([1, 'DATABASE_ALREADY_GUARDED']);
    const sameName = await place.json('db', 'add', 'other.db', '--name', 'orders');
    expect([sameName.code, sameName.document.error.code]).toEqual([1, 'NAME_TAKEN']);
    expect(await place.value('db', 'list')).toHaveLength(1);
  });

  it('knows only what is guarded', async () => {
    for (const args of [
      ['db', 'remove', 'nothing'],
      ['backup', 'nothing'],
      ['backups', 'nothing'],
      ['restore', 'nothing'],
      ['drill', 'nothing'],
      ['retention', 'nothing'],
    ]) {
      const { code, document } = await place.json(...args);
      expect([args[0], code, document.error.code]).toEqual([args[0], 1, 'DATABASE_UNKNOWN']);
      expect(document.error.message).toContain('nothing');
    }
  });
});

describe('db add refuses', () => {
  it.each<[string, string, (file: string) => unknown]>([
    ['a text file', 'NOT_A_DATABASE', (file) => writeFile(file, 'this is not a database at all\n'.repeat(50))],
    ['0 bytes', 'FILE_EMPTY', (file) => writeFile(file, '')],
    ['a folder', 'FILE_IS_FOLDER', (file) => mkdir(file)],
    ['a pipe', 'FILE_NOT_REGULAR', (file) => execFileSync('mkfifo', [file])],
    ['nothing there', 'FILE_NOT_FOUND', () => undefined],
    ['a link that leads nowhere', 'FILE_NOT_FOUND', (file) => symlink(`${file}.gone`, file)],
    ['an encrypted database', 'DATABASE_ENCRYPTED', (file) => writeFile(file, randomBytes(64 * 1024))],
    [
      'a database that is cut off',
      'DATABASE_TRUNCATED',
      (file) => truncate(makeDatabase(file, 500, 'delete'), 16 * 1024),
    ],
  ])('%s in words, and guards nothing', async (_what, expected, make) => {
    const file = place.file('given.db');
    await make(file);
    const { code, document, stderr } = await place.json('db', 'add', file);
    expect([code, document.error?.code]).toEqual([1, expected]);
    expect(document.error.message).toContain(file);
    expect(document.error.action).not.toBe('');
    expect(stderr).toBe('');
    expect(await place.value('db', 'list')).toEqual([]);
  });

  it('a file this user may not read', async () => {
    const file = makeDatabase(place.file('secret.db'));
    await chmod(file, 0o000);
    const ended = await place.start(['--json', 'db', 'add', file], { wrap: boundByPermissions }).ended;
    const { code, document } = answer(ended);
    expect([code, document.error?.code]).toEqual([1, 'FILE_NO_PERMISSION']);
    expect(document.error.message).toContain(file);
  });
});

describe('a guarded database that is gone', () => {
  it('fails its backup with its path, and stays guarded', async () => {
    const file = makeDatabase(place.file('orders.db'));
    await place.value('db', 'add', file);
    await rename(file, `${file}.moved`);
    const { code, document } = await place.json('backup', 'orders');
    expect([code, document.error.code]).toEqual([1, 'DATABASE_MISSING']);
    expect(document.error.message).toContain(file);
    expect(await place.value('db', 'list')).toHaveLength(1);
  });
});

describe('the home', () => {
  it('comes from HOLDFAST_HOME, else from the folder of the application', async () => {
    const named = place.file('named');
    const cli = join(import.meta.dirname, '../../out/main/cli.js');
    const run = (env: NodeJS.ProcessEnv) =>
      start(process.execPath, [cli, '--json', 'db', 'list'], { env: { ...process.env, HOME: place.folder, ...env } })
        .ended;
    expect(answer(await run({ HOLDFAST_HOME: named })).document.value).toEqual([]);
    execFileSync('test', ['-f', join(named, 'holdfast.sqlite')]);
    const { HOLDFAST_HOME: _unset, XDG_CONFIG_HOME: _none, ...clean } = process.env;
    const ended = await start(process.execPath, [cli, '--json', 'db', 'list'], {
      env: { ...clean, HOME: place.folder, XDG_CONFIG_HOME: place.file('config') },
    }).ended;
    expect(ended.code).toBe(0);
    execFileSync('test', ['-f', join(place.file('config'), 'Holdfast', 'holdfast.sqlite')]);
  });

  it('that cannot be used is refused with the path and the reason', async () => {
    await writeFile(place.home, 'a file');
    const { code, document } = await place.json('db', 'list');
    expect([code, document.error.code]).toEqual([1, 'HOME_UNUSABLE']);
    expect(document.error.message).toContain(place.home);
    expect(document.error.message).toContain('file where a folder should be');
  });

  it('of a newer version is left as it is', async () => {
    await place.value('db', 'list');
    const store = join(place.home, 'holdfast.sqlite');
    change(store, 'PRAGMA user_version = 9999');
    const { code, document } = await place.json('db', 'list');
    expect([code, document.error.code]).toEqual([1, 'STORE_NEWER']);
    expect(document.error.message).toContain('9999');
  });

  it('whose own database is damaged says so', async () => {
    await place.value('db', 'list');
    await writeFile(join(place.home, 'holdfast.sqlite'), 'x'.repeat(8192));
    const { code, document } = await place.json('db', 'list');
    expect([code, document.error.code]).toEqual([1, 'STORE_DAMAGED']);
  });
});

describe('a backup folder that cannot be read', () => {
  it('is said, and keeps nothing else from working; what it holds is not taken for missing', async () => {
    await place.value('db', 'add', makeDatabase(place.file('orders.db')));
    await place.value('db', 'add', makeDatabase(place.file('other.db')));
    const point = (await place.value('backup', 'orders')) as { file: string };
    await chmod(dirname(point.file), 0o000);
    const bound = async (...args: string[]) =>
      answer(await place.start(['--json', ...args], { wrap: boundByPermissions }).ended);

    const listed = await bound('backups', 'orders');
    expect([listed.code, listed.document.value]).toMatchObject([0, [{ state: 'proved' }]]);
    expect((await bound('backup', 'other')).code).toBe(0);
    expect((await bound('backup', 'orders')).document.error?.code).toBe('BACKUP_FOLDER_UNUSABLE');

    await chmod(dirname(point.file), 0o700);
    expect((await bound('backup', 'orders')).code).toBe(0);
  });
});
