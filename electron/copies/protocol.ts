/** What the main process and the job processes of copies say to each other. */
import { DestinationConfig, DestinationSecrets } from '@shared/destinations';
import { z } from 'zod';
import type { Manifest } from '../backup/manifest';
import type { LogManifest } from '../continuous/log-manifest';

const Path = z.string().min(1);
const RemoteName = z.string().min(1).max(1_000);
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** A destination with what is needed to use it. */
const Target = z.object({
  id: z.string(),
  config: DestinationConfig,
  secrets: DestinationSecrets,
  /** Marker that the folder must have; null takes any. */
  marker: z.string().nullable(),
});
export type CopyTarget = z.infer<typeof Target>;

export const COPY_JOB_REQUESTS = {
  /** Encrypts, sends and compares one backup file, or one file of the transaction log. */
  copy: z.object({
    destination: Target,
    point: z.object({ id: z.string(), createdAt: z.string(), file: Path, sizeBytes: z.number(), sha256: Sha256 }),
    remoteName: RemoteName,
    /** Folder for what is to be sent. */
    outgoing: Path,
    /** What lies there is known to be damaged: it is removed once the new one is ready to be sent. */
    replace: z.boolean(),
  }),
  /** Reads a copy back whole. What is not known of it is null. */
  reread: z.object({
    destination: Target,
    remoteName: RemoteName,
    sizeBytes: z.number().nullable(),
    sha256: Sha256.nullable(),
  }),
  /** Brings a copy back as the backup file that it was made of. */
  fetch: z.object({
    destination: Target,
    remoteName: RemoteName,
    sizeBytes: z.number().nullable(),
    sha256: Sha256.nullable(),
    /** Scratch file for what is downloaded. */
    download: Path,
    target: Path,
    expected: z.object({ sizeBytes: z.number(), sha256: Sha256 }).nullable(),
  }),
  /** Removes files of copies; those that are not there are fine. */
  forget: z.object({ destination: Target, names: z.array(RemoteName) }),
  /** Lists what lies there, with the manifests of those that are not known. */
  'list-copies': z.object({
    destination: Target,
    /** Scratch folder. */
    scratch: Path,
    known: z.array(z.object({ name: RemoteName, sizeBytes: z.number() })),
    /** Only the manifests of these names are read; null for all. */
    only: z.array(RemoteName).nullable(),
  }),
  /** Writes, reads and removes a probe with `set-up`; only looks with `use`. */
  'try-destination': z.object({ destination: Target, scratch: Path, purpose: z.enum(['use', 'set-up']) }),
};

/** What a use of a destination tells of it besides. */
export interface SeenPlace {
  /** Null where there are none. */
  marker: string | null;
}
export interface Listed<M> {
  name: string;
  sizeBytes: number;
  modifiedAt: string | null;
  manifest: M;
  /** Of the file that was copied; `sha256` null where only reading all of it would tell. */
  file: { sizeBytes: number; sha256: string | null };
  /** Of the copy as it lies there. */
  sha256: string | null;
}
export type ListedCopy = Listed<Manifest>;
export type ListedLog = Listed<LogManifest>;
export interface Listing {
  seen: SeenPlace;
  /** Files of copies by name, manifests left out. */
  files: { name: string; sizeBytes: number }[];
  /** Those whose manifest was read and fits. */
  copies: ListedCopy[];
  /** Files of transaction logs, of which the same is true. */
  logs: ListedLog[];
  others: { file: string; reason: 'foreign' | 'damaged' | 'not-opened' }[];
}

export interface CopyJobResults {
  copy: { sizeBytes: number; sha256: string; comparedBy: 'service-hash' | 'read-back'; seen: SeenPlace };
  reread: { sizeBytes: number; sha256: string; seen: SeenPlace };
  fetch: { sizeBytes: number; sha256: string };
  forget: { seen: SeenPlace };
  'list-copies': Listing;
  'try-destination': {
    hostKey: string | null;
    freeBytes: number | null;
    copiesFound: number | null;
    seen: SeenPlace;
  };
}
