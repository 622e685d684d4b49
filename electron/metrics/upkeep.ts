/** Packs closed files of the record, and removes from record and index what is kept no longer. */
import { TIERS, type Tier } from '@shared/metrics';
import { chunkStart } from './chunk';
import type { IndexFile } from './index-file';
import { INDEX_KEPT_MS } from './index-sync';
import type { RecordFile, RecordFiles } from './record-files';
import { DAY_MS } from './samples';

/** How long the record keeps each cadence. */
export const RECORD_KEPT_MS: Record<Tier, number> = { '1m': 31 * DAY_MS, '1h': 400 * DAY_MS, '1d': 3_653 * DAY_MS };
export const MINUTES_MOST_BYTES = 200_000_000;
// A clock that is set ten years ahead for a day makes everything old: it may cost a few files, not the record.
export const MOST_FILES_A_RUN = 3;

/** Must run after the record was taken into the index. Errors are Node's and SQLite's. */
export function keepUp(index: IndexFile, files: RecordFiles, nowMs: number, mostBytes = MINUTES_MOST_BYTES): void {
  packClosed(index, files, nowMs);
  for (const file of outlived(files, nowMs, mostBytes)) {
    files.remove(file.name);
    index.dropFile(file.name);
  }
  clearIndex(index, files, nowMs);
}

function packClosed(index: IndexFile, files: RecordFiles, nowMs: number): void {
  for (const { name, toMs } of files.list()) {
    if (toMs > nowMs || files.sizes(name).plain === null) continue;
    files.pack(name);
    const indexed = index.file(name);
    // Its content is the same: it need not be read again.
    if (indexed) index.putFile(name, { ...indexed, packed: files.sizes(name).packed });
  }
}

/** Files to remove: of each cadence the oldest few that are too old, and minutes over the limit of their size. */
function outlived(files: RecordFiles, nowMs: number, mostBytes: number): RecordFile[] {
  const list = files.list();
  const chosen = new Set<RecordFile>();
  for (const tier of TIERS) {
    const old = list.filter((file) => file.tier === tier && file.toMs <= nowMs - RECORD_KEPT_MS[tier]);
    for (const file of old.slice(0, MOST_FILES_A_RUN)) chosen.add(file);
  }
  const minutes = list.filter((file) => file.tier === '1m' && !chosen.has(file));
  const bytes = new Map(minutes.map((file) => [file, totalBytes(files, file.name)]));
  let total = [...bytes.values()].reduce((sum, one) => sum + one, 0);
  for (const file of minutes) {
    if (total <= mostBytes || file.toMs > nowMs) break;
    total -= bytes.get(file) ?? 0;
    chosen.add(file);
  }
  return [...chosen];
}

function totalBytes(files: RecordFiles, name: string): number {
  const { plain, packed } = files.sizes(name);
  return (plain ?? 0) + (packed ?? 0);
}

function clearIndex(index: IndexFile, files: RecordFiles, nowMs: number): void {
  for (const tier of TIERS) {
    const oldest = chunkStart(tier, nowMs - INDEX_KEPT_MS[tier]);
    index.deleteInBatches('chunks', 'tier = ? AND start < ?', tier, oldest);
    // Were the clock wrong, the next start reads these files again.
    for (const file of files.list()) if (file.tier === tier && file.toMs <= oldest) index.dropFile(file.name);
  }
  const oldestDay = nowMs - INDEX_KEPT_MS['1d'];
  index.deleteInBatches('days', 'until < ?', oldestDay);
  index.deleteInBatches('gaps', 'to_ms < ?', oldestDay);
  index.deleteInBatches('metrics', 'last_at < ?', oldestDay);
}
