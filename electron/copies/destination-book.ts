/** Destinations as people set them up, and what is known of each. */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import {
  DestinationConfig,
  type DestinationInput,
  type DestinationSecrets,
  type DestinationStatus,
  SECRET_NAMES,
  type SecretName,
} from '@shared/destinations';
import { assertNever, type ErrorView } from '@shared/errors';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { StoredDestination } from '../store/destinations';
import { retryDelayMs } from './backoff';
import { mediumOf } from './medium';
import { type CopyParts, isoOf } from './parts';
import type { CopyTarget, SeenPlace } from './protocol';

/** What was saved, beside the destination itself. */
export interface Saved {
  stored: StoredDestination;
  /** It is another place than before: what was known of the copies is to be looked at again. */
  moved: boolean;
  /** Files that wait to be sent are encrypted for other keys. */
  rekeyed: boolean;
}

export class DestinationBook {
  constructor(private readonly parts: CopyParts) {}

  private get table() {
    return this.parts.context.store.destinations;
  }

  /** @throws ITEM_UNKNOWN */
  require(id: string): StoredDestination {
    const found = this.table.get(id);
    if (!found) throw holdfastError('ITEM_UNKNOWN', { params: { name: id } });
    return found;
  }

  /**
   * Adds or changes a destination; the secrets go into the vault.
   * @throws SETTING_INVALID {setting, reason}; ITEM_UNKNOWN; NOT_AVAILABLE when the keyring refuses
   */
  save(input: DestinationInput): Saved {
    const before = input.id === null ? null : this.require(input.id);
    const id = before?.id ?? randomUUID();
    const config = this.checked(input, before);
    const { store } = this.parts.context;
    const rekeyed =
      before !== null &&
      (JSON.stringify(before.config.encryption) !== JSON.stringify(config.encryption) ||
        this.changes(id, 'passphrase', input.secrets.passphrase));
    const moved = before !== null && placeOf(before.config) !== placeOf(config);
    store.atomically(() => {
      for (const name of SECRET_NAMES) {
        const secret = input.secrets[name];
        if (secret === null) this.parts.vault.remove(secretName(id, name));
        else if (secret !== undefined) this.parts.vault.set(secretName(id, name), secret);
      }
      this.table.save(id, config, isoOf(this.parts.clock.nowMs()));
      this.table.note(id, { marker: null, lookFirst: true, error: null, failures: 0, nextTryAt: null });
      if (!moved) return;
      this.table.note(id, { medium: null, lastUsedAt: null });
      // Nothing of what was compared was compared there.
      for (const { pointId } of store.copies.at(id))
        store.copies.update(pointId, id, { verifiedAt: null, rereadAt: null });
      for (const { segmentId } of store.segmentCopies.at(id))
        store.segmentCopies.update(segmentId, id, { verifiedAt: null });
    });
    return { stored: this.require(id), moved, rekeyed };
  }

  /** @throws ITEM_UNKNOWN */
  remove(id: string): void {
    this.require(id);
    this.parts.context.store.atomically(() => {
      for (const name of SECRET_NAMES) this.parts.vault.remove(secretName(id, name));
      this.table.remove(id);
    });
  }

  /** Of all destinations whose secrets the keyring gives; of the others nothing is known now. */
  knownSecrets(): { passphrases: string[]; identities: string[] } {
    const known = { passphrases: new Set<string>(), identities: new Set<string>() };
    for (const { id, config } of this.table.list()) {
      try {
        const { passphrase, identity } = this.secretsOf(id, config.name);
        if (passphrase) known.passphrases.add(passphrase);
        if (identity) known.identities.add(identity);
      } catch (thrown) {
        if (wrapError(thrown).code !== 'DESTINATION_UNUSABLE') throw thrown;
      }
    }
    return { passphrases: [...known.passphrases], identities: [...known.identities] };
  }

  /** A destination with its secrets, for a job. @throws DESTINATION_UNUSABLE when the keyring does not give them */
  target({ id, config, facts }: StoredDestination): CopyTarget {
    return { id, config, secrets: this.secretsOf(id, config.name), marker: facts.marker };
  }

  /** What was typed in, with the secrets that are kept where none was typed. @throws SETTING_INVALID; ITEM_UNKNOWN */
  trialTarget(input: DestinationInput): CopyTarget {
    const before = input.id === null ? null : this.require(input.id);
    const config = this.checked(input, before);
    const kept = before ? this.secretsOf(before.id, config.name) : {};
    return { id: before?.id ?? randomUUID(), config, secrets: { ...kept, ...input.secrets }, marker: null };
  }

  status(stored: StoredDestination): DestinationStatus {
    const { id, config, facts } = stored;
    const copies = this.parts.context.store.copies.at(id);
    const count = (fits: (copy: (typeof copies)[number]) => boolean): number => copies.filter(fits).length;
    return {
      ...{ id, config, secrets: this.secretsKept(id), error: facts.error, lastUsedAt: facts.lastUsedAt },
      state: config.enabled ? (facts.error ? 'failing' : facts.lastUsedAt ? 'usable' : 'unknown') : 'disabled',
      copies: {
        total: count(({ state }) => state === 'copied'),
        verified: count(({ state, verifiedAt }) => state === 'copied' && verifiedAt !== null),
        waiting: count(({ state }) => state === 'waiting'),
        failed: count(({ state }) => state !== 'copied' && state !== 'waiting'),
        bytes: copies.reduce((sum, { state, sizeBytes }) => sum + (state === 'copied' ? (sizeBytes ?? 0) : 0), 0),
      },
      lastRereadAt: copies.reduce<string | null>(
        (last, { rereadAt }) => (rereadAt !== null && (last === null || rereadAt > last) ? rereadAt : last),
        null,
      ),
    };
  }

  /** It was used and answered. */
  async used({ id, config }: StoredDestination, seen: SeenPlace): Promise<void> {
    const medium = config.kind === 'folder' ? await mediumOf(config.path).catch(() => null) : null;
    const at = isoOf(this.parts.clock.nowMs());
    this.table.note(id, { marker: seen.marker, medium, lastUsedAt: at, error: null, failures: 0, nextTryAt: null });
  }

  /** It could not be used; nothing is tried there for a while. */
  failed(id: string, error: ErrorView): void {
    const stored = this.table.get(id);
    if (!stored) return;
    const failures = stored.facts.failures + 1;
    const nextTryAt = isoOf(this.parts.clock.nowMs() + retryDelayMs(failures, this.parts.random()));
    this.table.note(id, { error, failures, nextTryAt });
  }

  private secretsOf(id: string, label: string): DestinationSecrets {
    const secrets: DestinationSecrets = {};
    try {
      for (const name of SECRET_NAMES) {
        const secret = this.parts.vault.get(secretName(id, name), label);
        if (secret !== null) secrets[name] = secret;
      }
    } catch (thrown) {
      const reason = 'the keyring does not give its secrets';
      const { detail } = wrapError(thrown);
      throw holdfastError('DESTINATION_UNUSABLE', { params: { name: label, reason }, cause: thrown, detail });
    }
    return secrets;
  }

  private secretsKept(id: string): Record<SecretName, boolean> {
    const has = (name: SecretName): boolean => this.parts.vault.has(secretName(id, name));
    return {
      secretAccessKey: has('secretAccessKey'),
      password: has('password'),
      privateKey: has('privateKey'),
      passphrase: has('passphrase'),
      identity: has('identity'),
    };
  }

  private changes(id: string, name: SecretName, secret: string | null | undefined): boolean {
    if (secret === undefined) return false;
    try {
      return this.parts.vault.get(secretName(id, name)) !== secret;
    } catch {
      // What cannot be read cannot be told to be the same.
      return true;
    }
  }

  private checked(input: DestinationInput, before: StoredDestination | null): DestinationConfig {
    const parsed = DestinationConfig.safeParse(input.config);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw invalid(issue?.path.join('.') ?? 'config', issue?.message ?? parsed.error.message);
    }
    const config = parsed.data;
    const kept = before && this.secretsKept(before.id);
    const has = (name: SecretName): boolean => {
      const given = input.secrets[name];
      return given === undefined ? (kept?.[name] ?? false) : given !== null && given !== '';
    };
    const twin = this.table.list().find((other) => other.id !== before?.id && sameName(other.config.name, config.name));
    if (twin) throw invalid('name', 'another destination has this name');
    if (config.kind === 'folder' && !path.isAbsolute(config.path)) throw invalid('path', 'the path is not absolute');
    if (config.kind === 's3' && !has('secretAccessKey')) throw invalid('secretAccessKey', 'it is missing');
    if (config.kind === 'sftp' && !has('password') && !has('privateKey')) {
      throw invalid('password', 'a password or a private key is needed');
    }
    if (config.encryption.mode === 'passphrase' && !has('passphrase')) throw invalid('passphrase', 'it is missing');
    const { identity } = input.secrets;
    if (identity && !/^AGE-SECRET-KEY-1[0-9A-Z]{58}$/.test(identity.trim())) {
      throw invalid('identity', 'it is no key of the form AGE-SECRET-KEY-1…');
    }
    return config;
  }
}

const secretName = (id: string, name: SecretName): string => `destination:${id}:${name}`;
const invalid = (setting: string, reason: string): HoldfastError =>
  holdfastError('SETTING_INVALID', { params: { setting, reason } });
const sameName = (a: string, b: string): boolean => a.localeCompare(b, undefined, { sensitivity: 'accent' }) === 0;

/** Tells one place from another: what lies at the one does not lie at the other. */
function placeOf(config: DestinationConfig): string {
  switch (config.kind) {
    case 'folder':
      return `folder ${path.resolve(config.path)}`;
    case 's3':
      return `s3 ${config.endpoint} ${config.region} ${config.bucket} ${config.prefix}`;
    case 'sftp':
      return `sftp ${config.user}@${config.host}:${config.port} ${config.path}`;
    default:
      return assertNever(config);
  }
}
