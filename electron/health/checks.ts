/** Judges what was measured: a pure function from inputs to the lines of Health. What was not measured has no line. */
import type { ErrorCode } from '@shared/errors';
import type { HealthComponent, HealthStatus, MetricSample } from '@shared/models';
import { continuous, type ContinuousInputs } from './continuous-checks';
import { copies, type CopyInputs, drills } from './copy-checks';
import { type DiagnosisInputs, logs, operationErrors } from './diagnosis-checks';
import { integrity, type IntegrityInputs } from './integrity-checks';
import { dataRules, type RuleInputs } from './rule-checks';
import { endpoint, keyring, monitoring, notifiers, services, type Verdict, type WatchInputs } from './watch-checks';

export interface DatabaseInput {
  /** Codes of its open problems. */
  problems: readonly ErrorCode[];
  lastProvedAt: string | null;
  overdue: boolean;
  /** A backup of it runs or waits. */
  backingUp: boolean;
}

export interface HealthInputs
  extends WatchInputs,
    CopyInputs,
    ContinuousInputs,
    IntegrityInputs,
    RuleInputs,
    DiagnosisInputs {
  now: string;
  databases: readonly DatabaseInput[];
  /** `absent`: not made yet. Null: not looked at yet. */
  backupFolder: 'usable' | 'absent' | 'unusable' | null;
  /** Of the last ten minutes, oldest first. */
  samples: readonly MetricSample[];
  /** What a check of the store found wrong, and how long the check took. Null: not checked yet. */
  store: { fault: string | null; tookMs: number } | null;
  /** What was said before: a value that was too high must fall clearly, not by a hair, to be well again. */
  before: readonly HealthComponent[];
}

type Component = HealthComponent['component'];

/** A value at or above `trigger` is bad, and stays so until it is below `clear`. */
interface Threshold {
  trigger: number;
  clear: number;
}
interface Thresholds {
  warn: Threshold;
  fail: Threshold;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const GB = 1e9;

const CPU: Thresholds = { warn: { trigger: 0.85, clear: 0.75 }, fail: { trigger: 0.95, clear: 0.85 } };
const MEMORY: Thresholds = { warn: { trigger: 0.9, clear: 0.8 }, fail: { trigger: 0.98, clear: 0.9 } };
const DISK: Thresholds = { warn: { trigger: 0.9, clear: 0.8 }, fail: { trigger: 0.98, clear: 0.9 } };
/** 2 % of a large disk is room for many backups: it fails only when this is not there either. */
const DISK_LITTLE_BYTES = 5 * GB;
const LOOP_DELAY_MS: Thresholds = { warn: { trigger: 100, clear: 50 }, fail: { trigger: 1_000, clear: 500 } };
const STORE_MS: Threshold = { trigger: 250, clear: 100 };

/** A start, or one large file, loads a processor for a while: only minutes of load are a state. */
const CPU_AT_LEAST_MS = 5 * MINUTE_MS;
/** Longer between two samples was a gap (sleep), about which nothing is known. */
const LONGEST_STEP_MS = 15_000;
const LOOP_WINDOW_MS = MINUTE_MS;

/** Problems that say that the database itself is gone or broken. */
const BROKEN: ReadonlySet<ErrorCode> = new Set([
  'DATABASE_MISSING',
  'DATABASE_CORRUPT',
  'DATABASE_TRUNCATED',
  'NOT_A_DATABASE',
  'FILE_NOT_FOUND',
  'FILE_EMPTY',
  'RESTORE_ROLLBACK_FAILED',
]);

/** The lines of Health in the order in which they are shown. `key` names a text `health.<component>.<key>`. */
export function checkHealth(inputs: HealthInputs): HealthComponent[] {
  const before = (component: Component): HealthStatus =>
    inputs.before.find((line) => line.component === component)?.status ?? 'pass';
  const lines: [Component, Verdict | null][] = [
    ['databases', databases(inputs)],
    ['backups', backups(inputs)],
    ['backup-folder', backupFolder(inputs)],
    ['copies', copies(inputs)],
    ['drills', drills(inputs)],
    ['continuous', continuous(inputs)],
    ['integrity', integrity(inputs)],
    ['data-rules', dataRules(inputs)],
    ['operations', operationErrors(inputs)],
    ['logs', logs(inputs)],
    ['disk', disk(inputs, before('disk'))],
    ['memory', memory(inputs, before('memory'))],
    ['cpu', cpu(inputs, before('cpu'))],
    ['event-loop', eventLoop(inputs, before('event-loop'))],
    ['store', store(inputs, before('store'))],
    ['monitoring', monitoring(inputs)],
    ['services', services(inputs)],
    ['notifiers', notifiers(inputs)],
    ['endpoint', endpoint(inputs)],
    ['keyring', keyring(inputs)],
  ];
  return lines.flatMap(([component, verdict]) => (verdict ? [{ component, ...verdict, time: inputs.now }] : []));
}

function databases(inputs: HealthInputs): Verdict {
  const all = inputs.databases;
  const broken = all.filter(({ problems }) => problems.some((code) => BROKEN.has(code))).length;
  const troubled = all.filter(({ problems }) => problems.length > 0).length;
  const status = broken > 0 ? 'fail' : troubled > 0 ? 'warn' : 'pass';
  const params = { count: all.length, troubled, broken };
  return {
    status,
    key: all.length === 0 ? 'none' : status,
    params,
    observedValue: troubled,
    observedUnit: 'databases',
  };
}

function backups({ databases: all, now }: HealthInputs): Verdict {
  const bare = all.filter((database) => database.lastProvedAt === null);
  const waiting = bare.length > 0 && bare.every((database) => database.backingUp);
  const overdue = all.filter((database) => database.overdue).length;
  const ages = all.flatMap(({ lastProvedAt }) =>
    lastProvedAt === null ? [] : [(Date.parse(now) - Date.parse(lastProvedAt)) / HOUR_MS],
  );
  const unit = 'h';
  const observedValue = ages.length > 0 ? Math.max(0, ...ages) : null;
  const params = { count: all.length, bare: bare.length, overdue };
  const line = (status: HealthStatus, key: string): Verdict => ({
    status,
    key,
    params,
    observedValue,
    observedUnit: unit,
  });
  if (all.length === 0) return line('pass', 'none');
  if (bare.length > 0 && !waiting) return line('fail', 'fail');
  if (overdue > 0) return line('warn', 'warn');
  return waiting ? line('warn', 'none') : line('pass', 'pass');
}

/** A folder that was never needed is no fault; one that is gone took the backups with it. */
function backupFolder({ backupFolder: state, databases: all }: HealthInputs): Verdict | null {
  if (state === null) return null;
  const had = all.some(({ lastProvedAt }) => lastProvedAt !== null);
  const verdicts: Record<typeof state, Pick<Verdict, 'status' | 'key'>> = {
    usable: { status: 'pass', key: 'pass' },
    absent: had ? { status: 'fail', key: 'gone' } : { status: 'pass', key: 'absent' },
    unusable: { status: 'fail', key: 'fail' },
  };
  return { ...verdicts[state], params: {}, observedValue: state === 'usable' ? 1 : 0, observedUnit: 'writable' };
}

/** Of several disks the worst. */
function disk({ samples }: HealthInputs, before: HealthStatus): Verdict | null {
  const disks = (samples.at(-1)?.disks ?? []).filter(({ totalBytes }) => totalBytes > 0);
  const fullness = ({ usedBytes, totalBytes }: MetricSample['disks'][number]) => usedBytes / totalBytes;
  const worst = disks.toSorted((a, b) => fullness(b) - fullness(a))[0];
  if (!worst) return null;
  const freeBytes = worst.totalBytes - worst.usedBytes;
  const level = levelOf(fullness(worst), DISK, before);
  const status = level === 'fail' && freeBytes >= DISK_LITTLE_BYTES ? 'warn' : level;
  const params = { mount: worst.mount, freeBytes, totalBytes: worst.totalBytes };
  return { status, key: status, params, observedValue: freeBytes, observedUnit: 'bytes' };
}

function memory({ samples }: HealthInputs, before: HealthStatus): Verdict | null {
  const last = samples.at(-1);
  if (!last || last.memoryTotalBytes <= 0) return null;
  const used = last.memoryUsedBytes / last.memoryTotalBytes;
  const status = levelOf(used, MEMORY, before);
  const params = { usedBytes: last.memoryUsedBytes, totalBytes: last.memoryTotalBytes };
  return { status, key: status, params, observedValue: percent(used), observedUnit: '%' };
}

/** The average of the last ten minutes, each sample weighted by the time that it stands for. */
function cpu({ samples }: HealthInputs, before: HealthStatus): Verdict | null {
  const first = samples[0];
  if (!first) return null;
  let busyMs = 0;
  let knownMs = 0;
  let previousMs = Date.parse(first.at);
  for (const { at, cpuFraction } of samples.slice(1)) {
    const atMs = Date.parse(at);
    const stepMs = atMs - previousMs;
    previousMs = atMs;
    if (stepMs <= 0 || stepMs > LONGEST_STEP_MS) continue;
    busyMs += cpuFraction * stepMs;
    knownMs += stepMs;
  }
  const average = knownMs > 0 ? busyMs / knownMs : first.cpuFraction;
  const status = knownMs >= CPU_AT_LEAST_MS ? levelOf(average, CPU, before) : 'pass';
  const params = { minutes: Math.round(knownMs / MINUTE_MS) };
  return { status, key: status, params, observedValue: percent(average), observedUnit: '%' };
}

/** The worst 99th percentile of the last minute: percentiles are not averaged. */
function eventLoop({ samples, now }: HealthInputs, before: HealthStatus): Verdict | null {
  const fromMs = Date.parse(now) - LOOP_WINDOW_MS;
  const recent = samples.filter(({ at }) => Date.parse(at) >= fromMs);
  if (recent.length === 0) return null;
  const worstMs = Math.max(...recent.map(({ own }) => own.loopDelayP99Ms));
  const status = levelOf(worstMs, LOOP_DELAY_MS, before);
  const maxMs = Math.round(Math.max(...recent.map(({ own }) => own.loopDelayMaxMs)));
  return { status, key: status, params: { maxMs }, observedValue: Math.round(worstMs), observedUnit: 'ms' };
}

function store({ store: state }: HealthInputs, before: HealthStatus): Verdict | null {
  if (!state) return null;
  const slow = state.tookMs >= (before === 'warn' ? STORE_MS.clear : STORE_MS.trigger);
  const status = state.fault !== null ? 'fail' : slow ? 'warn' : 'pass';
  const params: Record<string, string> = state.fault === null ? {} : { detail: state.fault };
  return { status, key: status, params, observedValue: Math.round(state.tookMs), observedUnit: 'ms' };
}

function levelOf(value: number, { warn, fail }: Thresholds, before: HealthStatus): HealthStatus {
  if (value >= (before === 'fail' ? fail.clear : fail.trigger)) return 'fail';
  return value >= (before === 'pass' ? warn.trigger : warn.clear) ? 'warn' : 'pass';
}

const percent = (fraction: number): number => Math.round(fraction * 1_000) / 10;
