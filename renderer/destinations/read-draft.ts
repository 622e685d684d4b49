/** What a draft stands for, and what keeps it from being a destination. What is accepted is decided in the main process. */
import type { DestinationConfig, DestinationSecrets, SecretName } from '@shared/destinations';
import type { RetentionPolicy } from '@shared/settings';
import { hostName, httpUrl, wholeNumber } from '@/tabs/performance/forms/fields';
import { type DestinationDraft, type KeptKind, KEPT_KINDS, pathStyleOf, suggestedName } from './draft';
import { SHORTEST_PASSPHRASE } from './passphrase';

export type DestinationFault =
  | 'name'
  | 'nameTaken'
  | 'path'
  | 'pathInBackups'
  | 'endpoint'
  | 'region'
  | 'bucket'
  | 'accessKeyId'
  | 'secretAccessKey'
  | 'host'
  | 'port'
  | 'user'
  | 'remotePath'
  | 'password'
  | 'privateKey'
  | 'publicKey'
  | 'passphrase'
  | 'passphraseShort'
  | 'recipient'
  | 'recipientSecret'
  | 'identity'
  | 'keep'
  | 'keepNone'
  | 'hostKey'
  | 'noted';
export type FaultField = Exclude<keyof DestinationDraft, 'secrets' | 'kind' | 'enabled' | 'offsite'> | SecretName;
export type DestinationFaults = Partial<Record<FaultField, DestinationFault>>;

export interface DraftContext {
  /** What is stored of the destination that is edited; null for a new one. */
  stored: Record<SecretName, boolean> | null;
  backupFolder: string;
  /** Names of the other destinations. */
  taken: readonly string[];
}

export interface ReadDestination {
  /** Null while a field is wrong. */
  config: DestinationConfig | null;
  faults: DestinationFaults;
  /** What is still to be done before it can be saved, though it can be tried. */
  open: DestinationFaults;
}

const MOST_KEPT: Record<KeptKind, number> = { incremental: 2_000, daily: 366, weekly: 260, monthly: 240 };
const RECIPIENT = /^age1[02-9ac-hj-np-z]{58}$/;
const IDENTITY = /^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}$/;
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

export function readDestination(draft: DestinationDraft, context: DraftContext): ReadDestination {
  const inPlace = placeFaults(draft, context);
  const faults: DestinationFaults = { ...inPlace, ...encryptionFaults(draft, context) };
  const name = nameOf(draft);
  if (context.taken.some((other) => sameName(other, name))) faults.name = 'nameTaken';
  // a place that is right gives a name, mostly; until then one is not asked for
  else if (name === '' && Object.keys(inPlace).length === 0) faults.name = 'name';
  const retention = readKeep(draft);
  if (typeof retention === 'string') faults.keep = retention;
  const open: DestinationFaults = {};
  if (draft.kind === 'sftp' && draft.hostKey === '') open.hostKey = 'hostKey';
  if (draft.encryption === 'passphrase' && draft.secrets.passphrase !== '' && !draft.noted) open.noted = 'noted';
  const config = typeof retention !== 'string' && Object.keys(faults).length === 0 ? configOf(draft, retention) : null;
  return { config, faults, open };
}

const sameName = (a: string, b: string): boolean => a.localeCompare(b, undefined, { sensitivity: 'accent' }) === 0;
const nameOf = (draft: DestinationDraft): string => draft.name.trim() || suggestedName(draft);

function placeFaults(draft: DestinationDraft, context: DraftContext): DestinationFaults {
  switch (draft.kind) {
    case 'folder': {
      const path = draft.path.trim();
      if (!/^(\/|[A-Za-z]:[\\/]|\\\\)/.test(path)) return { path: 'path' };
      return isInside(path, context.backupFolder) ? { path: 'pathInBackups' } : {};
    }
    case 's3':
      return s3Faults(draft, context);
    case 'sftp':
      return sftpFaults(draft, context);
  }
}

/** Copies in the backup folder are lost with it. */
function isInside(path: string, folder: string): boolean {
  const plain = (text: string): string => text.replace(/[/\\]+/g, '/').replace(/\/$/, '');
  return `${plain(path)}/`.startsWith(`${plain(folder)}/`);
}

function s3Faults(draft: DestinationDraft, { stored }: DraftContext): DestinationFaults {
  const faults: DestinationFaults = {};
  if (draft.endpoint.trim() !== '' && httpUrl(draft.endpoint) === null) faults.endpoint = 'endpoint';
  if (draft.region.trim() === '') faults.region = 'region';
  if (!BUCKET.test(draft.bucket.trim())) faults.bucket = 'bucket';
  if (draft.accessKeyId.trim() === '') faults.accessKeyId = 'accessKeyId';
  if (draft.secrets.secretAccessKey === '' && !stored?.secretAccessKey) faults.secretAccessKey = 'secretAccessKey';
  return faults;
}

function sftpFaults(draft: DestinationDraft, { stored }: DraftContext): DestinationFaults {
  const faults: DestinationFaults = {};
  const { password, privateKey } = draft.secrets;
  if (hostName(draft.host) === null) faults.host = 'host';
  if (wholeNumber(draft.port, 1, 65_535) === null) faults.port = 'port';
  if (draft.user.trim() === '') faults.user = 'user';
  if (draft.remotePath.trim() === '') faults.remotePath = 'remotePath';
  if (draft.login === 'password') {
    // what is stored as a password beside a key opens that key
    if (password === '' && !(stored?.password && !stored.privateKey)) faults.password = 'password';
  } else if (privateKey !== '') {
    if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(privateKey))
      faults.privateKey = /^(ssh|ecdsa|sk)-/.test(privateKey.trim()) ? 'publicKey' : 'privateKey';
  } else if (!stored?.privateKey) faults.privateKey = 'privateKey';
  return faults;
}

function encryptionFaults({ encryption, secrets, recipient }: DestinationDraft, { stored }: DraftContext) {
  const faults: DestinationFaults = {};
  if (encryption === 'passphrase') {
    const { passphrase } = secrets;
    if (passphrase === '' && !stored?.passphrase) faults.passphrase = 'passphrase';
    else if (passphrase !== '' && passphrase.length < SHORTEST_PASSPHRASE) faults.passphrase = 'passphraseShort';
  }
  if (encryption === 'recipient') {
    const key = recipient.trim();
    if (!RECIPIENT.test(key)) faults.recipient = /^AGE-SECRET-KEY-/i.test(key) ? 'recipientSecret' : 'recipient';
    const identity = secrets.identity.trim();
    if (identity !== '' && !IDENTITY.test(identity)) faults.identity = 'identity';
  }
  return faults;
}

function readKeep({ keep }: DestinationDraft): RetentionPolicy | 'keep' | 'keepNone' {
  const counts = KEPT_KINDS.map((kind) => wholeNumber(keep[kind], 0, MOST_KEPT[kind]));
  const [incremental, daily, weekly, monthly] = counts;
  if (incremental == null || daily == null || weekly == null || monthly == null) return 'keep';
  return daily + weekly + monthly > 0 ? { incremental, daily, weekly, monthly } : 'keepNone';
}

function configOf(draft: DestinationDraft, retention: RetentionPolicy): DestinationConfig {
  const { enabled, offsite, encryption: mode } = draft;
  const encryption = mode === 'recipient' ? { mode, recipient: draft.recipient.trim() } : { mode };
  const common = { name: nameOf(draft), enabled, offsite, encryption, retention };
  switch (draft.kind) {
    case 'folder':
      return { kind: 'folder', ...common, path: draft.path.trim() };
    case 's3':
      return {
        kind: 's3',
        ...common,
        endpoint: draft.endpoint.trim(),
        region: draft.region.trim(),
        bucket: draft.bucket.trim(),
        prefix: draft.prefix.trim().replace(/^\/+|\/+$/g, ''),
        pathStyle: pathStyleOf(draft),
        accessKeyId: draft.accessKeyId.trim(),
      };
    case 'sftp':
      return {
        kind: 'sftp',
        ...common,
        host: draft.host.trim(),
        port: Number(draft.port),
        user: draft.user.trim(),
        path: draft.remotePath.trim(),
        hostKey: draft.hostKey,
      };
  }
}

/** What becomes of the stored secrets: only those of the kind and of the encryption are sent, the others stay as they are. */
export function secretsOf(draft: DestinationDraft, stored: DraftContext['stored']): DestinationSecrets {
  const { secretAccessKey, passphrase, identity } = draft.secrets;
  return {
    ...(draft.kind === 's3' && secretAccessKey !== '' ? { secretAccessKey } : {}),
    ...(draft.kind === 'sftp' ? loginSecrets(draft, stored) : {}),
    ...(draft.encryption === 'passphrase' && passphrase !== '' ? { passphrase } : {}),
    ...(draft.encryption === 'recipient' && identity.trim() !== '' ? { identity: identity.trim() } : {}),
  };
}

/** One way to log in: the secrets of the other one go. */
function loginSecrets({ login, secrets }: DestinationDraft, stored: DraftContext['stored']): DestinationSecrets {
  const { password, privateKey } = secrets;
  if (login === 'password')
    return { ...(password === '' ? {} : { password }), ...(stored?.privateKey ? { privateKey: null } : {}) };
  // a stored password belongs to the stored key, or to no key at all
  const stale = stored?.password === true && (privateKey !== '' || !stored.privateKey);
  return {
    ...(privateKey === '' ? {} : { privateKey: privateKey.endsWith('\n') ? privateKey : `${privateKey}\n` }),
    ...(password !== '' ? { password } : stale ? { password: null } : {}),
  };
}
