/** Opens the keeper of measurements over the home's `metrics` folder. */
import { makePrivateFolders } from '../core/folders';
import { holdfastError, type HoldfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import { IndexService, type IndexBackend, recordFolder } from './index-service';
import { indexInWorker } from './index-worker';
import { Keeper } from './keeper';
import { RecordFiles } from './record-files';
import { RecordWriter } from './record-writer';
import type { KeeperWithStart } from './types';

export interface MetricKeeperOptions {
  /** The home's `metrics` folder; made when it is not there. */
  folder: string;
  nowMs(): number;
  /** IANA name: days are days of this zone. */
  timeZone(): string;
  report(error: HoldfastError): void;
  /** `inline` does in this process what a thread of its own does otherwise. */
  queries: 'worker' | 'inline';
  /** A clock that nobody can set; Node's when it is left out. */
  elapsedMs?(): number;
  /** Built file of the thread; found beside this program when it is left out. */
  workerFile?: URL | string;
  /** How long the thread stays when nothing is asked of it; a minute when it is left out. */
  workerIdleMs?: number;
}

/**
 * Opens it. This only looks at the ends of a few files: `start` reads back the last day, and a damaged index is made
 * anew behind that. Reports what a killed process left behind (`METRICS_RECORD_DAMAGED`). Rejects with the errors of a
 * folder that cannot be used.
 */
export async function openMetricKeeper(options: MetricKeeperOptions): Promise<KeeperWithStart> {
  const { folder, queries, workerFile, workerIdleMs } = options;
  const report = (error: HoldfastError): void => options.report(error);
  const files = new RecordFiles(recordFolder(folder));
  try {
    makePrivateFolders(files.folder);
    for (const path of files.cutTornLines()) {
      const detail = 'the unfinished last line was cut off';
      report(holdfastError('METRICS_RECORD_DAMAGED', { params: { path }, detail }));
    }
    const sizes = files.list().map(({ name }) => [name, files.sizes(name).plain ?? 0] as const);
    return new Keeper({
      folder,
      report,
      writer: new RecordWriter(files, report),
      index: queries === 'worker' ? indexInWorker(folder, workerFile, workerIdleMs) : indexInline(folder),
      plainBytes: Object.fromEntries(sizes),
      nowMs: () => options.nowMs(),
      timeZone: () => options.timeZone(),
      elapsedMs: () => options.elapsedMs?.() ?? performance.now(),
    });
  } catch (thrown) {
    throw wrapError(thrown, { path: folder });
  }
}

function indexInline(folder: string): IndexBackend {
  const service = new IndexService(folder);
  return {
    ask: async (method, request) => service.answer(method, request),
    close: async () => service.close(),
  };
}
