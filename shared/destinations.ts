/** Destinations: where copies of the restore points go, beside the backup folder. */
import { z } from 'zod';
import type { ErrorView } from './errors';
import { RetentionPolicy } from './retention';

export const DESTINATION_KINDS = ['folder', 's3', 'sftp'] as const;
export type DestinationKind = (typeof DESTINATION_KINDS)[number];

const Name = z.string().trim().min(1).max(80);
const Line = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^[^\r\n\0]*$/);

/** How copies are encrypted before they leave the machine, in the age format. */
export const Encryption = z.discriminatedUnion('mode', [
  z.object({ mode: z.literal('none') }),
  /** The passphrase is a secret of the destination. */
  z.object({ mode: z.literal('passphrase') }),
  /** An X25519 public key, `age1…`. Without its identity among the secrets, copies can be made but not opened here. */
  z.object({ mode: z.literal('recipient'), recipient: z.string().regex(/^age1[02-9ac-hj-np-z]{58}$/) }),
]);
export type Encryption = z.infer<typeof Encryption>;

const common = {
  name: Name,
  enabled: z.boolean(),
  /** It stands in another place: a fire takes only one of the two. */
  offsite: z.boolean(),
  encryption: Encryption,
  retention: RetentionPolicy,
};

export const DestinationConfig = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('folder'), ...common, path: z.string().min(1).max(4096) }),
    z.object({
      kind: z.literal('s3'),
      ...common,
      /** Empty: Amazon's own, by region. */
      endpoint: z.union([z.literal(''), z.url({ protocol: /^https?$/ }).max(2_000)]),
      region: Line(100).min(1),
      bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/),
      /** Folder inside the bucket, without slashes around it; may be empty. */
      prefix: Line(500),
      /** `https://host/bucket/…` instead of `https://bucket.host/…`: what most servers besides Amazon want. */
      pathStyle: z.boolean(),
      accessKeyId: Line(200).min(1),
    }),
    z.object({
      kind: z.literal('sftp'),
      ...common,
      host: Line(255).min(1),
      port: z.number().int().min(1).max(65_535),
      user: Line(200).min(1),
      /** Folder on the server; relative paths begin at the login folder. */
      path: Line(4_000).min(1),
      /** `SHA256:…` of the server's key, as `ssh-keygen -l` shows it; empty until it was confirmed. */
      hostKey: z.union([z.literal(''), z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/)]),
    }),
  ])
  .refine(({ kind, encryption }) => kind === 'folder' || encryption.mode !== 'none', {
    path: ['encryption', 'mode'],
    message: 'copies that leave this machine are encrypted',
  });
export type DestinationConfig = z.infer<typeof DestinationConfig>;

/** What is kept in the vault; what is left out stays, null removes. */
export const DestinationSecrets = z
  .object({
    /** S3 secret access key. */
    secretAccessKey: z.string().min(1).max(1_000).nullable(),
    /** SFTP password, or the passphrase of the private key. */
    password: z.string().max(1_000).nullable(),
    /** SFTP private key, OpenSSH or PEM. */
    privateKey: z.string().min(1).max(100_000).nullable(),
    /** For encryption by passphrase. */
    passphrase: z.string().min(8).max(1_000).nullable(),
    /** `AGE-SECRET-KEY-1…`, for encryption to a recipient. */
    identity: z.string().min(1).max(1_000).nullable(),
  })
  .partial();
export type DestinationSecrets = z.infer<typeof DestinationSecrets>;
export const SECRET_NAMES = ['secretAccessKey', 'password', 'privateKey', 'passphrase', 'identity'] as const;
export type SecretName = (typeof SECRET_NAMES)[number];

/** `id` null: a new one. */
export const DestinationInput = z.object({
  id: z.string().min(1).max(64).nullable(),
  config: DestinationConfig,
  secrets: DestinationSecrets,
});
export type DestinationInput = z.infer<typeof DestinationInput>;

export interface DestinationStatus {
  id: string;
  config: DestinationConfig;
  /** Which secrets are kept; never what they are. */
  secrets: Record<SecretName, boolean>;
  /** `unknown` until it was first used. */
  state: 'unknown' | 'usable' | 'failing' | 'disabled';
  /** Why it could not be used the last time. */
  error: ErrorView | null;
  lastUsedAt: string | null;
  copies: { total: number; verified: number; waiting: number; failed: number; bytes: number };
  /** Newest comparison of a copy byte by byte. */
  lastRereadAt: string | null;
}

/** What a try of a destination found; it was written to, read from and cleaned up. */
export interface DestinationTrial {
  /** The server's key, to be confirmed by a person the first time; null where there is none. */
  hostKey: string | null;
  /** Null where it cannot be told. */
  freeBytes: number | null;
  /** Copies that lie there already. */
  /** Null where only the server's key was asked for: nobody logs in before it is confirmed. */
  copiesFound: number | null;
}

/** What a look at everything that a destination holds found. */
export interface ScanReport {
  found: number;
  /** Restore points that were not known. */
  added: number;
  databases: string[];
  /** Files that are no copies of Holdfast, cannot be opened with these secrets, or are damaged. Never touched. */
  foreign: { file: string; reason: 'foreign' | 'damaged' | 'not-opened' }[];
}
