/** One try of a probe. */
import type { ProbeConfig, ProbeResult } from '@shared/monitoring';
import { wrapError } from '../errors/wrap';
import { tryDns } from './dns';
import { tryHttp } from './http';
import { tryTcp } from './tcp';

export interface ProbeEnvironment {
  nowMs(): number;
  signal?: AbortSignal;
  /** Authorities to trust in place of the built-in ones, PEM. */
  authorities?: string;
  /** Name servers to ask in place of the system's. */
  dnsServers?: string[];
}

/** What a try that succeeded gave. */
export interface Try {
  timeMs: number;
  certificateDays: number | null;
}

/** Tries once. A failure is a result like any other; this never rejects. */
export async function runProbe(
  config: ProbeConfig,
  environment: ProbeEnvironment = { nowMs: Date.now },
): Promise<ProbeResult> {
  const atMs = environment.nowMs();
  const startedAt = performance.now();
  try {
    const found = await attempt(config, environment);
    return { atMs, ok: true, ...found, error: null };
  } catch (thrown) {
    const error = wrapError(thrown).toView();
    return { atMs, ok: false, timeMs: performance.now() - startedAt, certificateDays: null, error };
  }
}

async function attempt(config: ProbeConfig, environment: ProbeEnvironment): Promise<Try> {
  switch (config.kind) {
    case 'http':
      return tryHttp(config, environment);
    case 'tcp':
      return tryTcp(config, environment);
    case 'dns':
      return tryDns(config, environment);
  }
}
