/** What the parts of continuous protection tell each other. */
import type { GenerationEnd } from '@shared/recovery';

/** A place in the log: everything up to this transaction is in it. */
export interface LogMark {
  generationId: string;
  /** Number of the last transaction; 0 before the first. */
  transaction: number;
}

/**
 * A restore point that a log can be replayed on. Its snapshot was pinned somewhere between two marks: every transaction
 * after `replayFrom` is replayed, those that it holds already too, which changes nothing as long as all of them are:
 * so only states from `usableFrom` on are right.
 */
export interface LogBase {
  pointId: string;
  generationId: string;
  replayFrom: number;
  usableFrom: number;
  /** When `usableFrom` was told: every transaction committed from then on can be brought back with this base. */
  usableAt: string;
}

/** A log without a gap. */
export interface LogGeneration {
  id: string;
  databaseId: string;
  startedAt: string;
  /** Moment of the last look that is in it; null while nothing was seen. */
  untilAt: string | null;
  lastTransaction: number;
  pageSizeBytes: number;
  endedAt: string | null;
  endedBecause: GenerationEnd | null;
  /** Mark of the home that made it, where that is another one. */
  otherHome: string | null;
}

/** A sealed file of the log. */
export interface LogSegment {
  id: string;
  generationId: string;
  number: number;
  file: string;
  firstTransaction: number;
  lastTransaction: number;
  fromAt: string;
  untilAt: string;
  sizeBytes: number;
  contentBytes: number;
  sha256: string;
  contentSha256: string;
  state: 'proved' | 'replayed' | 'failed' | 'missing' | 'elsewhere';
  verifiedAt: string | null;
}

/** A file to be replayed, in the order of its number. */
export interface LogFile {
  file: string;
  number: number;
  /** Null for the one that is still written: its last transaction may be torn, and is left out then. */
  expected: { sizeBytes: number; sha256: string } | null;
  /** Number of the last transaction that it is known to hold: when that is not there, it is damaged. */
  through: number;
}

/** What is replayed on the image of a restore point: transactions after `replayFrom` up to `upTo`. */
export interface LogReplay {
  generationId: string;
  /** From the file with the transaction after `replayFrom` to the one with `upTo`. */
  files: LogFile[];
  replayFrom: number;
  /** States before it are not right with this base. */
  usableFrom: number;
  upTo: number;
  /**
   * Milliseconds since 1970: what the last file holds from the first transaction on whose `until` is later is left out.
   * Null: everything up to `upTo`, which must be there then.
   */
  upToMs: number | null;
}
