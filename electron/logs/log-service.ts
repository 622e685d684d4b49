/** Followed logs as the core sees them: the sources, and the process that reads, indexes and searches. */
import type { Settings } from '@shared/settings';
import type { LogPattern } from '@shared/logs';
import type { Logs } from '../core/diagnosis-types';
import type { JobLauncher } from '../core/types';
import type { HoldfastError } from '../errors/holdfast-error';
import { holdfastError } from '../errors/holdfast-error';
import type { Store } from '../store/open';
import type { Logger } from './types';

export interface LogServiceParts {
  store: Store;
  /** Folder of the index. */
  folder: string;
  /** Folder of Holdfast's own log, which is always a source. */
  ownLog: string;
  settings: () => Settings['logs'];
  /** Starts the process; without it nothing is followed, and requests are NOT_AVAILABLE. */
  launch: JobLauncher | null;
  log: Logger;
  nowMs: () => number;
  /** Sources, entries or searches changed; at most twice a second. */
  onChange: () => void;
  /** A source cannot be read, the index was made anew. */
  report: (error: HoldfastError) => void;
  /** What was reported of a source is over. */
  settle: () => void;
}

/** A pattern that nobody has seen before, in a source that wants to be told of such. */
export interface NewPattern {
  pattern: LogPattern;
  sourceName: string;
}

export class LogService implements Logs {
  constructor(readonly parts: LogServiceParts) {}

  start(): void {}

  stop(): Promise<void> {
    return Promise.resolve();
  }

  settingsChanged(): void {}

  /** New patterns of the last day, for alerts. */
  newPatterns(): NewPattern[] {
    return [];
  }

  sources = () => [];
  saveSource = () => missing();
  removeSource = () => missing();
  trySource = () => missing();
  search = () => missing();
  rows = () => missing();
  histogram = () => missing();
  patterns = () => missing();
  around = () => missing();
  text = () => missing();
  searches = () => [];
  saveSearch = () => missing();
  removeSearch = () => missing();
}

function missing(): never {
  throw holdfastError('NOT_AVAILABLE');
}
