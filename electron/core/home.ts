/**
 * The data folder ("home") and who owns it. One process at a time does: it holds an exclusive SQLite lock on
 * `owner.lock`, which the operating system takes away when the process ends, however it ends. A process id that is used
 * again proves nothing here. `owner.json` beside it only tells others who the owner is and where it listens.
 */
import { randomBytes } from 'node:crypto';
import { accessSync, constants, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { controlEndpoint } from './control-endpoint';
import { makePrivateFolders } from './folders';
import { holdfastVersion } from './version';

export const ROLES = ['window', 'serve', 'command'] as const;
/** What kind of process owns the home. */
export type Role = (typeof ROLES)[number];

export interface HomePaths {
  /** The data folder, symbolic links resolved once it exists. */
  root: string;
  /** Holdfast's own database. */
  store: string;
  /** Folder for work in hand; the owner may empty it when it starts. */
  scratch: string;
  /** Page maps of the newest restore points, for the next backups of changed pages. */
  pages: string;
  /** Folder of the sample database. */
  sample: string;
  /** Holds the lock. The owner must not open it with `fs`: closing any descriptor of it would drop the lock. */
  ownerLock: string;
  ownerInfo: string;
  /** Folder of Holdfast's own log. */
  ownLog: string;
  /** Folder of the index of followed logs. */
  logIndex: string;
  /** Tells the next start how this run ended. */
  runInfo: string;
  /** Bearer token of the health endpoint. */
  healthToken: string;
}

/** Who owns a home, as `owner.json` says. */
export const OwnerInfo = z.object({
  pid: z.number().int().positive(),
  role: z.enum(ROLES),
  startedAt: z.string(),
  version: z.string(),
  hostname: z.string(),
  /** Address of the control socket; null when there is none. */
  endpoint: z.string().nullable(),
  token: z.string().min(1),
});
export type OwnerInfo = z.infer<typeof OwnerInfo>;

/** The right to use a home, until `release()` or the end of the process. */
export interface Ownership {
  readonly paths: HomePaths;
  readonly info: OwnerInfo;
  /** Gives the home free. Does nothing the second time. */
  release(): void;
}

/** Paths in the data folder `home`. Touches nothing. */
export function homePaths(home: string): HomePaths {
  const root = resolve(home);
  return {
    root,
    store: join(root, 'holdfast.sqlite'),
    scratch: join(root, 'scratch'),
    pages: join(root, 'pages'),
    sample: join(root, 'sample'),
    ownerLock: join(root, 'owner.lock'),
    ownerInfo: join(root, 'owner.json'),
    ownLog: join(root, 'logs'),
    logIndex: join(root, 'log-index'),
    runInfo: join(root, 'run.json'),
    healthToken: join(root, 'health.token'),
  };
}

/**
 * Creates the folders of a home (0700) and takes the home for this process.
 * Errors: `HOME_UNUSABLE` {path, reason}, `HOME_OWNED` {path, pid, role, startedAt}.
 */
export function claimHome(home: string, role: Role): Ownership {
  const paths = prepareHome(home);
  const lock = takeLock(paths);
  const info: OwnerInfo = {
    pid: process.pid,
    role,
    startedAt: new Date().toISOString(),
    version: holdfastVersion(),
    hostname: hostname(),
    endpoint: controlEndpoint(paths.root),
    token: randomBytes(32).toString('hex'),
  };
  try {
    writeOwnerInfo(paths, info);
  } catch (error) {
    lock.close();
    throw unusable(paths.ownerInfo, error);
  }
  let held = true;
  return {
    paths,
    info,
    release() {
      if (!held) return;
      held = false;
      // before the lock goes: afterwards the file may be the next owner's
      rmSync(paths.ownerInfo, { force: true });
      lock.close();
    },
  };
}

/** Who owns the home, as far as can be told; null when nothing readable says so. May be out of date. */
export function readOwner(home: string): OwnerInfo | null {
  try {
    return OwnerInfo.safeParse(JSON.parse(readFileSync(homePaths(home).ownerInfo, 'utf8'))).data ?? null;
  } catch {
    // missing, half gone or not JSON: then the owner is simply not known
    return null;
  }
}

function prepareHome(home: string): HomePaths {
  makeFolder(resolve(home));
  const paths = homePaths(realpathSync(home));
  makeFolder(paths.scratch);
  makeFolder(paths.pages);
  makeFolder(paths.sample);
  return paths;
}

function makeFolder(folder: string): void {
  try {
    makePrivateFolders(folder);
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unusable(folder, error);
  }
}

function takeLock(paths: HomePaths): Database.Database {
  let lock: Database.Database | undefined;
  try {
    lock = new Database(paths.ownerLock, { timeout: 0 });
    lock.pragma('locking_mode = EXCLUSIVE');
    // nothing is ever written: without this a journal would lie beside it
    lock.pragma('journal_mode = MEMORY');
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock?.close();
    if (String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY')) throw owned(paths);
    throw unusable(paths.ownerLock, error);
  }
}

function owned(paths: HomePaths): HoldfastError {
  const owner = readOwner(paths.root);
  return holdfastError('HOME_OWNED', {
    params: {
      path: paths.root,
      // What is not known is left out; the texts have a word for that.
      ...(owner && { pid: owner.pid, role: owner.role, startedAt: owner.startedAt }),
    },
  });
}

/** By rename, so that a reader sees the old file or the new one, never half of one. */
function writeOwnerInfo(paths: HomePaths, info: OwnerInfo): void {
  const draft = `${paths.ownerInfo}.new`;
  rmSync(draft, { force: true });
  writeFileSync(draft, `${JSON.stringify(info, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  renameSync(draft, paths.ownerInfo);
}

const REASONS: Record<string, string> = {
  EEXIST: 'there is a file where a folder should be',
  ENOTDIR: 'there is a file where a folder should be',
  EISDIR: 'there is a folder where a file should be',
  EACCES: 'no permission to read or write it',
  EPERM: 'no permission to read or write it',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENAMETOOLONG: 'the path is too long',
  ELOOP: 'the symbolic link leads nowhere',
  ENOENT: 'it cannot be made there',
  SQLITE_CANTOPEN: 'no permission to read or write it',
  SQLITE_READONLY: 'no permission to read or write it',
  SQLITE_NOTADB: 'it is not a file of Holdfast',
  SQLITE_IOERR: 'the file system does not support locks, or reading failed',
};

function unusable(path: string, cause: unknown): HoldfastError {
  const code = String((cause as { code?: unknown } | null)?.code);
  const known = Object.keys(REASONS).find((prefix) => code.startsWith(prefix));
  const reason = known ? REASONS[known] : cause instanceof Error ? cause.message : String(cause);
  return holdfastError('HOME_UNUSABLE', { params: { path, reason: reason ?? code }, cause });
}
