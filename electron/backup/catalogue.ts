/**
 * Makes the catalogue say what the backup folder holds. The folder is the truth: it may have been restored, moved or
 * tidied by hand, and a crash may have come between a file and its entry.
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import { LogFolders } from '../continuous/log-folder';
import type { CoreContext } from '../core/context';
import type { CatalogueReport } from '../core/types';
import { HoldfastError, holdfastError } from '../errors/holdfast-error';
import { knownCode, wrapError } from '../errors/wrap';
import type { CatalogueEntry } from '../store/backups';
import { lookThrough, type Sighting } from './catalogue-folder';
import { entryOf } from './entry';
import { finishErasing, isErasing } from './erasing';
import type { Manifest } from './manifest';
import { homeMark } from './naming';
import type { ExpectedFile } from './prove';
import { rememberDatabase } from './unguarded';
import { breakDependants } from './verify-point';

/** Files that a report names at most, of each sort: a folder may hold a million that are nobody's business here. */
const MOST_LISTED = 1_000;

interface Look {
  /** Read every file, also those that the catalogue knows by their names. */
  thorough: boolean;
  /** True while no work in hand can have an unfinished file. */
  mayRemovePartials: () => boolean;
  signal: AbortSignal;
  onSighting?: (sighting: Sighting, isNew: boolean) => void;
}

export class CatalogueKeeper {
  private readonly logs: LogFolders;

  constructor(private readonly context: CoreContext) {
    this.logs = new LogFolders(context);
  }

  /**
   * For the start, and again when the folder could not be looked at then: finishes deletions, removes this home's unfinished
   * files unless work in hand may have one, adds files that the catalogue does not know, as not proved, and marks entries
   * whose file is gone. Gives the ids of all that is not proved, bases before what is built on them; null when the folder
   * could not be looked at: one that is not there (a disk that is not mounted) says nothing about its files.
   * @throws the signal's reason, before the next file: what was added until then stays
   */
  async reconcile(signal: AbortSignal): Promise<string[] | null> {
    const mayRemovePartials = () => this.context.jobs.views().every(({ phase }) => phase === 'queued');
    if (!(await this.look({ thorough: false, mayRemovePartials, signal }))) return null;
    await this.logs.takeInUnknown(signal);
    const unproved = this.context.store.backups.list().filter(({ state }) => state === 'unproved');
    return unproved.toSorted(baseFirst).map(({ id }) => id);
  }

  /**
   * Reconciles, reading every file, and proves by `prove` every backup that is not proved, bases before what is built on
   * them. One that cannot be proved keeps none of the others from it. Then it reads every file of transaction logs.
   * @throws BACKUP_FOLDER_UNUSABLE; CANCELLED when a proof was
   */
  async rebuild(prove: (pointId: string) => Promise<boolean>): Promise<CatalogueReport> {
    const { backupFolder } = this.context.settings();
    const found = new Set<string>();
    const report: CatalogueReport = {
      ...{ found: 0, added: 0, missing: 0, proved: 0, failed: 0 },
      ...{ foreign: [], damaged: [], unlisted: 0 },
    };
    const seen = await this.look({
      thorough: true,
      mayRemovePartials: () => false,
      signal: new AbortController().signal,
      onSighting: (sighting, isNew) => {
        if (isNew) report.added++;
        if (sighting.what === 'backup') {
          report.found++;
          found.add(sighting.file);
        } else if (sighting.what === 'foreign' || sighting.what === 'damaged') {
          noteFile(report, { what: sighting.what, file: sighting.file });
        }
      },
    });
    if (!seen) throw holdfastError('BACKUP_FOLDER_UNUSABLE', { params: { path: backupFolder, reason: 'not found' } });
    report.missing = seen.missing;
    const entries = this.context.store.backups.list().filter(({ file }) => found.has(file));
    for (const { id } of entries.toSorted(baseFirst)) {
      if (await this.isProved(id, prove)) report.proved++;
      else report.failed++;
    }
    // After the restore points that it is replayed on.
    const logs = await this.logs.takeIn();
    report.missing += logs.missing;
    for (const file of logs.foreign) noteFile(report, { what: 'foreign', file });
    for (const file of logs.damaged) noteFile(report, { what: 'damaged', file });
    return report;
  }

  private async isProved(id: string, prove: (pointId: string) => Promise<boolean>): Promise<boolean> {
    // It may have been proved, or let go, since: those before it took their time.
    const entry = this.context.store.backups.get(id);
    if (entry?.state === 'proved') return true;
    try {
      return entry !== null && (await prove(id));
    } catch (thrown) {
      const error = wrapError(thrown);
      if (error.code === 'CANCELLED') throw error;
      this.context.problems.report(error.toView(), entry?.databaseId ?? null);
      return false;
    }
  }

  /** Null when the folder is not there or cannot be read; the problem is recorded then. */
  private async look(options: Look): Promise<{ missing: number } | null> {
    const { signal, onSighting } = options;
    const { backupFolder } = this.context.settings();
    const { backups } = this.context.store;
    const seen = new Set<string>();
    let usable = true;
    await finishErasing(this.context);
    try {
      const sightings = lookThrough(backupFolder, {
        mark: homeMark(this.context.paths.root),
        isKnown: (file) => !options.thorough && backups.byFile(file) !== null,
        onUnreadable: (folder, thrown) => {
          // Of a folder such as lost+found nothing is known, and nothing is missed.
          if (!this.knowsInside(folder)) return onSighting?.({ what: 'foreign', file: folder }, false);
          usable = false;
          this.reportFolder(folder, thrown);
        },
        signal,
      });
      for await (const sighting of sightings) {
        const { what, file } = sighting;
        if (what === 'partial' && options.mayRemovePartials()) await fs.rm(file, { force: true });
        if (what === 'known' || what === 'backup') seen.add(file);
        const isNew = what === 'backup' && (await this.adopt(file, sighting.manifest, signal));
        onSighting?.(sighting, isNew);
      }
    } catch (thrown) {
      signal.throwIfAborted();
      if (thrown instanceof HoldfastError) throw thrown;
      // A home without backups has no folder yet.
      if (backups.count() === 0 && knownCode(thrown) === 'FILE_NOT_FOUND') return { missing: 0 };
      this.reportFolder(backupFolder, thrown);
      return null;
    }
    if (usable) this.context.problems.settle(null, ['BACKUP_FOLDER_UNUSABLE']);
    return { missing: await this.markMissing(seen, signal) };
  }

  private knowsInside(folder: string): boolean {
    return this.context.store.backups.list().some(({ file }) => file.startsWith(`${folder}${path.sep}`));
  }

  private reportFolder(folder: string, thrown: unknown): void {
    const params = { path: folder, reason: wrapError(thrown, { path: folder }).detail };
    this.context.problems.report(holdfastError('BACKUP_FOLDER_UNUSABLE', { params, cause: thrown }).toView(), null);
  }

  /** @param seen files that lie in the folder */
  private async markMissing(seen: ReadonlySet<string>, signal: AbortSignal): Promise<number> {
    const { backups } = this.context.store;
    const others = backups.ofOtherHome(null);
    let missing = 0;
    for (const { id } of backups.list()) {
      signal.throwIfAborted();
      const known = backups.get(id);
      const there = known && (seen.has(known.file) || (await isThere(known.file)));
      // What was told of it may have changed while the disk was asked.
      const entry = backups.get(id);
      if (!entry || entry.file !== known?.file) continue;
      const here = entry.state !== 'missing' && entry.state !== 'elsewhere';
      if (there && !here && !isErasing(this.context.store, id)) backups.setState(id, 'unproved');
      if (there !== false || entry.state === 'elsewhere') continue;
      // The other home let it go, which is its affair.
      if (others.has(id)) backups.remove(id);
      else {
        missing++;
        if (here) this.tellMissing(entry);
      }
    }
    this.context.changed();
    return missing;
  }

  private tellMissing(entry: CatalogueEntry): void {
    this.context.store.backups.setState(entry.id, 'missing');
    breakDependants(this.context, entry, 'is not there');
    const name = this.context.store.databases.get(entry.databaseId)?.name ?? entry.databaseId;
    const params = { name, path: entry.file, createdAt: entry.createdAt };
    this.context.problems.report(holdfastError('BACKUP_FILE_MISSING', { params }).toView(), entry.databaseId);
  }

  /** Adds a file that the catalogue does not know, as not proved; true when it did. */
  private async adopt(file: string, manifest: Manifest, signal: AbortSignal): Promise<boolean> {
    const { store } = this.context;
    const { backups } = store;
    if (backups.byFile(file)) return false;
    const moved = backups.get(manifest.id);
    // The same backup twice (a copy in the folder), or moved by hand: the entry that has its file stays.
    if (moved && (await isThere(moved.file)) !== false) return false;
    const sizeBytes = await sizeOf(file);
    signal.throwIfAborted();
    // From here on nothing is waited for: what was just deleted, or is about to be recorded, is not taken for unknown.
    if (sizeBytes === null || isErasing(store, manifest.id) || this.isInHand(manifest) || backups.byFile(file)) {
      return false;
    }
    const mark = manifest.home === homeMark(this.context.paths.root) ? null : (manifest.home ?? null);
    store.atomically(() => {
      const now = backups.get(manifest.id);
      if (now) backups.setPlace(now.id, file, sizeBytes);
      else {
        // Not known until the file has been read; proving fills the hash in.
        const databaseId = rememberDatabase(this.context, manifest, new Date().toISOString()).id;
        const facts = { databaseId, file, sizeBytes, sha256: '', durationMs: 0 };
        backups.insert(entryOf(manifest, { ...facts, state: 'unproved', verifiedAt: null, checks: [] }));
      }
      backups.setOtherHome(manifest.id, mark);
    });
    this.context.changed();
    return true;
  }

  /** A file gets its name a moment before its entry is made, by the job that made the file. */
  private isInHand({ database, createdAt }: Manifest): boolean {
    return this.context.jobs.views().some(({ kind, databaseId, phase, startedAt }) => {
      if (phase === 'queued') return false;
      // An import takes in what others made.
      if (kind === 'verify' && databaseId === null) return true;
      return databaseId === database.id && Date.parse(startedAt) <= Date.parse(createdAt);
    });
  }
}

function noteFile(report: CatalogueReport, { what, file }: { what: 'foreign' | 'damaged'; file: string }): void {
  const list = report[what];
  if (list.length < MOST_LISTED) list.push(file);
  else report.unlisted++;
}

type InChain = Pick<CatalogueEntry, 'chainLength' | 'createdAt'>;
const baseFirst = (a: InChain, b: InChain): number =>
  a.chainLength - b.chainLength || Date.parse(a.createdAt) - Date.parse(b.createdAt);

/** What a proof compares a file with; null while the catalogue has never read the file. */
export function expectationOf(entry: ExpectedFile): ExpectedFile | null {
  const { sizeBytes, sha256, contentBytes, contentSha256 } = entry;
  return sha256 === '' ? null : { sizeBytes, sha256, contentBytes, contentSha256 };
}

/** Null when it cannot be told: no permission, a mount that is stale. */
async function isThere(file: string): Promise<boolean | null> {
  try {
    return (await fs.stat(file)).isFile();
  } catch (thrown) {
    return knownCode(thrown) === 'FILE_NOT_FOUND' ? false : null;
  }
}

async function sizeOf(file: string): Promise<number | null> {
  try {
    return (await fs.stat(file)).size;
  } catch (thrown) {
    if (knownCode(thrown) === 'FILE_NOT_FOUND') return null;
    throw thrown;
  }
}
