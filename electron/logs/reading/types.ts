/** What reading log files takes and gives. `follower.ts`, `preview.ts` and `text.ts` hold the parts themselves. */
import type { LogFormat } from '@shared/logs';
import type { HoldfastError } from '../../errors/holdfast-error';
import type { EntryBatch, FilePosition } from '../types';

/** How a source stands. */
export interface FollowerState {
  /** `reading`: there is more than the last poll could take. `failing`: at least one file cannot be read; the others are. */
  state: 'following' | 'reading' | 'no-file' | 'failing';
  /** Files that belong to it now, rotated ones too. */
  files: number;
  /** What was recognised; null while nothing was read. */
  format: LogFormat | null;
  /** Bytes that are not read yet. */
  behindBytes: number;
  /** LOG_SOURCE_UNREADABLE with `path`; null but for `failing`. */
  error: HoldfastError | null;
}

export interface FollowerOptions {
  sourceId: string;
  /** A file, or a glob. Rotated files beside what matches belong to it. */
  path: string;
  /** Null: recognised by content. */
  format: LogFormat | null;
  /** Where it was left; all that are kept of this source, also the done ones. */
  positions: readonly FilePosition[];
  /**
   * Keeps entries and position together; `entries` is empty when only the position changed (done, renamed).
   * May throw: poll rejects with the same error, and the same bytes are read again by the next poll.
   */
  take: (batch: EntryBatch) => void;
  nowMs: () => number;
  /** Called when something of the state changed, at most once a poll. */
  onState: (state: FollowerState) => void;
}

export interface PollBudget {
  /** Bytes of content that are read at most. */
  bytes: number;
}

export interface PollResult {
  readBytes: number;
  /** Bytes that can be read at once; 0: nothing to do until files change. */
  behindBytes: number;
}

export interface TrialLimits {
  /** Files that are listed. */
  files: number;
  /** Entries that are shown, the newest ones. */
  entries: number;
  /** Bytes at the end of the newest file that are looked into. */
  bytes: number;
}
