/** Each trap that someone fell into, by name. Where it can, a test first shows the trap itself: then it can fail. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  copyFileSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { App } from '../helpers/app';
import { gunzip, takeBackup } from '../helpers/backups';
import { ask, change, filesOf, integrityOf, logicalHash, makeDatabase } from '../helpers/databases';
import { codeOf, Place } from '../helpers/engine';
import { builtPrograms } from '../helpers/programs';
import { inspectRequest, type Prepared, prepareRestore } from '../helpers/restores';
import { until } from '../helpers/until';

const programs = builtPrograms();
let place: Place;

beforeEach(async () => {
  place = await Place.make(programs);
});
afterEach(() => place.end());

describe('a live writer does not restart the copy', () => {
  it('restarts one that is not pinned, so that this can be seen', async () => {
    const live = makeDatabase(place.file('app.db'), { rows: 6000, fillerBytes: 2000 });
    const reader = await place.app(live, { readonly: true });
    const writer = await place.writer(live, 0);
    expect(await reader.must('restartsWithoutPin', { target: place.file('copy.sqlite'), pages: 20 })).toBe(1);
    await writer.stop();
  });

  it('does not restart ours', async () => {
    const live = makeDatabase(place.file('app.db'), { rows: 14_000, fillerBytes: 2000 });
    const writer = await place.writer(live, 0);
    const { result, file } = await takeBackup(place, live);
    expect((await writer.stop()).errors).toEqual([]);
    expect(result.snapshotRestarts).toBe(0);
    expect(result.manifest.contentBytes).toBeGreaterThan(3 * (8 << 20));
    expect(integrityOf(gunzip(place, file))).toBe('ok');
  });
});

describe('a locked destination is not taken for a finished copy', () => {
  /** What the plain backup API does: it resolves, and nothing was written. */
  async function showTrap({ prepared, before }: { prepared: Prepared; before: string }): Promise<void> {
    const naive = await place.app(prepared.request.stagingFile);
    await naive.must('backupInto', { target: prepared.live });
    await naive.must('close');
    expect(logicalHash(prepared.live)).toBe(before);
  }

  it.each(['wal', 'delete'] as const)('%s: a writer that holds the lock at the first step', async (journalMode) => {
    const prepared = await prepareRestore(place, { journalMode, lockTimeoutMs: 300 });
    const before = logicalHash(prepared.live);
    const writer = await place.app(prepared.live);
    await writer.exec('BEGIN IMMEDIATE');
    await showTrap({ prepared, before });
    expect(await codeOf(prepared.apply())).toBe('DATABASE_LOCKED');
    expect(logicalHash(prepared.live)).toBe(before);
    await writer.exec("INSERT INTO owner VALUES (90, 'mine'); COMMIT");
    expect(ask(prepared.live, 'SELECT name FROM owner WHERE id = 90')).toBe('mine');
  });

  it('delete: a reader, whose snapshot the whole copy has to wait for', async () => {
    const prepared = await prepareRestore(place, { journalMode: 'delete', lockTimeoutMs: 300 });
    const before = logicalHash(prepared.live);
    const reader = await place.app(prepared.live, { readonly: true });
    await reader.exec('BEGIN; SELECT count(*) FROM item');
    expect(await reader.get('SELECT count(*) FROM item')).toBe(200);
    await showTrap({ prepared, before });
    expect(await codeOf(prepared.apply())).toBe('DATABASE_LOCKED');
    expect(logicalHash(prepared.live)).toBe(before);
    await reader.exec('COMMIT');
    expect(await prepared.apply()).toEqual({ outcome: 'restored', writtenSince: false, safety: 'exact' });
    expect(logicalHash(prepared.live)).toBe(prepared.wanted);
  });

  it.each(['wal', 'delete'] as const)('%s: it waits, and restores when the lock is gone', async (journalMode) => {
    const prepared = await prepareRestore(place, { journalMode, lockTimeoutMs: 20_000 });
    const writer = await place.app(prepared.live);
    await writer.exec('BEGIN IMMEDIATE');
    let started = false;
    const applying = prepared.apply({ onStart: () => (started = true) });
    await until('the job', () => started);
    await writer.exec("INSERT INTO owner VALUES (90, 'before the restore'); COMMIT");
    expect(await applying).toMatchObject({ outcome: 'restored' });
    expect(logicalHash(prepared.live)).toBe(prepared.wanted);
  });

  it('a locked source is not an empty backup', async () => {
    const live = makeDatabase(place.file('app.db'), { journalMode: 'delete' });
    const app = await place.app(live);
    await app.exec('BEGIN EXCLUSIVE');
    const naive = await place.app(makeDatabase(place.file('other.db')));
    expect(await naive.must('open', { file: live, as: 'locked' })).toBeUndefined();
    expect(await naive.must('backupInto', { target: place.file('copy.sqlite'), as: 'locked' })).toMatchObject({
      totalPages: 0,
    });
    expect(await codeOf(takeBackup(place, live, { lockTimeoutMs: 300 }))).toBe('DATABASE_LOCKED');
    expect(place.list(place.file('backups'))).toEqual([]);
  });
});

describe('a stale -wal cannot undo a restore', () => {
  /** A database whose application died: the main file is garbage, its -wal still holds whole transactions. */
  async function abandoned(): Promise<string> {
    const live = makeDatabase(place.file('app.db'), { label: 'old' });
    const app = await place.app(live);
    await app.exec("PRAGMA wal_autocheckpoint = 0; UPDATE item SET title = 'from the stale wal'");
    await app.kill();
    expect(filesOf(live)).toEqual(['', '-wal', '-shm']);
    return live;
  }

  it('would, if only the file were replaced', async () => {
    const image = makeDatabase(place.file('image.db'), { label: 'old' });
    const live = await abandoned();
    copyFileSync(image, live);
    expect([integrityOf(live), ask(live, 'SELECT title FROM item')]).toEqual(['ok', 'from the stale wal']);
  });

  it('when the live file is garbage and has to be replaced', async () => {
    const core = await place.core();
    const live = await abandoned();
    const database = await core.addDatabase({ file: live });
    change(live, "UPDATE item SET title = 'good'");
    const point = await core.startBackup(database.id, 'manual').done;
    const app = await place.app(live);
    await app.exec("PRAGMA wal_autocheckpoint = 0; UPDATE item SET title = 'from the stale wal'");
    await app.kill();
    writeFileSync(live, 'no database at all '.repeat(500));
    const record = await core.restore({ pointId: point.id }, database.id).done;
    expect(record.outcome).toBe('restored');
    expect(filesOf(live)).toEqual(['']);
    expect([integrityOf(live), ask(live, 'SELECT DISTINCT title FROM item')]).toEqual(['ok', 'good']);
  });

  it('when the live file is gone and only its -wal is left', async () => {
    const core = await place.core();
    const live = await abandoned();
    const database = await core.addDatabase({ file: live });
    change(live, "UPDATE item SET title = 'good'");
    const point = await core.startBackup(database.id, 'manual').done;
    const app = await place.app(live);
    await app.exec("PRAGMA wal_autocheckpoint = 0; UPDATE item SET title = 'from the stale wal'");
    await app.kill();
    await place.remove(live);
    expect((await core.restore({ pointId: point.id }, database.id).done).outcome).toBe('restored');
    expect(ask(live, 'SELECT DISTINCT title FROM item')).toBe('good');
  });

  it('when a copy is written to a name that an old -wal still has', async () => {
    const core = await place.core();
    const live = makeDatabase(place.file('good.db'), { label: 'good' });
    const database = await core.addDatabase({ file: live });
    const point = await core.startBackup(database.id, 'manual').done;
    const target = await abandoned();
    await place.remove(target);
    // Refused or clean: never a copy that reads as something else.
    const code = await codeOf(core.saveCopy({ pointId: point.id }, target, false).done);
    expect([code, filesOf(target)]).toEqual(['RESTORE_TARGET_EXISTS', ['-wal', '-shm']]);
    await core.saveCopy({ pointId: point.id }, target, true).done;
    expect(logicalHash(target)).toBe(logicalHash(live));
  });
});

describe('no file operation of ours drops the locks of the application', () => {
  it.each(['wal', 'delete'] as const)(
    '%s: a transaction that writes keeps its lock through all that Holdfast does',
    async (journalMode) => {
      const prepared = await prepareRestore(place, { journalMode, lockTimeoutMs: 200 });
      const { live } = prepared;
      const app = await place.app(live);
      const third = await place.app(live);
      await app.exec("BEGIN IMMEDIATE; INSERT INTO owner VALUES (90, 'in the midst')");
      const stillLocked = async (after: string): Promise<void> => {
        expect(await third.failure('BEGIN IMMEDIATE'), after).toBe('SQLITE_BUSY');
      };
      await stillLocked('before anything');
      const settled = {
        liveFile: live,
        quarantine: place.file('none'),
        copyFile: place.file('scratch/copy'),
        lockTimeoutMs: 500,
      };
      const work: [string, () => Promise<unknown>][] = [
        ['examine', () => place.job('examine', { file: live, lockTimeoutMs: 500 })],
        ['backup', () => takeBackup(place, live)],
        ['inspect', () => place.job('inspect', inspectRequest(place, live, { lockTimeoutMs: 500 }))],
        ['preview', () => place.job('preview', { contentFile: prepared.request.stagingFile, liveFile: live })],
        ['restore', async () => expect(await codeOf(prepared.apply())).toBe('DATABASE_LOCKED')],
        ['swap', async () => expect(await codeOf(prepared.swap())).toBe('RESTORE_HELD_OPEN')],
        ['settle', () => place.job('settle', settled)],
      ];
      for (const [name, run] of work) {
        await run();
        await stillLocked(name);
      }
      await app.exec('COMMIT');
      expect([integrityOf(live), ask(live, 'SELECT name FROM owner WHERE id = 90')]).toEqual(['ok', 'in the midst']);
    },
  );

  it('the main process never opens a guarded database; its job processes do', async () => {
    const live = makeDatabase(place.file('guarded.db'), { rows: 2000, fillerBytes: 500 });
    const app: App = await place.app(live);
    await app.exec('PRAGMA wal_autocheckpoint = 0; BEGIN; SELECT 1 FROM item');
    const opens = place.file('opens.log');
    appendFileSync(opens, '');
    const seen = new Set<string>();
    const run = async (...args: string[]): Promise<{ pid: number; value: { id: string } }> => {
      const command = [
        '--import',
        `${import.meta.dirname}/../helpers/watch-opens.mjs`,
        programs.cli,
        '--home',
        place.file('home'),
        '--json',
        ...args,
      ];
      const child = spawn(process.execPath, command, {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, HOLDFAST_TEST_OPENS: opens },
      });
      let stdout = '';
      let running = true;
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
      const closed = once(child, 'close').then(() => (running = false));
      const pid = child.pid ?? 0;
      // Beside the log, which sees calls of this program's own code: what the process has open, however it came to it.
      await until('the command', () => {
        for (const file of openFilesOf(pid)) seen.add(file);
        return !running;
      });
      await closed;
      return { pid, value: (JSON.parse(stdout) as { value: { id: string } }).value };
    };
    const mains = [await run('db', 'add', live, '--name', 'guarded')];
    const backup = await run('backup', 'guarded');
    mains.push(
      backup,
      await run('check', 'guarded'),
      await run('restore', 'guarded', '--from', backup.value.id, '--dry-run'),
    );
    await app.exec('COMMIT');
    mains.push(await run('restore', 'guarded', '--from', backup.value.id), await run('db', 'list'));

    const pids = new Set(mains.map(({ pid }) => String(pid)));
    const guarded = readFileSync(opens, 'utf8')
      .trim()
      .split('\n')
      .filter((line) => line.includes(live));
    expect(guarded.filter((line) => pids.has(line.split(' ')[0] ?? ''))).toEqual([]);
    expect(new Set(guarded.map((line) => line.split(' ')[0])).size, 'jobs opened it').toBeGreaterThan(4);
    expect([...seen].filter((file) => file.startsWith(live))).toEqual([]);
    expect(
      [...seen].some((file) => file.endsWith('holdfast.sqlite')),
      'what it had open was seen',
    ).toBe(true);
  });
});

function openFilesOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((descriptor) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${descriptor}`);
      } catch {
        return ''; // closed since it was listed
      }
    });
  } catch {
    return []; // the process has ended
  }
}

describe('a hash finds what SQLite does not', () => {
  it('a 0-byte file passes integrity_check and is no backup', async () => {
    const live = makeDatabase(place.file('app.db'));
    const { file } = await takeBackup(place, live);
    truncateSync(file, 0);
    const proof = await place.job('prove', {
      chain: [{ file, expected: null }],
      contentFile: place.file('scratch/content'),
    });
    expect(proof.proved).toBe(false);
  });
});
