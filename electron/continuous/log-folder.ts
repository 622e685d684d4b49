/**
 * Makes the store say what the folders of the log hold. The files are the truth: generations, segments and bases are rebuilt
 * from them alone. What is foreign or damaged is listed, and never touched.
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import { homeMark } from '../backup/naming';
import { rememberDatabase } from '../backup/unguarded';
import type { CoreContext } from '../core/context';
import { holdfastError } from '../errors/holdfast-error';
import { knownCode, wrapError } from '../errors/wrap';
import { finishErasingLogs } from './erase-log';
import { generationStartedAt, LOG_FOLDER, parseLogName } from './log-names';
import type { LogManifest } from './log-manifest';
import type { FoundLog, ScannedLogs } from './scan-logs';
import type { LogSegment } from './types';

export interface LogReport {
  /** Sealed files that were read to their end, and are right. */
  found: number;
  added: number;
  missing: number;
  foreign: string[];
  damaged: string[];
}

export class LogFolders {
  constructor(private readonly context: CoreContext) {}

  /**
   * For the start: finishes deletions, and notes which files are gone or back. Reads no file.
   * @throws what `fs` throws; the signal's reason
   */
  async settle(signal: AbortSignal): Promise<{ missing: number }> {
    await finishErasingLogs(this.context);
    const { logs, databases } = this.context.store;
    let missing = 0;
    // A folder that is not there (a disk that is not mounted) says nothing about its files.
    if (!(await isThere(this.context.settings().backupFolder, 'folder'))) return { missing };
    for (const { id, name } of databases.list({ includeRemoved: true })) {
      for (const segment of logs.segments(id)) {
        signal.throwIfAborted();
        if (segment.state === 'elsewhere' || (await isThere(segment.file)) !== false) continue;
        missing++;
        if (segment.state !== 'missing') this.tellMissing(segment, id, name);
      }
    }
    return { missing };
  }

  /**
   * Reads every file of the log to its end, in a job, and takes in those that are not known. Restore points are to be taken
   * in before: bases name them.
   * @throws CANCELLED; what `fs` throws
   */
  async takeIn(): Promise<LogReport> {
    const { done } = await this.begin(new AbortController().signal, () => true);
    return done;
  }

  /**
   * For the start: settles, and begins to take in what is not known. That is not waited for; what stands in its way is
   * recorded.
   * @throws what `fs` throws; the signal's reason
   */
  async takeInUnknown(signal: AbortSignal): Promise<void> {
    const { done } = await this.begin(signal, (file) => !this.isKnown(file));
    done.catch((thrown: unknown) => {
      const error = wrapError(thrown);
      if (error.code !== 'CANCELLED') this.context.problems.report(error.toView(), null);
    });
  }

  /** What it gives is an object: a job in hand would be waited for otherwise. */
  private async begin(signal: AbortSignal, isWanted: (file: string) => boolean): Promise<{ done: Promise<LogReport> }> {
    const { missing } = await this.settle(signal);
    const { files, foreign } = await this.list();
    signal.throwIfAborted();
    const wanted = files.filter(isWanted);
    if (wanted.length === 0) return { done: Promise.resolve({ found: 0, added: 0, missing, foreign, damaged: [] }) };
    return this.context.jobs.start({
      ...{ kind: 'verify', databaseId: null, subject: this.context.settings().backupFolder },
      body: async (job) => {
        const scanned = await job.process('scan-logs', { files: wanted });
        return { ...this.adoptAll(scanned), missing, foreign };
      },
    });
  }

  private adoptAll({ found, damaged }: ScannedLogs): Pick<LogReport, 'found' | 'added' | 'damaged'> {
    const isSealed = (log: FoundLog) => log.what === 'sealed';
    // Sealed ones first: they say of which database a file is that is still written.
    const ordered = [...found.filter(isSealed), ...found.filter((log) => !isSealed(log))];
    const added = ordered.filter((log) => this.adopt(log)).length;
    for (const file of damaged) this.tellDamaged(file);
    this.context.changed();
    return { found: found.filter(isSealed).length, added, damaged };
  }

  private isKnown(file: string): boolean {
    const segment = this.context.store.logs.byFile(file);
    if (segment) return segment.state !== 'missing' && segment.state !== 'failed';
    const parsed = parseLogName(file);
    // One that is still written is told of by who writes it.
    return parsed !== null && !parsed.sealed && this.context.store.logs.generation(parsed.generationId) !== null;
  }

  /** Files with names of log files, in the folders where they lie. Hidden ones are work in hand. */
  private async list(): Promise<{ files: string[]; foreign: string[] }> {
    const { backupFolder } = this.context.settings();
    const files: string[] = [];
    const foreign: string[] = [];
    for (const child of await entriesOf(backupFolder)) {
      if (!child.isDirectory()) continue;
      const folder = path.join(backupFolder, child.name, LOG_FOLDER);
      for (const entry of await entriesOf(folder)) {
        if (entry.name.startsWith('.')) continue;
        const isLog = entry.isFile() && parseLogName(entry.name) !== null;
        (isLog ? files : foreign).push(path.join(folder, entry.name));
      }
    }
    return { files: files.toSorted(), foreign };
  }

  /** True when it was not known. */
  private adopt(log: FoundLog): boolean {
    if (log.what === 'sealed') return this.context.store.atomically(() => this.adoptSealed(log));
    const { logs } = this.context.store;
    const generation = logs.generation(log.generationId);
    // Without a sealed file nothing says of which database it is; one that is written now is told of by who writes it.
    if (!generation || generation.endedAt === null || log.lastTransaction <= generation.lastTransaction) return false;
    const untilAt = new Date(log.untilMs ?? 0).toISOString();
    logs.reached(log.generationId, later(untilAt, generation.untilAt), log.lastTransaction);
    return true;
  }

  private adoptSealed({ file, sizeBytes, sha256, manifest }: Extract<FoundLog, { what: 'sealed' }>): boolean {
    const { logs, backups } = this.context.store;
    this.adoptGeneration(manifest);
    for (const base of manifest.bases) if (backups.get(base.pointId)) logs.insertBase(base);
    const verifiedAt = new Date().toISOString();
    const { generationId, segment: number } = manifest;
    const known = logs.segmentOf(generationId, number);
    if (known) {
      const isSame = known.file === file && known.sha256 === sha256;
      const isLost = known.state === 'missing' || known.state === 'elsewhere';
      if (isSame && known.state !== 'replayed') logs.setSegmentState(known.id, 'proved', verifiedAt);
      // A sound file, and another one than was written there.
      else if (known.file === file && !isSame && !isLost) this.tellDamaged(file);
      // The same twice (a copy in the folder): the entry that has its file stays.
      else if (isLost && known.contentSha256 === manifest.contentSha256) {
        logs.setSegmentPlace(known.id, { file, sizeBytes, sha256, verifiedAt });
      }
      return false;
    }
    if (logs.byFile(file)) return false;
    logs.insertSegment({
      ...{ id: `${generationId}-${number}`, generationId, number, file, sizeBytes, sha256 },
      ...{ firstTransaction: manifest.firstTransaction, lastTransaction: manifest.lastTransaction },
      ...{ fromAt: manifest.fromAt, untilAt: manifest.untilAt },
      ...{ contentBytes: manifest.contentBytes, contentSha256: manifest.contentSha256 },
      ...{ state: 'proved', verifiedAt },
    });
    return true;
  }

  private adoptGeneration(manifest: LogManifest): void {
    const { logs } = this.context.store;
    const { generationId: id, untilAt, lastTransaction, pageSizeBytes, home } = manifest;
    const known = logs.generation(id);
    if (!known) {
      const databaseId = rememberDatabase(this.context, manifest, new Date().toISOString()).id;
      logs.insertGeneration({
        ...{ id, databaseId, startedAt: generationStartedAt(id), untilAt, lastTransaction, pageSizeBytes },
        // Nobody here writes it any more, as far as is known: it ends with what is found.
        ...{ endedAt: untilAt, endedBecause: 'interrupted' },
        otherHome: home === homeMark(this.context.paths.root) ? null : home,
      });
    } else if (known.endedAt !== null && lastTransaction > known.lastTransaction) {
      logs.reached(id, later(untilAt, known.untilAt), lastTransaction);
    }
  }

  private tellMissing({ id, file }: LogSegment, databaseId: string, name: string): void {
    this.context.store.logs.setSegmentState(id, 'missing', null);
    const error = holdfastError('LOG_DAMAGED', { params: { path: file, name }, detail: 'it is not there' });
    this.context.problems.report(error.toView(), databaseId);
    this.context.changed();
  }

  private tellDamaged(file: string): void {
    const { logs } = this.context.store;
    const segment = logs.byFile(file);
    if (!segment || segment.state === 'failed') return;
    logs.setSegmentState(segment.id, 'failed', new Date().toISOString());
    const databaseId = logs.generation(segment.generationId)?.databaseId ?? null;
    this.context.problems.report(holdfastError('LOG_DAMAGED', { params: { path: file } }).toView(), databaseId);
  }
}

const later = (a: string, b: string | null): string => (b !== null && b > a ? b : a);

/** Empty when it is not there. */
async function entriesOf(folder: string) {
  try {
    return await fs.readdir(folder, { withFileTypes: true });
  } catch (thrown) {
    if (knownCode(thrown) === 'FILE_NOT_FOUND') return [];
    throw thrown;
  }
}

/** Null when it cannot be told: no permission, a mount that is stale. */
async function isThere(file: string, kind: 'file' | 'folder' = 'file'): Promise<boolean | null> {
  try {
    const stats = await fs.stat(file);
    return kind === 'file' ? stats.isFile() : stats.isDirectory();
  } catch (thrown) {
    return knownCode(thrown) === 'FILE_NOT_FOUND' ? false : null;
  }
}
