/** What the parts of copying share. */
import type { DestinationConfig } from '@shared/destinations';
import type { CoreContext } from '../core/context';
import { holdfastError } from '../errors/holdfast-error';
import type { Stall } from '../jobs/job-process';
import type { Vault } from '../secrets/vault';

export type CopyContext = Pick<
  CoreContext,
  'paths' | 'store' | 'jobs' | 'scratch' | 'problems' | 'settings' | 'changed'
>;

export interface CopyOptions {
  context: CopyContext;
  vault: Vault;
  clock: { nowMs: () => number };
  /** 0 ≤ x < 1; `Math.random` when it is left out. */
  random?: () => number;
  /** Calls `fire` once after `delayMs`; the returned function calls it off. */
  arm?: (delayMs: number, fire: () => void) => () => void;
  /** Destinations on the network wait while this is true. */
  isOffline?: () => boolean;
  /** With the setting `pauseOnBattery`, what nobody asked for waits while this is true. */
  onBattery?: () => boolean;
  /** Zone of the retention at destinations; the machine's when it is left out. */
  timeZone?: string;
  /** How long a job at a folder may tell of no progress, milliseconds. */
  stallMs?: number;
}

export type CopyParts = Required<Omit<CopyOptions, 'timeZone'>> & Pick<CopyOptions, 'timeZone'>;

const FOLDER_STALL_MS = 60_000;
/** The drivers of the network have limits of their own, in which they know what they wait for. */
const NETWORK_STALL_MS = 10 * 60_000;

export function withDefaults(options: CopyOptions): CopyParts {
  return {
    random: Math.random,
    arm: (delayMs, fire) => {
      const timer = setTimeout(fire, delayMs).unref();
      return () => clearTimeout(timer);
    },
    isOffline: () => false,
    onBattery: () => false,
    stallMs: FOLDER_STALL_MS,
    ...options,
  };
}

/** A share whose server is gone hangs whoever touches it. */
export function stallOf({ kind, name }: DestinationConfig, { stallMs }: Pick<CopyParts, 'stallMs'>): { stall: Stall } {
  const afterMs = kind === 'folder' ? stallMs : NETWORK_STALL_MS;
  const reason = `it did not answer for ${Math.round(afterMs / 1000)} seconds`;
  return {
    stall: { afterMs, error: () => holdfastError('DESTINATION_UNUSABLE', { params: { name, reason } }) },
  };
}

export const isoOf = (ms: number): string => new Date(ms).toISOString();
/** Files that wait to be sent. */
export const outgoingFolder = ({ context }: Pick<CopyParts, 'context'>): string => `${context.paths.root}/outgoing`;
