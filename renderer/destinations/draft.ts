/** A destination while it is edited. */
import type { DestinationConfig, DestinationKind, DestinationStatus, SecretName } from '@shared/destinations';
import type { RetentionPolicy } from '@shared/settings';

export type KeptKind = keyof RetentionPolicy;
export type EncryptionMode = DestinationConfig['encryption']['mode'];

export interface DestinationDraft {
  kind: DestinationKind;
  name: string;
  enabled: boolean;
  offsite: boolean;
  /** Of a folder. */
  path: string;
  endpoint: string;
  region: string;
  bucket: string;
  prefix: string;
  /** Null: as it is usual for the endpoint. */
  pathStyle: boolean | null;
  accessKeyId: string;
  host: string;
  port: string;
  user: string;
  /** Folder on an SFTP server. */
  remotePath: string;
  /** How the SFTP server knows this machine. */
  login: 'password' | 'key';
  /** The server's key that a person confirmed; empty until then. */
  hostKey: string;
  encryption: EncryptionMode;
  recipient: string;
  keep: Record<KeptKind, string>;
  /** What was typed as new secrets; empty leaves what is stored. */
  secrets: Record<SecretName, string>;
  /** The new passphrase was written down. */
  noted: boolean;
}

// The same kinds as the contract's; that constant would bring its schemas into the window's bundle.
export const DESTINATION_KIND_ORDER = ['folder', 's3', 'sftp'] as const satisfies readonly DestinationKind[];

export const KEPT_KINDS = ['incremental', 'daily', 'weekly', 'monthly'] as const satisfies readonly KeptKind[];

const NO_SECRETS: Record<SecretName, string> = {
  secretAccessKey: '',
  password: '',
  privateKey: '',
  passphrase: '',
  identity: '',
};

const FOLDER_NAME = 'holdfast';

/** A new destination; it keeps as many restore points as the backup folder. */
export function newDestination(kind: DestinationKind, retention: RetentionPolicy): DestinationDraft {
  return {
    ...defaultsOf(kind),
    name: '',
    enabled: true,
    path: '',
    endpoint: '',
    region: 'us-east-1',
    bucket: '',
    prefix: FOLDER_NAME,
    pathStyle: null,
    accessKeyId: '',
    host: '',
    port: '22',
    user: '',
    remotePath: FOLDER_NAME,
    login: 'password',
    hostKey: '',
    recipient: '',
    keep: keepTexts(retention),
    secrets: NO_SECRETS,
    noted: false,
  };
}

/** What goes with a kind: whatever leaves the machine is encrypted, and only what is rented is elsewhere for sure. */
export function defaultsOf(kind: DestinationKind): Pick<DestinationDraft, 'kind' | 'offsite' | 'encryption'> {
  return { kind, offsite: kind === 's3', encryption: kind === 'folder' ? 'none' : 'passphrase' };
}

const keepTexts = ({ incremental, daily, weekly, monthly }: RetentionPolicy): Record<KeptKind, string> => ({
  incremental: String(incremental),
  daily: String(daily),
  weekly: String(weekly),
  monthly: String(monthly),
});

export function destinationDraftOf({ config, secrets }: DestinationStatus): DestinationDraft {
  const { name, enabled, offsite, encryption } = config;
  const common: DestinationDraft = {
    ...newDestination(config.kind, config.retention),
    name,
    enabled,
    offsite,
    encryption: encryption.mode,
    recipient: encryption.mode === 'recipient' ? encryption.recipient : '',
    login: secrets.privateKey ? 'key' : 'password',
  };
  switch (config.kind) {
    case 'folder':
      return { ...common, path: config.path };
    case 's3': {
      const { endpoint, region, bucket, prefix, pathStyle, accessKeyId } = config;
      return { ...common, endpoint, region, bucket, prefix, pathStyle, accessKeyId };
    }
    case 'sftp': {
      const { host, port, user, path, hostKey } = config;
      return { ...common, host, port: String(port), user, remotePath: path, hostKey };
    }
  }
}

/** Amazon wants the bucket in the host name, most others in the path. */
export const pathStyleOf = ({ pathStyle, endpoint }: DestinationDraft): boolean => pathStyle ?? endpoint.trim() !== '';

/** A name for a destination that was given none; empty while there is nothing to take it from. */
export function suggestedName({ kind, path, bucket, host }: DestinationDraft): string {
  const names = { folder: path.split(/[/\\]/).findLast((part) => part !== '') ?? '', s3: bucket, sftp: host };
  return names[kind].trim().slice(0, 80);
}

/** What a try was about: it says nothing of another place. */
const PLACE_FIELDS: ReadonlySet<string> = new Set<keyof DestinationDraft>([
  'kind',
  'path',
  'endpoint',
  'region',
  'bucket',
  'prefix',
  'pathStyle',
  'accessKeyId',
  'host',
  'port',
  'user',
  'remotePath',
  'login',
  'encryption',
  'recipient',
]);

/** True when a change makes it another place, another way to it, or another way to open what lies there. */
export function changesPlace(part: Partial<DestinationDraft>): boolean {
  return Object.keys(part).some((field) => field === 'secrets' || PLACE_FIELDS.has(field));
}

/** Applies a change. A key that was confirmed belongs to its server: another address has another one. */
export function changed(before: DestinationDraft, part: Partial<DestinationDraft>): DestinationDraft {
  const otherServer = part.host !== undefined || part.port !== undefined;
  return { ...before, ...(otherServer ? { hostKey: '' } : {}), ...part };
}
