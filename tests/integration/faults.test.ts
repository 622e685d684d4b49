/** What goes wrong from outside: files that are no databases, no permission, full disks, locks, damaged databases. */
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { boundByPermissions } from '../cli/support/process';
import { leftBehind, takeBackup } from '../helpers/backups';
import { damage } from '../helpers/damage';
import { fileHash, logicalHash, makeDatabase } from '../helpers/databases';
import { codeOf, errorOf, Place } from '../helpers/engine';
import { builtPrograms } from '../helpers/programs';
import { inspectRequest } from '../helpers/restores';

const programs = builtPrograms();
let place: Place;

beforeEach(async () => {
  place = await Place.make(programs);
});
afterEach(() => place.end());

/** Makes what a person may name by mistake; gives its path. */
const INPUTS: [name: string, code: string, make: () => string][] = [
  ['a text file', 'NOT_A_DATABASE', () => write('notes.db', 'just some words\n'.repeat(200))],
  ['a file that only begins like a database', 'NOT_A_DATABASE', () => write('begin.db', 'SQLite format 3\0')],
  ['an empty file', 'FILE_EMPTY', () => write('empty.db', '')],
  [
    'noise in whole pages, as an encrypted database looks',
    'DATABASE_ENCRYPTED',
    () => write('secret.db', randomBytes(16_384)),
  ],
  [
    'a database cut in half',
    'DATABASE_TRUNCATED',
    () => cut(makeDatabase(place.file('cut.db'), { journalMode: 'delete' })),
  ],
  ['a folder', 'FILE_IS_FOLDER', () => place.file('scratch')],
  ['a FIFO', 'FILE_NOT_REGULAR', () => fifo('pipe.db')],
  ['a device', 'FILE_NOT_REGULAR', () => '/dev/null'],
  ['a path that is not there', 'FILE_NOT_FOUND', () => place.file('nowhere.db')],
  ['a path below a file', 'FILE_NOT_FOUND', () => `${write('file', 'x')}/app.db`],
  ['a dangling symbolic link', 'FILE_NOT_FOUND', () => link(place.file('nowhere.db'), 'dangling.db')],
  ['a symbolic link to itself', 'FILE_NOT_FOUND', () => link(place.file('loop.db'), 'loop.db')],
];

function write(name: string, content: string | Buffer): string {
  writeFileSync(place.file(name), content);
  return place.file(name);
}

function cut(file: string): string {
  truncateSync(file, Math.floor(readFileSync(file).length / 2));
  return file;
}

function fifo(name: string): string {
  execFileSync('mkfifo', [place.file(name)]);
  return place.file(name);
}

function link(target: string, name: string): string {
  symlinkSync(target, place.file(name));
  return place.file(name);
}

describe('a file that is no database', () => {
  it.each(INPUTS)('%s is %s, and nothing is left behind', async (_name, code, make) => {
    const file = make();
    const before = place.list(place.folder);
    const lockTimeoutMs = 1000;
    expect(await codeOf(place.job('examine', { file, lockTimeoutMs }))).toBe(code);
    expect(await codeOf(takeBackup(place, file))).toBe(code);
    expect(await codeOf(place.job('inspect', inspectRequest(place, file)))).toBe(code);
    expect(place.list(place.folder)).toEqual(before);
  });

  it('a guarded database that turns into one is told by the code of what it is now; its backups stay', async () => {
    const core = await place.core();
    const live = makeDatabase(place.file('app.db'));
    const database = await core.addDatabase({ file: live });
    const point = await core.startBackup(database.id, 'manual').done;
    writeFileSync(live, '');
    expect(await codeOf(core.startBackup(database.id, 'manual').done)).toBe('FILE_EMPTY');
    await place.remove(live);
    const error = await errorOf(core.startBackup(database.id, 'manual').done);
    expect(error).toMatchObject({ code: 'DATABASE_MISSING', params: { name: 'app', path: live } });
    expect(core.backups().map(({ id }) => id)).toEqual([point.id]);
    expect(core.problems(false).map((problem) => problem.code)).toEqual(expect.arrayContaining(['DATABASE_MISSING']));
    expect(place.list(place.file('home/scratch'))).toEqual([]);
  });

  it('a symbolic link to a database guards the database it leads to', async () => {
    const core = await place.core();
    const live = makeDatabase(place.file('real.db'));
    const database = await core.addDatabase({ file: link(live, 'link.db') });
    expect(database.path).toBe(live);
    expect((await core.startBackup(database.id, 'manual').done).state).toBe('proved');
    expect(await codeOf(core.addDatabase({ file: live }))).toBe('DATABASE_ALREADY_GUARDED');
  });
});

describe('permission', () => {
  const [setpriv = '', wrap] = boundByPermissions('', []);
  const bound = { wrap: setpriv === '' ? [] : [setpriv, ...wrap.filter((part) => part !== '')] };

  it('a database that may not be read is FILE_NO_PERMISSION', async () => {
    const live = makeDatabase(place.file('app.db'));
    chmodSync(live, 0);
    expect(await codeOf(takeBackup(place, live, {}, bound))).toBe('FILE_NO_PERMISSION');
    expect(await codeOf(place.job('examine', { file: live, lockTimeoutMs: 500 }, bound))).toBe('FILE_NO_PERMISSION');
    expect(leftBehind(place)).toEqual([]);
  });

  it('a database in a folder that may not be entered is FILE_NO_PERMISSION', async () => {
    mkdirSync(place.file('closed'));
    const live = makeDatabase(place.file('closed/app.db'));
    chmodSync(place.file('closed'), 0);
    try {
      expect(await codeOf(takeBackup(place, live, {}, bound))).toBe('FILE_NO_PERMISSION');
    } finally {
      chmodSync(place.file('closed'), 0o700);
    }
    expect(leftBehind(place)).toEqual([]);
  });

  it('a backup folder that may not be written is BACKUP_FOLDER_UNUSABLE', async () => {
    const live = makeDatabase(place.file('app.db'));
    mkdirSync(place.file('backups'), { mode: 0o500 });
    const error = await errorOf(takeBackup(place, live, {}, bound));
    expect(error).toMatchObject({ code: 'BACKUP_FOLDER_UNUSABLE', params: { path: place.file('backups') } });
    expect(leftBehind(place)).toEqual([]);
  });

  it('a file where the backup folder should be is BACKUP_FOLDER_UNUSABLE', async () => {
    const live = makeDatabase(place.file('app.db'));
    write('backups', 'a file');
    expect(await codeOf(takeBackup(place, live))).toBe('BACKUP_FOLDER_UNUSABLE');
    expect(place.list(place.file('scratch'))).toEqual([]);
  });

  it('a restore into a database that may not be written changes nothing', async () => {
    const core = await place.core(bound);
    const live = makeDatabase(place.file('app.db'));
    const database = await core.addDatabase({ file: live });
    const point = await core.startBackup(database.id, 'manual').done;
    chmodSync(live, 0o400);
    const before = fileHash(live);
    expect(await codeOf(core.restore({ pointId: point.id }, database.id).done)).toBe('FILE_NO_PERMISSION');
    expect(fileHash(live)).toBe(before);
    expect(core.restores()[0]).toMatchObject({ outcome: 'unchanged', errorCode: 'FILE_NO_PERMISSION' });
  });
});

describe('a full disk', () => {
  /** From now on no file of the process may grow beyond `bytes`. */
  function limitFiles(pid: number, bytes: number): void {
    process.kill(pid, 'SIGSTOP');
    execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}`]);
    process.kill(pid, 'SIGCONT');
  }

  it.each(['snapshot', 'compress'] as const)(
    'files that may not grow, at %s: DISK_FULL, and nothing is left behind',
    async (phase) => {
      const live = makeDatabase(place.file('app.db'), { rows: 12_000, fillerBytes: 2000 });
      const before = logicalHash(live);
      let pid = 0;
      let limited = false;
      const onProgress = (now: string): void => {
        if (now !== phase || limited) return;
        limited = true;
        limitFiles(pid, 1 << 20);
      };
      const error = await errorOf(takeBackup(place, live, {}, { onStart: (started) => (pid = started), onProgress }));
      expect(limited).toBe(true);
      expect(error.code).toBe('DISK_FULL');
      expect(leftBehind(place)).toEqual([]);
      expect(logicalHash(live)).toBe(before);
    },
  );

  it('that is full already: DISK_FULL at once, with what is needed and what is free', async () => {
    const live = makeDatabase(place.file('app.db'), { rows: 2000, fillerBytes: 2000 });
    const [wrap, says] = smallDisk(place.file('scratch'));
    const error = await errorOf(takeBackup(place, live, {}, { wrap }));
    expect(error.code).toBe('DISK_FULL');
    if (says) expect(error.params).toMatchObject({ path: place.file('scratch'), freeBytes: expect.any(Number) });
    expect(leftBehind(place)).toEqual([]);
  });

  it('that the WAL is too large for: DISK_FULL, though the file alone would fit', async () => {
    const live = makeDatabase(place.file('app.db'));
    const app = await place.app(live);
    await app.exec(`PRAGMA wal_autocheckpoint = 0;
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)
      INSERT INTO item (owner, filler) SELECT 1, randomblob(2000) FROM n`);
    const [wrap, real] = smallDisk(place.file('scratch'));
    expect(await codeOf(takeBackup(place, live, {}, { wrap }))).toBe(real ? 'DISK_FULL' : 'IO_ERROR');
    expect(leftBehind(place)).toEqual([]);
  });

  it('that fills up while a backup is written: DISK_FULL, and the next one with room is proved', async () => {
    const live = makeDatabase(place.file('app.db'), { rows: 2000, fillerBytes: 2000 });
    mkdirSync(place.file('backups'));
    const [wrap] = smallDisk(place.file('backups'));
    expect(await codeOf(takeBackup(place, live, {}, { wrap }))).toBe('DISK_FULL');
    expect(leftBehind(place)).toEqual([]);
    expect((await takeBackup(place, live)).result.proved).toBe(true);
  });

  it('while a restore unpacks: DISK_FULL, the live database is as it was', async () => {
    const live = makeDatabase(place.file('app.db'), { rows: 2000, fillerBytes: 2000 });
    const { file } = await takeBackup(place, live);
    const chain = [{ file, expected: null }] as const;
    const source = { type: 'backup' as const, chain, acceptDamaged: false, provedContent: false };
    const staging = { source, stagingFile: place.file('scratch/staging'), liveFile: live };
    const wrap = ['prlimit', `--fsize=${1 << 20}`];
    expect(await codeOf(place.job('stage', staging, { wrap }))).toBe('DISK_FULL');
  });
});

/**
 * A command that runs another one with a file system of 2 MiB at `folder`, seen by that process alone; where the system
 * does not allow that, with files of at most 2 MiB. `true` for a real file system.
 */
function smallDisk(folder: string): [wrap: string[], real: boolean] {
  const mount = 'mount -t tmpfs -o size=2m none "$0" && exec "$@"';
  const wrap = ['unshare', '--map-root-user', '--mount', 'sh', '-c', mount, folder];
  const [command = '', ...args] = [...wrap, 'true'];
  if (spawnSync(command, args).status === 0) return [wrap, true];
  return [['prlimit', `--fsize=${2 << 20}`], false];
}

describe('a database that is locked for ever', () => {
  it.each(['wal', 'delete'] as const)(
    '%s: DATABASE_LOCKED when the time is over, and nothing is left behind',
    async (journalMode) => {
      const live = makeDatabase(place.file('app.db'), { journalMode });
      const app = await place.app(live);
      await app.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE owner SET name = name');
      const error = await errorOf(takeBackup(place, live, { lockTimeoutMs: 400 }));
      expect(error.code).toBe('DATABASE_LOCKED');
      expect(error.params).toMatchObject({ path: live });
      expect(await codeOf(place.job('examine', { file: live, lockTimeoutMs: 100 }))).toBe('DATABASE_LOCKED');
      expect(leftBehind(place)).toEqual([]);
      await app.exec('COMMIT');
      await app.must('close');
      expect((await takeBackup(place, live)).result.proved).toBe(true);
    },
  );
});

describe('a damaged database', () => {
  it('is DATABASE_CORRUPT, its backup is not kept as if it were good, and the older ones stay', async () => {
    const core = await place.core();
    const live = makeDatabase(place.file('app.db'), { rows: 3000 });
    const database = await core.addDatabase({ file: live });
    const good = await core.startBackup(database.id, 'manual').done;
    damage(live);
    const error = await errorOf(core.startBackup(database.id, 'manual').done);
    expect(error.code).toBe('DATABASE_CORRUPT');
    expect(error.detail).not.toBe('');
    expect(core.backups().map(({ id }) => id)).toEqual([good.id]);
    expect(place.list(core.settings().backupFolder)).toHaveLength(2);
    expect(place.list(place.file('home/scratch'))).toEqual([]);
    expect(core.problems(false).map(({ code }) => code)).toContain('DATABASE_CORRUPT');
  });

  it('is copied as it is for the safety backup before a restore, and said to be damaged', async () => {
    const live = makeDatabase(place.file('app.db'), { rows: 3000 });
    damage(live);
    const { result } = await takeBackup(place, live, { kind: 'safety', acceptDamaged: true });
    expect(result.proved).toBe(false);
    expect(result.checks.find(({ step }) => step === 'integrity-check')?.outcome).toBe('failed');
    expect(result.checks.find(({ step }) => step === 'content-sha256')?.outcome).toBe('ok');
  });

  it('whose schema cannot be read is DATABASE_CORRUPT', async () => {
    const live = makeDatabase(place.file('app.db'));
    const bytes = readFileSync(live);
    bytes.fill(0xa5, 100, 2000);
    writeFileSync(live, bytes);
    expect(await codeOf(takeBackup(place, live))).toBe('DATABASE_CORRUPT');
    expect(leftBehind(place)).toEqual([]);
  });
});
