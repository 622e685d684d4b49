import type { ProbeStatus } from '@shared/monitoring';
import type { Tone } from '@/tone';

export const PROBE_TONE: Record<ProbeStatus['state'], Tone> = {
  up: 'ok',
  down: 'bad',
  unknown: 'busy',
  paused: 'muted',
};

const RANK: Record<ProbeStatus['state'], number> = { down: 0, unknown: 1, up: 2, paused: 3 };

/** What is down first, then by name. */
export const byState = (a: ProbeStatus, b: ProbeStatus): number =>
  RANK[a.state] - RANK[b.state] || a.config.name.localeCompare(b.config.name);

/** True when a certificate ends within the days that were set for it. */
export function certificateEndsSoon({ config, last }: Pick<ProbeStatus, 'config' | 'last'>): boolean {
  const days = last?.certificateDays ?? null;
  return config.kind === 'http' && days !== null && config.certificateDays > 0 && days <= config.certificateDays;
}
