/** Files and folders of an SFTP server, one request each. Paths are those of the server. */
import path from 'node:path/posix';
import type { SftpAttributes, SftpEntry } from 'ssh2-sftp-client';
import { unusable } from './remote-errors';
import type { SftpConnection, Start } from './sftp-connection';
import { isAbsent, isEnd, isUnsupported } from './sftp-errors';
import { readAhead } from './sftp-transfer';

/** Null when there is nothing of that name. */
export async function statOf(connection: SftpConnection, file: string): Promise<SftpAttributes | null> {
  try {
    return await connection.call<SftpAttributes>((session, done) => session.stat(file, done));
  } catch (thrown) {
    if (isAbsent(thrown)) return null;
    throw connection.errorOf(thrown, file);
  }
}

/** Entries of a folder in portions, as the server gives them; `.` and `..` are left out. */
export async function* entriesOf(connection: SftpConnection, folder: string): AsyncGenerator<SftpEntry[]> {
  const handle = await request<Buffer>(connection, folder, (session, done) => session.opendir(folder, done));
  try {
    for (;;) {
      const entries = await connection
        .call<SftpEntry[]>((session, done) => session.readdir(handle, done))
        .catch((thrown: unknown) => {
          if (isEnd(thrown)) return null;
          throw connection.errorOf(thrown, folder);
        });
      if (entries === null) return;
      yield entries;
    }
  } finally {
    await closeQuietly(connection, handle);
  }
}

/**
 * Makes a folder and those above it, where they are missing.
 * @param top is not made, nor what lies above it: a destination that is gone must not come back as an empty folder
 */
export async function makeFolder(connection: SftpConnection, folder: string, top?: string): Promise<void> {
  if (folder === top) return;
  const there = await statOf(connection, folder);
  if (there?.isDirectory()) return;
  if (there) throw unusable(connection.config.name, `there is a file where a folder should be: ${folder}`);
  const above = path.dirname(folder);
  if (above !== folder) await makeFolder(connection, above, top);
  try {
    await connection.call((session, done) => session.mkdir(folder, { mode: 0o700 }, done));
  } catch (thrown) {
    // Another upload made it meanwhile.
    if (!(await statOf(connection, folder))?.isDirectory()) throw connection.errorOf(thrown, folder);
  }
}

/** @param flags as of `fopen`: `r` reads, `r+` also writes, `wx+` does both with a new file that must not exist */
export const openFile = (connection: SftpConnection, file: string, flags: 'r' | 'r+' | 'wx+'): Promise<Buffer> =>
  request(connection, file, (session, done) => session.open(file, flags, { mode: 0o600 }, done));

/** What is written is on the server's disk after it, where the server offers that. */
export async function syncFile(connection: SftpConnection, file: string, handle: Buffer): Promise<void> {
  try {
    await connection.callIfOffered<void>((session, done) => session.ext_openssh_fsync(handle, done));
  } catch (thrown) {
    if (!isUnsupported(thrown)) throw connection.errorOf(thrown, file);
  }
}

export const closeFile = (connection: SftpConnection, file: string, handle: Buffer): Promise<void> =>
  request(connection, file, (session, done) => session.close(handle, done));

/** For files that were only read, and after a failure that is told anyway: the server closes what a session left open. */
export const closeQuietly = (connection: SftpConnection, handle: Buffer): Promise<void> =>
  // A connection that is gone has closed it.
  connection.call<void>((session, done) => session.close(handle, done)).catch(() => undefined);

/** A file that is not there is fine. */
export async function removeFile(connection: SftpConnection, file: string): Promise<void> {
  try {
    await connection.call<void>((session, done) => session.unlink(file, done));
  } catch (thrown) {
    if (!isAbsent(thrown)) throw connection.errorOf(thrown, file);
  }
}

/**
 * Gives a file its name, unless something has it.
 * @returns false when something has it
 */
export async function renameNew(connection: SftpConnection, from: string, to: string): Promise<boolean> {
  try {
    // By the protocol it fails when the name is taken; OpenSSH makes a second name and removes the first.
    await connection.call<void>((session, done) => session.rename(from, to, done));
    return true;
  } catch (thrown) {
    if (await statOf(connection, to)) return false;
    // Servers that have no such rename, or a file system that has no second names; it would replace, so it comes last.
    const renamed = await connection
      .callIfOffered<void>((session, done) => session.ext_openssh_rename(from, to, done))
      .catch(() => null);
    if (renamed === null) throw connection.errorOf(thrown, to);
    return true;
  }
}

/** A small file as text; null when there is none. */
export async function readSmall(connection: SftpConnection, file: string, mostBytes: number): Promise<string | null> {
  const size = (await statOf(connection, file))?.size;
  if (size === undefined) return null;
  const handle = await openFile(connection, file, 'r');
  try {
    const chunks: Buffer[] = [];
    const range = { fromByte: 0, toByte: Math.min(size, mostBytes) };
    for await (const chunk of readAhead(connection, handle, range)) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  } catch (thrown) {
    throw connection.errorOf(thrown, file);
  } finally {
    await closeQuietly(connection, handle);
  }
}

/** Bytes that may still be written; null where the server does not tell. */
export async function spaceOf(connection: SftpConnection, folder: string): Promise<number | null> {
  try {
    const answer = await connection.callIfOffered<{ f_frsize: number; f_blocks: number; f_bavail: number }>(
      (session, done) => session.ext_openssh_statvfs(folder, done),
    );
    // Some file systems answer with zeros.
    return answer && answer.value.f_blocks > 0 ? answer.value.f_bavail * answer.value.f_frsize : null;
  } catch (thrown) {
    if (isUnsupported(thrown)) return null;
    throw connection.errorOf(thrown, folder);
  }
}

async function request<T>(connection: SftpConnection, file: string, start: Start<T>): Promise<T> {
  try {
    return await connection.call<T>(start);
  } catch (thrown) {
    throw connection.errorOf(thrown, file);
  }
}
