/** Judges what watches and what tells: measurements, services, alert channels, the endpoint, the keyring. Pure. */
import type { HealthComponent, HealthStatus } from '@shared/models';

export type Verdict = Pick<HealthComponent, 'status' | 'key' | 'params' | 'observedValue' | 'observedUnit'>;

/** What is not known is left out or null, and has no line. */
export interface WatchInputs {
  monitoring?: {
    /** Since the last sample, on a clock that nobody can set and that stands still while the machine sleeps. */
    sampleAgeMs: number;
    /** Between two samples. */
    intervalMs: number;
    /** True while measurements cannot be written to the record. */
    recordFailing: boolean;
  } | null;
  /** Nothing is watched because Holdfast crashed again and again. */
  safeMode?: { crashes: number } | null;
  /** Probes that are not paused. */
  services?: { count: number; down: number } | null;
  /** Channels that are switched on. */
  notifiers?: { count: number; failing: number } | null;
  /** `address` is null while it does not listen. */
  endpoint?: { wanted: boolean; port: number; address: string | null } | null;
  /** How a secret would be kept now. */
  keyring?: 'keyring' | 'file' | 'locked' | null;
}

/** Monitoring that freezes silently is worse than none: so many samples in a row must not be missing. */
const MISSED_SAMPLES = 6;
const SHORTEST_SILENCE_MS = 30_000;

export function monitoring({ monitoring: state, safeMode }: WatchInputs): Verdict | null {
  if (safeMode) {
    const { crashes: count } = safeMode;
    return { status: 'fail', key: 'safe-mode', params: { count }, observedValue: null, observedUnit: 's' };
  }
  if (!state) return null;
  const limitMs = Math.max(SHORTEST_SILENCE_MS, MISSED_SAMPLES * state.intervalMs);
  const seconds = Math.round(Math.max(0, state.sampleAgeMs) / 1_000);
  const status = state.sampleAgeMs > limitMs ? 'fail' : state.recordFailing ? 'warn' : 'pass';
  return { status, key: status, params: { seconds }, observedValue: seconds, observedUnit: 's' };
}

export function services({ services: state }: WatchInputs): Verdict | null {
  if (!state) return null;
  const { count, down } = state;
  return { ...shareOf(down, count), params: { count, down }, observedValue: down, observedUnit: 'services' };
}

export function notifiers({ notifiers: state }: WatchInputs): Verdict | null {
  if (!state) return null;
  const { count, failing } = state;
  return { ...shareOf(failing, count), params: { count, failing }, observedValue: failing, observedUnit: 'channels' };
}

/** Switched off is no fault; what cannot listen is told by every other way that Holdfast has. */
export function endpoint({ endpoint: state }: WatchInputs): Verdict | null {
  if (!state) return null;
  const { wanted, port, address } = state;
  const status = wanted && address === null ? 'warn' : 'pass';
  const params = { port, address: address ?? '' };
  return {
    status,
    key: wanted ? status : 'off',
    params,
    observedValue: address === null ? 0 : 1,
    observedUnit: 'listening',
  };
}

/** A machine without a keyring is no fault; secrets that cannot be read while it is locked are one. */
export function keyring({ keyring: state }: WatchInputs): Verdict | null {
  if (!state) return null;
  const verdicts: Record<typeof state, Pick<Verdict, 'status' | 'key'>> = {
    keyring: { status: 'pass', key: 'pass' },
    file: { status: 'pass', key: 'absent' },
    locked: { status: 'warn', key: 'warn' },
  };
  return { ...verdicts[state], params: {}, observedValue: state === 'keyring' ? 1 : 0, observedUnit: 'available' };
}

function shareOf(bad: number, count: number): { status: HealthStatus; key: string } {
  if (count === 0) return { status: 'pass', key: 'none' };
  const status = bad === 0 ? 'pass' : bad < count ? 'warn' : 'fail';
  return { status, key: status };
}
