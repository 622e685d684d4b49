/** What an SFTP destination is opened with in tests. */
import type { DestinationSecrets } from '@shared/destinations';
import { SFTP_LIMITS, type SftpLimits } from '../../electron/destinations/sftp-connect';
import type { OpenOptions } from '../../electron/destinations/types';

export interface SftpTarget {
  host: string;
  port: number;
  user: string;
  path: string;
  hostKey: string;
  secrets: DestinationSecrets;
  purpose: OpenOptions['purpose'];
  limits: Partial<SftpLimits>;
  now: () => number;
  signal: AbortSignal;
}

export function sftpOptions(
  target: Pick<SftpTarget, 'port' | 'user' | 'path' | 'hostKey' | 'secrets'> & Partial<SftpTarget>,
): OpenOptions & { limits: SftpLimits; now: () => number } {
  const { host = '127.0.0.1', port, user, path, hostKey, secrets, purpose = 'use', signal } = target;
  return {
    id: 'd1',
    config: {
      ...{ kind: 'sftp', name: 'Server', enabled: true, offsite: true, encryption: { mode: 'passphrase' } },
      retention: { incremental: 0, daily: 7, weekly: 4, monthly: 12 },
      ...{ host, port, user, path, hostKey },
    },
    ...{ secrets, purpose },
    signal: signal ?? new AbortController().signal,
    limits: { ...SFTP_LIMITS, ...target.limits },
    now: target.now ?? Date.now,
  };
}
