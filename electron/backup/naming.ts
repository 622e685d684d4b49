/** Names of backup files, restore points and what is left half done. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { BackupKind, PointForm } from '@shared/models';

const SUFFIXES: Record<PointForm, string> = { full: '.sqlite.gz', changes: '.pages.gz' };
export const BACKUP_SUFFIX = SUFFIXES.full;

/** True for the names of backup files; of what they hold a name says nothing that counts. */
export const isBackupName = (name: string): boolean =>
  !name.startsWith('.') && Object.values(SUFFIXES).some((suffix) => name.endsWith(suffix));

/** `20261121T020000Z-1a2b3c`: sorts by time, and people can read and type it. */
export function newPointId(nowMs: number): string {
  const time = new Date(nowMs).toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '');
  return `${time}-${randomBytes(3).toString('hex')}`;
}

/** A name as part of a path that every file system takes; letters of all languages stay. */
export function slug(name: string): string {
  const cleaned = name
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[.-]+|[.-]+$/g, '')
    .slice(0, 60);
  return cleaned || 'database';
}

/** Full path of a backup: a folder a database, the moment and kind in the name. */
export function backupFile(
  folder: string,
  name: string,
  pointId: string,
  kind: BackupKind,
  form: PointForm = 'full',
): string {
  const base = slug(name);
  return path.join(folder, base, `${base}-${pointId}-${kind}${SUFFIXES[form]}`);
}

const marks = new Map<string, string>();

/**
 * Tells the homes apart that share a backup folder, those of other machines too, where they may have the same path: eight
 * random hex digits that lie in the home, and outlive the store.
 * @throws what `fs` throws when the home cannot be read or written
 */
export function homeMark(home: string): string {
  const known = marks.get(home);
  if (known !== undefined) return known;
  const file = path.join(home, 'home.mark');
  const written = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  const mark = /^[0-9a-f]{8}$/.test(written) ? written : randomBytes(4).toString('hex');
  if (mark !== written) {
    writeFileSync(`${file}.new`, `${mark}\n`, { mode: 0o600, flush: true });
    renameSync(`${file}.new`, file);
  }
  marks.set(home, mark);
  return mark;
}

/** Name of a backup file until it is proved. A start removes those of its own home only. */
export function partialFile(finalFile: string, mark: string): string {
  return path.join(path.dirname(finalFile), `.${path.basename(finalFile)}.${mark}.partial`);
}

export const isPartialOf = (name: string, mark: string): boolean =>
  name.startsWith('.') && name.endsWith(`.${mark}.partial`);

/** True for the unfinished files of any home. */
export const isPartial = (name: string): boolean => /^\..+\.[0-9a-f]{8}\.partial$/.test(name);

/** True for names that only a backup of Holdfast's has: with the id of a restore point and its kind. */
export const hasPointName = (name: string): boolean =>
  isBackupName(name) && /-\d{8}T\d{6}Z-[0-9a-f]{6}-[a-z]+\.\w+\.gz$/.test(name);
