/** Changed pages, encrypted files and databases that nobody guards here, through the command. */
import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { RestorePoint } from '@shared/models';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encryptFile } from '../../electron/copies/age';
import { answer, change, countVideos, makeDatabase, Place } from './support/holdfast';

const PASSPHRASE = '비밀 passphrase';
const CLI = resolve(import.meta.dirname, '../../out/main/cli.js');

let place: Place;
let file: string;
let points: [full: RestorePoint, changes: RestorePoint];

beforeEach(async () => {
  place = await Place.make();
  file = makeDatabase(place.file('orders.db'), 400);
  await place.value('db', 'add', file);
  const full = await place.value<RestorePoint>('backup', 'orders');
  change(file, 'DELETE FROM video WHERE id > 390');
  points = [full, await place.value<RestorePoint>('backup', 'orders', '--kind', 'incremental')];
  expect(points[1]).toMatchObject({ form: 'changes', chainLength: 1 });
});
afterEach(() => place.end());

/** What a person has on a stick: the files of the chain, and nothing of the home. */
async function stick(): Promise<string> {
  const folder = place.file('stick');
  await mkdir(folder);
  for (const point of points) await copyFile(point.file, join(folder, basename(point.file)));
  return join(folder, basename(points[1].file));
}

/** The command as on another machine, with a home of its own. */
const elsewhere = (args: string[], env: NodeJS.ProcessEnv = {}) =>
  place.start(['--home', place.file('other-home'), '--json', ...args], { env }).ended.then(answer);

/** Types `text` at the terminal of a command when it asks; gives all that the terminal showed. */
const TYPIST = `
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
said = b""
asked = False
while True:
    try:
        piece = os.read(terminal, 4096)
    except OSError:
        break
    if not piece:
        break
    said += piece
    if not asked and said.endswith(b": "):
        asked = True
        os.write(terminal, sys.argv[1].encode() + b"\\r")
sys.stdout.buffer.write(said)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

function onTerminal(text: string, args: string[]): { status: number | null; shown: string } {
  const command = [process.execPath, CLI, '--home', place.file('other-home'), ...args];
  const { status, stdout } = spawnSync('python3', ['-c', TYPIST, text, ...command], {
    encoding: 'utf8',
    env: { ...process.env, HOME: place.folder, LC_ALL: 'en_US.UTF-8' },
  });
  return { status, shown: stdout };
}

describe('a restore point of changed pages', () => {
  it('is verified and restored by its id and by its file, and names a damaged file before it', async () => {
    for (const target of [points[1].id, points[1].file]) {
      expect(await place.value('verify', target)).toMatchObject({ id: points[1].id, verified: true });
    }
    expect((await place.text('verify', points[1].id)).stdout).toContain('✓ chain of restore points');
    change(file, 'DELETE FROM video');
    await place.value('restore', 'orders', '--from', points[1].id);
    expect(countVideos(file)).toBe(390);
    await place.value('restore', 'orders', '--from', points[1].file, '--to', 'copy.db');
    expect(countVideos(place.file('copy.db'))).toBe(390);

    const bytes = await readFile(points[0].file);
    await writeFile(points[0].file, bytes.fill(0, 60, 90));
    const { code, document } = await place.json('verify', points[1].id);
    expect([code, document.error.code]).toEqual([3, 'CHAIN_BROKEN']);
    expect(document.error.detail).toContain(basename(points[0].file));
    const refused = await place.json('restore', 'orders', '--from', points[1].id, '--to', 'no.db');
    expect([refused.code, refused.document.error.code]).toEqual([1, 'BACKUP_FILE_DAMAGED']);
    expect(refused.document.error.message).toContain(basename(points[0].file));
  });

  it('that was found elsewhere is verified and restored under any name, with the chain beside it', async () => {
    const found = await stick();
    expect((await elsewhere(['verify', found])).document.value).toMatchObject({
      ...{ format: 'holdfast-changes', encrypted: false, verified: true },
    });
    const restored = await elsewhere(['restore', 'whatever', '--from', found, '--to', place.file('out.db')]);
    expect(restored.document.value).toMatchObject({ database: 'whatever', restorePoint: null, encrypted: false });
    expect(countVideos(place.file('out.db'))).toBe(390);
    const live = await elsewhere(['restore', 'whatever', '--from', found]);
    expect([live.code, live.document.error.code]).toEqual([1, 'DATABASE_UNKNOWN']);
    await rm(join(dirname(found), basename(points[0].file)));
    const broken = await elsewhere(['verify', found]);
    expect([broken.code, broken.document.error.code]).toEqual([3, 'CHAIN_BROKEN']);
    expect(broken.document.error.detail).toContain(points[0].id);
  });
});

describe('an encrypted file', () => {
  it('is opened with HOLDFAST_PASSPHRASE or what is typed on the terminal, which never shows it', async () => {
    const plain = await stick();
    const found = `${plain}.age`;
    const encryption = { mode: 'passphrase' } as const;
    const options = { onProgress: () => undefined, signal: new AbortController().signal };
    await encryptFile(plain, found, encryption, { passphrase: PASSPHRASE }, options);
    await rm(plain);
    const args = (target: string) => ['restore', 'orders', '--from', found, '--to', place.file(target)];

    const needed = await elsewhere(args('no.db'));
    expect([needed.code, needed.document.error.code]).toEqual([1, 'PASSPHRASE_NEEDED']);
    const wrong = await elsewhere(args('no.db'), { HOLDFAST_PASSPHRASE: 'wrong' });
    expect([wrong.code, wrong.document.error.code]).toEqual([1, 'PASSPHRASE_WRONG']);
    const right = await elsewhere(args('by-variable.db'), { HOLDFAST_PASSPHRASE: PASSPHRASE });
    expect(right.document.value).toMatchObject({ encrypted: true, file: found });
    expect(countVideos(place.file('by-variable.db'))).toBe(390);

    const typed = onTerminal(PASSPHRASE, args('typed.db'));
    expect([typed.status, countVideos(place.file('typed.db'))]).toEqual([0, 390]);
    expect(typed.shown).toContain(`Passphrase of ${found}: `);
    expect(typed.shown).toContain(`It was decrypted and read from ${found}.`);
    expect(typed.shown).not.toContain(PASSPHRASE);
    const nothing = onTerminal('', ['verify', found]);
    expect(nothing.status).toBe(1);
  });
});

describe('a database that nobody guards any more', () => {
  it('is restored by its name into a file, and never into its old place', async () => {
    await place.value('db', 'remove', 'orders');
    change(file, 'DELETE FROM video');
    expect(await place.value('restore', 'Orders', '--to', 'newest.db')).toMatchObject({ restorePoint: points[1].id });
    expect(countVideos(place.file('newest.db'))).toBe(390);
    await place.value('restore', 'orders', '--at', points[0].createdAt, '--to', 'first.db');
    expect(countVideos(place.file('first.db'))).toBe(400);
    for (const more of [[], ['--dry-run']]) {
      const { code, document } = await place.json('restore', 'orders', ...more);
      expect([code, document.error.code]).toEqual([1, 'DATABASE_UNKNOWN']);
    }
    const unknown = await place.json('restore', 'users', '--to', 'users.db');
    expect([unknown.code, unknown.document.error.code]).toEqual([1, 'DATABASE_UNKNOWN']);
    expect(countVideos(file)).toBe(0);
  });
});
