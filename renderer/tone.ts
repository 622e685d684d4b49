/** How good or bad a thing is, as the window shows it: each tone has a shape, a word beside it and a colour. */
import type { Severity } from '@shared/errors';
import type {
  CopyState,
  DatabaseStatus,
  DrillTable,
  HealthStatus,
  ProofCheck,
  ProofState,
  Protection,
  RestoreRecord,
  Sentence,
} from '@shared/models';

export type Tone = 'ok' | 'warn' | 'bad' | 'busy' | 'muted';

export const PROTECTION_TONE: Record<Protection, Tone> = {
  protected: 'ok',
  'at-risk': 'warn',
  unprotected: 'bad',
  working: 'busy',
};

export const PROOF_TONE: Record<ProofState, Tone> = {
  proved: 'ok',
  unproved: 'muted',
  failed: 'bad',
  missing: 'warn',
  elsewhere: 'ok',
};

export const COPY_TONE: Record<CopyState, Tone> = {
  waiting: 'muted',
  copied: 'ok',
  failed: 'warn',
  damaged: 'bad',
  missing: 'warn',
};

/** A table that the live database has changed since is no fault. */
export const DRILL_TABLE_TONE: Record<DrillTable['result'], Tone> = {
  same: 'ok',
  changed: 'ok',
  gone: 'muted',
  unreadable: 'bad',
};

export const CHECK_TONE: Record<ProofCheck['outcome'], Tone> = { ok: 'ok', warning: 'warn', failed: 'bad' };

export const HEALTH_TONE: Record<HealthStatus, Tone> = { pass: 'ok', warn: 'warn', fail: 'bad' };

export const SENTENCE_TONE: Record<Sentence['severity'], Tone> = {
  ok: 'ok',
  busy: 'busy',
  warning: 'warn',
  critical: 'bad',
};

export const SEVERITY_TONE: Record<Severity, Tone> = { CRITICAL: 'bad', HIGH: 'warn', MEDIUM: 'warn', LOW: 'muted' };

/** Order of severities, worst first. */
export const SEVERITY_RANK: Record<Severity, number> = { CRITICAL: 0, HIGH: 1, MEDIUM: 2, LOW: 3 };

export const RESTORE_TONE: Record<RestoreRecord['outcome'], Tone> = {
  running: 'busy',
  restored: 'ok',
  'rolled-back': 'warn',
  unchanged: 'muted',
  interrupted: 'warn',
  failed: 'bad',
};

/** Protection of a database as it may be shown: nothing counts as protected without a proof behind it. */
export function shownProtection(status: DatabaseStatus): Protection {
  return status.protection === 'protected' && !status.lastProved ? 'at-risk' : status.protection;
}
