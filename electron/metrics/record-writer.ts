/** Appends closed minutes to the record without holding up the main loop. */
import { open, type FileHandle } from 'node:fs/promises';
import { holdfastError, type HoldfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import { RecordFiles, recordName } from './record-files';
import { forgetLine, gapLine, histogramLine, keysLine, type Sample, snapshotLine } from './record-lines';
import type { MetricGap } from '@shared/metrics';

export interface ClosedMinute {
  atMs: number;
  samples: Map<string, Sample>;
  histograms: Map<string, Map<number, number>>;
}
export type RecordEntry =
  | { kind: 'minute'; minute: ClosedMinute }
  | { kind: 'gap'; gap: MetricGap }
  | { kind: 'forget'; key: string; atMs: number };

// Two hours of minutes: what a full disk may cost in memory.
const MOST_WAITING = 120;

/** One write after the other. A write that fails is tried again with the next one, and reported once until one works. */
export class RecordWriter {
  private readonly files: RecordFiles;
  private readonly report: (error: HoldfastError) => void;
  private waiting: RecordEntry[] = [];
  /** True from a write that failed until one that works. */
  failing = false;
  private dropped = 0;
  /** Keys that the last line of keys in the file names. */
  private keys: { name: string; list: string[]; known: Set<string> } | null = null;

  constructor(files: RecordFiles, report: (error: HoldfastError) => void) {
    this.files = files;
    this.report = report;
  }

  add(entry: RecordEntry): void {
    this.waiting.push(entry);
    if (this.waiting.length > MOST_WAITING) {
      this.waiting.shift();
      this.dropped++;
    }
  }

  /** Writes what is waiting. Must not be called again before it has ended. */
  async flush(): Promise<void> {
    const entries = this.waiting;
    this.waiting = [];
    while (entries.length > 0) {
      const name = nameOf(entries[0]);
      const together = entries.findIndex((entry) => nameOf(entry) !== name);
      const batch = together < 0 ? entries.slice() : entries.slice(0, together);
      try {
        await this.write(name, batch);
        entries.splice(0, batch.length);
        this.succeeded();
      } catch (thrown) {
        this.waiting = [...entries, ...this.waiting].slice(-MOST_WAITING);
        if (!this.failing) this.report(wrapError(thrown, { path: this.files.path(name) }, 'IO_ERROR'));
        this.failing = true;
        return;
      }
    }
  }

  private succeeded(): void {
    this.failing = false;
    if (this.dropped === 0) return;
    const detail = `${this.dropped} minutes could not be written and were dropped`;
    this.report(holdfastError('METRICS_RECORD_DAMAGED', { params: { path: this.files.folder }, detail }));
    this.dropped = 0;
  }

  private async write(name: string, entries: readonly RecordEntry[]): Promise<void> {
    const file = await open(this.files.path(name), 'a', 0o600);
    try {
      const { size } = await file.stat();
      if (size === 0 || this.keys?.name !== name) this.keys = { name, list: [], known: new Set() };
      // Whoever reads a file finds the keys in its first line, though it begin with a gap.
      const head = size === 0 && entries[0]?.kind !== 'minute' ? keysLine([]) : '';
      await appendWhole(file, size, head + entries.map((entry) => this.text(entry)).join(''));
    } catch (thrown) {
      // Whether the line of keys arrived is not known: it is written again.
      this.keys = null;
      throw thrown;
    } finally {
      await file.close();
    }
  }

  private text(entry: RecordEntry): string {
    if (entry.kind === 'gap') return gapLine(entry.gap);
    if (entry.kind === 'forget') return forgetLine(entry.key, entry.atMs);
    const { atMs, samples, histograms } = entry.minute;
    const keys = this.keys ?? { name: '', list: [], known: new Set<string>() };
    const added = [...samples.keys()].filter((key) => !keys.known.has(key));
    for (const key of added) {
      keys.list.push(key);
      keys.known.add(key);
    }
    const names = added.length > 0 ? keysLine(keys.list) : '';
    return names + snapshotLine(atMs, keys.list, samples) + histogramLine(atMs, keys.list, histograms);
  }
}

function nameOf(entry: RecordEntry | undefined): string {
  if (!entry) return '';
  if (entry.kind === 'minute') return recordName('1m', entry.minute.atMs);
  return recordName('1m', entry.kind === 'gap' ? entry.gap.toMs : entry.atMs);
}

/** A part of a line must not stay: the next line would be joined to it. */
async function appendWhole(file: FileHandle, size: number, text: string): Promise<void> {
  try {
    await file.writeFile(text);
  } catch (thrown) {
    await file.truncate(size);
    throw thrown;
  }
}
