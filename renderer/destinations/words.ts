/** Destinations in words. */
import type { DestinationConfig, DestinationStatus, ScanReport } from '@shared/destinations';
import { listFormat } from '@/format/held';
import type { Texts } from '@/i18n';
import type { Tone } from '@/tone';

export const DESTINATION_TONE: Record<DestinationStatus['state'], Tone> = {
  unknown: 'muted',
  usable: 'ok',
  failing: 'bad',
  disabled: 'muted',
};

/** Where a destination is, as people write it. */
export function placeOf(config: DestinationConfig): string {
  switch (config.kind) {
    case 'folder':
      return config.path;
    case 's3': {
      const at = config.endpoint === '' ? '' : ` · ${config.endpoint.replace(/^https?:\/\//, '').replace(/\/+$/, '')}`;
      return `s3://${config.bucket}/${config.prefix}${at}`;
    }
    case 'sftp': {
      const port = config.port === 22 ? '' : `:${config.port}`;
      return `${config.user}@${config.host}${port}:${config.path}`;
    }
  }
}

/** What it is: kind, whether it stands elsewhere, how copies are encrypted. */
export function natureOf({ kind, offsite, encryption }: DestinationConfig, { t }: Texts): string[] {
  return [
    t(`destinations.kind.${kind}`),
    t(offsite ? 'destinations.isOffsite' : 'destinations.isHere'),
    t(`destinations.encryptedBy.${encryption.mode}`),
  ];
}

/** What lies there and when it was last looked at; what waits or failed is told apart. */
export function figuresOf(
  { copies, lastUsedAt, lastRereadAt }: DestinationStatus,
  now: number,
  texts: Texts,
): string[] {
  const { t, format } = texts;
  if (copies.total === 0) return [t('destinations.noCopies'), ...lastUse(lastUsedAt, now, texts)];
  const { total, verified } = copies;
  return [
    verified === total
      ? t('destinations.verified', { count: total })
      : t('destinations.verifiedOf', { count: total, verified }),
    format.bytes(copies.bytes),
    ...lastUse(lastUsedAt, now, texts),
    lastRereadAt === null
      ? t('destinations.neverRead')
      : t('destinations.lastRead', { time: format.relative(lastRereadAt, now) }),
  ];
}

const lastUse = (at: string | null, now: number, { t, format }: Texts): string[] =>
  at === null ? [] : [t('destinations.lastUsed', { time: format.relative(at, now) })];

/** "12 restore points of orders and videos were found; 3 are new in the list." */
export function foundWords({ found, added, databases }: ScanReport, { t, format }: Texts): string {
  if (found === 0) return t('destinations.scanNone');
  const values = {
    count: found,
    added: added === 0 ? t('destinations.scanAddedNone') : t('destinations.scanAdded', { count: added }),
  };
  if (databases.length === 0) return t('destinations.scanFoundAny', values);
  return t('destinations.scanFound', { ...values, databases: listFormat(format.locale).format(databases) });
}
