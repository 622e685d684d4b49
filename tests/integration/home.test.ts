import { spawnSync } from 'node:child_process';
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { controlEndpoint } from '../../electron/core/control-endpoint';
import { claimHome, type Ownership, readOwner } from '../../electron/core/home';
import { HoldfastError } from '../../electron/errors/holdfast-error';
import { boundByPermissions, killHard, type Running, start } from '../cli/support/process';
import { buildSources } from '../helpers/build-sources.mjs';

let folder: string;
let home: string;
let built: Awaited<ReturnType<typeof buildSources>>;
let claims: Ownership[] = [];
let processes: Running[] = [];

beforeAll(async () => {
  built = await buildSources('home', { owner: 'tests/cli/support/home-owner.ts' });
});
afterAll(() => built.remove());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-home-'));
  home = join(folder, 'home');
});
afterEach(async () => {
  for (const claim of claims) claim.release();
  await Promise.all(processes.map(killHard));
  claims = [];
  processes = [];
  await rm(folder, { recursive: true, force: true });
});

function claim(path = home): Ownership {
  const ownership = claimHome(path, 'command');
  claims.push(ownership);
  return ownership;
}

function refusal(act: () => unknown): HoldfastError {
  try {
    act();
  } catch (error) {
    if (error instanceof HoldfastError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

async function otherOwner(role = 'serve'): Promise<Running> {
  const owner = start(process.execPath, [built.file('owner'), home, role]);
  processes.push(owner);
  await owner.until((output) => output.stdout.includes('owned'));
  return owner;
}

describe('a home', () => {
  it('is made with folders and files that only this user can read', async () => {
    const { paths } = claim();
    for (const made of [paths.root, paths.scratch, paths.sample]) {
      expect((await stat(made)).mode & 0o777, made).toBe(0o700);
    }
    expect((await stat(paths.ownerInfo)).mode & 0o777).toBe(0o600);
  });

  it('says who owns it, and no longer once it is free', async () => {
    const ownership = claim();
    expect(readOwner(home)).toEqual(ownership.info);
    expect(ownership.info).toMatchObject({ pid: process.pid, role: 'command' });
    expect(ownership.info.token).toMatch(/^[0-9a-f]{64}$/);
    expect(ownership.info.version).toMatch(/^\d+\.\d+\.\d+/);
    ownership.release();
    expect(readOwner(home)).toBeNull();
  });

  it('can be claimed again after it was released, twice released or not', () => {
    const first = claim();
    first.release();
    const second = claim();
    first.release();
    expect(refusal(() => claimHome(home, 'serve')).code).toBe('HOME_OWNED');
    expect(readOwner(home)).toEqual(second.info);
  });

  it('is the same home through a symbolic link', async () => {
    const ownership = claim();
    const link = join(folder, 'link');
    await symlink(home, link);
    expect(refusal(() => claimHome(link, 'serve')).code).toBe('HOME_OWNED');
    ownership.release();
    expect(claim(link).paths.root).toBe(ownership.paths.root);
  });
});

describe('a home another process owns', () => {
  it('is refused with the owner named', async () => {
    const owner = await otherOwner('window');
    const error = refusal(() => claimHome(home, 'command'));
    expect(error.code).toBe('HOME_OWNED');
    expect(error.params).toMatchObject({ path: home, pid: owner.child.pid, role: 'window' });
    expect(Date.parse(String(error.params['startedAt']))).not.toBeNaN();
  });

  it('is refused when owner.json is missing, cut off or from another version', async () => {
    await otherOwner();
    for (const content of [null, '{"pid": 1', '{"pid":"7","role":"boss"}']) {
      await rm(join(home, 'owner.json'), { force: true });
      if (content !== null) await writeFile(join(home, 'owner.json'), content);
      const error = refusal(() => claimHome(home, 'command'));
      expect(error.code, String(content)).toBe('HOME_OWNED');
      expect(error.params).toEqual({ path: home });
    }
  });

  it('is free the moment the owner is killed, whatever owner.json still says', async () => {
    const owner = await otherOwner();
    await killHard(owner);
    expect(readOwner(home)?.pid).toBe(owner.child.pid);
    // the process id in owner.json is of a living process: it must not be believed
    const stale = JSON.parse(await readFile(join(home, 'owner.json'), 'utf8'));
    await writeFile(join(home, 'owner.json'), JSON.stringify({ ...stale, pid: process.ppid }));
    expect(claim().info.pid).toBe(process.pid);
    expect(readOwner(home)?.pid).toBe(process.pid);
  });

  it('is free after the owner gave it up', async () => {
    const owner = await otherOwner();
    owner.child.kill('SIGTERM');
    expect((await owner.ended).code).toBe(0);
    claim();
  });

  it('goes to exactly one of several processes that want it at once', async () => {
    const rivals = Array.from({ length: 6 }, () => start(process.execPath, [built.file('owner'), home, 'serve']));
    processes.push(...rivals);
    const outcomes = await Promise.all(
      rivals.map((rival) =>
        Promise.race([
          rival
            .until((output) => output.stdout.includes('owned'))
            .then(
              () => 'owner',
              () => 'refused',
            ),
          rival.ended.then(() => 'refused'),
        ]),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'owner')).toHaveLength(1);
    for (const rival of rivals.filter((_, index) => outcomes[index] === 'refused')) {
      expect((await rival.ended).stderr).toContain('HOME_OWNED');
    }
  });
});

describe('a home that cannot be used', () => {
  it.each([
    ['is a file', async () => writeFile(home, 'x'), 'file where a folder'],
    [
      'is below a file',
      async () => writeFile(join(folder, 'plain'), 'x').then(() => void (home = join(folder, 'plain', 'home'))),
      'file where a folder',
    ],
    [
      'has a file where a folder of its own should be',
      async () => mkdir(home).then(() => writeFile(join(home, 'scratch'), 'x')),
      'file where a folder',
    ],
    ['is where nothing can be made', async () => void (home = '/proc/nowhere/home'), 'cannot be made'],
    ['is a link that leads nowhere', async () => symlink(join(folder, 'gone', 'further'), home), 'file where a folder'],
    [
      'has something else as its lock',
      async () => mkdir(home).then(() => writeFile(join(home, 'owner.lock'), 'x'.repeat(4096))),
      'not a file of Holdfast',
    ],
  ])('because it %s is refused with the path and the reason', async (_what, make, reason) => {
    await make();
    const error = refusal(() => claimHome(home, 'command'));
    expect(error.code).toBe('HOME_UNUSABLE');
    expect(`${String(error.params['path'])}/`.startsWith(`${home}/`)).toBe(true);
    expect(error.params['reason']).toContain(reason);
  });

  it('because this user may not write is refused', async () => {
    await mkdir(home);
    await chmod(home, 0o500);
    const [command, args] = boundByPermissions(process.execPath, [built.file('owner'), home, 'command']);
    const ended = spawnSync(command, args, { encoding: 'utf8' });
    await chmod(home, 0o700);
    expect(ended.status).not.toBe(0);
    expect(ended.stderr).toContain('HOME_UNUSABLE');
    expect(ended.stderr).toContain('no permission');
    expect(await readdir(home)).toEqual([]);
  });
});

describe('the address of the control socket', () => {
  it('is short, in a folder of this user, and different for different homes', async () => {
    const runtime = join(folder, 'run');
    await mkdir(runtime, { mode: 0o700 });
    const address = controlEndpoint(join(folder, 'a'.repeat(200)), { XDG_RUNTIME_DIR: runtime });
    expect(address).not.toBeNull();
    expect(Buffer.byteLength(address ?? '')).toBeLessThan(100);
    expect(address?.startsWith(runtime)).toBe(true);
    expect((await lstat(join(runtime, 'holdfast'))).mode & 0o777).toBe(0o700);
    expect(controlEndpoint(join(folder, 'b'), { XDG_RUNTIME_DIR: runtime })).not.toBe(address);
  });

  it('avoids a folder that others may enter', async () => {
    const runtime = join(folder, 'run');
    await mkdir(join(runtime, 'holdfast'), { recursive: true });
    await chmod(join(runtime, 'holdfast'), 0o777);
    const address = controlEndpoint(home, { XDG_RUNTIME_DIR: runtime });
    expect(address?.startsWith(runtime)).toBe(false);
  });
});
