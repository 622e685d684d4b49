/**
 * What a place for copies can do. A driver speaks one protocol; encryption, retries, catalogue and retention are others'.
 * Drivers run in job processes: secrets reach them with the request and nowhere else.
 */
import type { DestinationConfig, DestinationSecrets } from '@shared/destinations';

/** Names are relative to the destination's root, with forward slashes: `video/video-20261121T020000Z-1a2b3c-daily.sqlite.gz.age`. */
export interface RemoteFile {
  name: string;
  sizeBytes: number;
  /** Null where the service does not say. */
  modifiedAt: string | null;
}

/** Where an interrupted upload stood: plain data of the driver's own, kept until the upload ends. */
export type ResumePoint = Record<string, string | number>;

export interface PutRequest {
  /** File to be sent, as it shall lie there; it does not change meanwhile. */
  file: string;
  name: string;
  sizeBytes: number;
  /** SHA-256 of the file, hex. */
  sha256: string;
  /** From an attempt that was interrupted; a driver that cannot use it begins anew. */
  resume: ResumePoint | null;
  onResume: (point: ResumePoint) => void;
  onProgress: (doneBytes: number) => void;
  signal: AbortSignal;
}

export interface StoredFile {
  sizeBytes: number;
  /** How it was compared in place: the service's own hash of what it stored, or every byte read back. */
  comparedBy: 'service-hash' | 'read-back';
}

/**
 * A destination that is open. Every method throws a `HoldfastError`: DESTINATION_NOT_MOUNTED, DESTINATION_UNUSABLE
 * {name, reason}, DESTINATION_FULL, CREDENTIALS_REFUSED, HOST_KEY_CHANGED, COPY_MISSING {name, path}, COPY_DAMAGED, or the
 * signal's reason.
 */
export interface Destination {
  /**
   * Stores a file so that it appears under its name only when it is whole, and compares what was stored with its size and
   * hash. A file of that name with the same size and hash is left as it is; another one is COPY_DAMAGED, never replaced
   * silently.
   */
  put(request: PutRequest): Promise<StoredFile>;
  /** Reads a file from byte `fromByte` on. The caller reads to the end or destroys the stream. */
  read(name: string, options: { fromByte: number; signal: AbortSignal }): Promise<NodeJS.ReadableStream>;
  /** Null when there is none. */
  stat(name: string): Promise<RemoteFile | null>;
  /** Every file below the root, unfinished uploads and the marker left out. */
  list(signal: AbortSignal): AsyncIterable<RemoteFile>;
  /** Removes a file; one that is not there is fine. */
  remove(name: string): Promise<void>;
  /** Removes what interrupted uploads of this home left behind and that no `resume` names, older than a day. */
  tidy(keep: readonly ResumePoint[]): Promise<void>;
  /** Bytes that are free; null where it cannot be told. */
  freeBytes(): Promise<number | null>;
  /** The server's key, `SHA256:…`; null where there is none. */
  hostKey(): string | null;
  /** Id in the marker; buckets have none. */
  marker?(): string;
  close(): Promise<void>;
}

export interface OpenOptions {
  id: string;
  config: DestinationConfig;
  secrets: DestinationSecrets;
  /**
   * `use` requires the marker. `set-up` makes the folder and the marker where the place is empty or has one already. Both
   * require a host key that was confirmed (SFTP).
   */
  purpose: 'use' | 'set-up';
  signal: AbortSignal;
}
/** Opens a destination: connects, authenticates, looks for the marker. */
export type OpenDestination = (options: OpenOptions) => Promise<Destination>;
