/** Opening a live database to be captured, where that does no harm. */
import fs from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { holdfastError } from '../errors/holdfast-error';
import type { FoundGeneration } from './capture-resume';
import type { CaptureSettings } from './protocol';
import { saltsOf } from './wal-frames';
import { identityOf, isBusy, LiveWal, type WalState } from './wal-live';

/** How long to try to pin a database whose locks are held: a rebuild of the wal-index takes them, no work of a writer. */
const PIN_PATIENCE_MS = 20_000;
const RETRY_MS = 50;
/** Less room than this for the log is none: it would be full again at once. */
const NEEDED_BYTES = 64 << 20;

/**
 * @throws DISK_FULL; CONTINUOUS_NOT_WAL; CONTINUOUS_FAILED when the WAL beside it is not its own; what opening it throws
 */
export function openLive(settings: CaptureSettings, found: readonly FoundGeneration[]): LiveWal {
  requireSpace(settings.folder);
  requireOwnWal(found, settings.database);
  return LiveWal.open(settings.database.path, settings.database.name);
}

/**
 * Takes the first pin. Gives what is committed then.
 * @throws DATABASE_LOCKED; CONTINUOUS_FAILED when the WAL is over its limit and cannot be made smaller; the signal's reason
 */
export async function pinPatiently(live: LiveWal, settings: CaptureSettings, signal: AbortSignal): Promise<WalState> {
  for (const startedAtMs = performance.now(); ; ) {
    const state = tryPin(live);
    if (state) {
      requireSmallWal(live, state, settings);
      return state;
    }
    if (performance.now() - startedAtMs > PIN_PATIENCE_MS) {
      const params = { path: settings.database.path, seconds: PIN_PATIENCE_MS / 1000 };
      throw holdfastError('DATABASE_LOCKED', { params });
    }
    await pause(RETRY_MS, undefined, { signal });
  }
}

/** Takes a new pin; what is committed then. Null when locks are held, or the wal-index cannot be read. */
export function tryPin(live: LiveWal): WalState | null {
  try {
    live.pinNew();
    const state = live.state();
    if (!state) live.rebuildIndex();
    return state;
  } catch (thrown) {
    if (isBusy(thrown)) return null;
    throw thrown;
  }
}

/** A WAL that is over its limit must get smaller before it is pinned for longer. */
function requireSmallWal(live: LiveWal, state: WalState, { walLimitBytes, database }: CaptureSettings): void {
  const walBytes = live.bytesOf(state);
  if (walBytes < walLimitBytes) return;
  live.checkpoint();
  if (live.isBackfilled(state)) return;
  const reason = `the WAL has ${walBytes} bytes and cannot be made smaller`;
  throw holdfastError('CONTINUOUS_FAILED', { params: { name: database.name, reason } });
}

function requireSpace(folder: string): void {
  const { bavail, bsize } = fs.statfsSync(folder);
  const freeBytes = bavail * bsize;
  if (freeBytes >= NEEDED_BYTES) return;
  throw holdfastError('DISK_FULL', { params: { path: folder, neededBytes: NEEDED_BYTES, freeBytes } });
}

/**
 * SQLite takes a WAL for that of the file beside it. One that was left by the file before would be written into the one that
 * took its place, and ruin it: such a database is not opened here.
 * @throws CONTINUOUS_FAILED; what `fs` throws
 */
function requireOwnWal(found: readonly FoundGeneration[], { path, name }: CaptureSettings['database']): void {
  const identity = identityOf(path);
  const salts = saltsOf(`${path}-wal`);
  const isForeign = found.some(
    ({ note }) =>
      note !== null &&
      identity !== null &&
      note.identity !== identity &&
      note.position.salts[0] === salts?.[0] &&
      note.position.salts[1] === salts[1],
  );
  if (!isForeign) return;
  const reason = `${path}-wal belongs to the file that was at this path before`;
  throw holdfastError('CONTINUOUS_FAILED', { params: { name, reason } });
}
