/** A channel while it is edited, and what keeps it from being one. */
import type { ChannelConfig } from '@shared/alerting';
import type { ChannelKind } from '@/alerts/channel-words';

type Email = Extract<ChannelConfig, { kind: 'email' }>;

export interface ChannelDraft {
  kind: ChannelKind;
  name: string;
  enabled: boolean;
  minSeverity: ChannelConfig['minSeverity'];
  host: string;
  port: string;
  security: Email['security'];
  user: string;
  from: string;
  to: string;
  url: string;
  /** What was typed as the new secret. */
  secret: string;
  removeSecret: boolean;
}

export type ChannelFault =
  | 'name'
  | 'host'
  | 'port'
  | 'sender'
  | 'to'
  | 'toInvalid'
  | 'toMany'
  | 'url'
  | 'urlUser'
  | 'secretUser';
/** By the field they stand at; `to` may name the address that is none. */
export type ChannelFaults = Partial<Record<keyof ChannelDraft, { fault: ChannelFault; address?: string }>>;

/** Ports that go with a kind of encryption. */
export const USUAL_PORTS: Record<Email['security'], number> = { tls: 465, starttls: 587, none: 25 };

const MOST_RECIPIENTS = 20;

export function newChannel(kind: Exclude<ChannelKind, 'native'>): ChannelDraft {
  return {
    kind,
    name: '',
    enabled: true,
    minSeverity: 'MEDIUM',
    host: '',
    port: String(USUAL_PORTS.tls),
    security: 'tls',
    user: '',
    from: '',
    to: '',
    url: '',
    secret: '',
    removeSecret: false,
  };
}

export function channelDraftOf(config: ChannelConfig): ChannelDraft {
  const { name, enabled, minSeverity } = config;
  const common = { ...newChannel('webhook'), name, enabled, minSeverity };
  switch (config.kind) {
    case 'native':
      return { ...common, kind: 'native' };
    case 'email': {
      const { host, port, security, user, from, to } = config;
      return { ...common, kind: 'email', host, port: String(port), security, user, from, to: to.join(', ') };
    }
    case 'webhook':
      return { ...common, kind: config.format === 'slack' ? 'slack' : 'webhook', url: config.url };
  }
}

/** The port that belongs to another kind of encryption, unless one of its own was entered. */
export function portFor(security: Email['security'], draft: ChannelDraft): string {
  const usual = Object.values(USUAL_PORTS).some((port) => String(port) === draft.port);
  return usual ? String(USUAL_PORTS[security]) : draft.port;
}

// What the main process accepts is decided there; this finds what a person would want to know while typing.
const MAIL = /^[^\s@,;]+@[^\s@,;]+\.[^\s@,;]+$/;

export const recipientsOf = (text: string): string[] =>
  text
    .split(/[\s,;]+/)
    .map((one) => one.trim())
    .filter((one) => one !== '');

/** Why an address of the web is refused; null when it is one. */
export function urlFault(url: string): 'url' | 'urlUser' | null {
  const text = url.trim();
  if (/^https?:\/\/[^/?#]*@/i.test(text)) return 'urlUser';
  return /^https?:\/\/[^/?#@\s]+([/?#]\S*)?$/i.test(text) && URL.canParse(text) ? null : 'url';
}

/** The channel that a draft stands for; null with what is wrong when it is none. */
export function readChannelDraft(draft: ChannelDraft): { config: ChannelConfig | null; faults: ChannelFaults } {
  const faults: ChannelFaults = {};
  const name = draft.name.trim();
  if (name === '' && draft.kind !== 'native') faults.name = { fault: 'name' };
  if (draft.kind === 'email') checkMail(draft, faults);
  if (draft.kind === 'webhook' || draft.kind === 'slack') {
    const fault = urlFault(draft.url);
    if (fault) faults.url = { fault };
  }
  if (Object.keys(faults).length > 0) return { config: null, faults };
  return { config: configOf(draft), faults };
}

function checkMail(draft: ChannelDraft, faults: ChannelFaults): void {
  const { host, port, user, from, to, secret } = draft;
  if (!/^[^\s/@]+$/.test(host.trim())) faults.host = { fault: 'host' };
  const number = Number(port);
  if (!/^\d{1,5}$/.test(port.trim()) || number < 1 || number > 65_535) faults.port = { fault: 'port' };
  if (!MAIL.test(from.trim())) faults.from = { fault: 'sender' };
  if (secret !== '' && user.trim() === '') faults.user = { fault: 'secretUser' };
  const recipients = recipientsOf(to);
  const invalid = recipients.find((address) => !MAIL.test(address));
  if (recipients.length === 0) faults.to = { fault: 'to' };
  else if (invalid !== undefined) faults.to = { fault: 'toInvalid', address: invalid };
  else if (recipients.length > MOST_RECIPIENTS) faults.to = { fault: 'toMany' };
}

function configOf(draft: ChannelDraft): ChannelConfig {
  const { kind, enabled, minSeverity } = draft;
  const common = { name: draft.name.trim(), enabled, minSeverity };
  if (kind === 'native') return { kind, ...common };
  if (kind !== 'email')
    return { kind: 'webhook', ...common, url: draft.url.trim(), format: kind === 'slack' ? 'slack' : 'json' };
  return {
    kind,
    ...common,
    host: draft.host.trim(),
    port: Number(draft.port),
    security: draft.security,
    user: draft.user.trim(),
    from: draft.from.trim(),
    to: recipientsOf(draft.to),
  };
}

/** What becomes of the stored secret: a new one, none, or (undefined) the one that is there. */
export function secretOf({ secret, removeSecret }: ChannelDraft): string | null | undefined {
  if (secret !== '') return secret;
  return removeSecret ? null : undefined;
}
