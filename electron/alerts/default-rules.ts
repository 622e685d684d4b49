/** The rules that come with Holdfast. Only what needs somebody now is HIGH or CRITICAL; LOW is seen, never told. */
import type { AlertLevel, RuleConfig } from '@shared/alerting';
import type { Severity } from '@shared/errors';

const level = (
  severity: Severity,
  trigger: number,
  clear: number,
  andBelow: AlertLevel['andBelow'] = null,
): AlertLevel => ({ severity, trigger, clear, andBelow });

type Preset = Pick<RuleConfig, 'name' | 'metric' | 'levels'> &
  Partial<Omit<RuleConfig, 'preset' | 'name' | 'metric' | 'levels'>>;

/** By the key of their texts. Names are for people who read the rules elsewhere than in the window. */
const PRESETS: Record<string, Preset> = {
  'cpu-busy': {
    name: 'Processor load',
    metric: 'cpu.busy',
    aggregate: 'avg',
    windowSeconds: 600,
    levels: [level('LOW', 0.85, 0.75), level('MEDIUM', 0.95, 0.85)],
  },
  'memory-used': {
    name: 'Memory in use',
    metric: 'memory.used',
    aggregate: 'avg',
    windowSeconds: 120,
    levels: [level('MEDIUM', 0.9, 0.8), level('HIGH', 0.98, 0.9)],
    // This one also tells that the machine is no longer measured at all.
    noDataSeconds: 600,
  },
  'swap-used': {
    name: 'Swap in use',
    metric: 'swap.used',
    aggregate: 'avg',
    windowSeconds: 600,
    levels: [level('LOW', 0.8, 0.6)],
  },
  'disk-used': {
    name: 'Disk space in use',
    metric: 'disk.used',
    forSeconds: 60,
    levels: [level('MEDIUM', 0.9, 0.8), level('CRITICAL', 0.98, 0.9, { name: 'disk.free', value: 5e9 })],
  },
  'disk-full-in': {
    name: 'Disk full soon',
    metric: 'disk.full-in',
    direction: 'below',
    forSeconds: 1_800,
    keepSeconds: 1_800,
    levels: [level('HIGH', 8, 12)],
  },
  'pressure-cpu': {
    name: 'Waiting for the processor',
    metric: 'pressure.cpu',
    aggregate: 'avg',
    windowSeconds: 600,
    levels: [level('LOW', 0.4, 0.2)],
  },
  'pressure-memory': {
    name: 'Waiting for memory',
    metric: 'pressure.memory',
    aggregate: 'avg',
    windowSeconds: 300,
    levels: [level('LOW', 0.2, 0.1)],
  },
  'pressure-io': {
    name: 'Waiting for disks',
    metric: 'pressure.io',
    aggregate: 'avg',
    windowSeconds: 600,
    levels: [level('LOW', 0.4, 0.2)],
  },
  // A backup that is late by its schedule is a problem of its own; this is the line for any schedule.
  'backup-age': {
    name: 'Age of the newest backup',
    metric: 'backup.age',
    forSeconds: 300,
    keepSeconds: 0,
    levels: [level('MEDIUM', 192, 168)],
  },
  'operation-errors': {
    name: 'Failing operations',
    metric: 'operation.errors',
    aggregate: 'avg',
    windowSeconds: 3_600,
    // What fails is a problem with words of its own already.
    levels: [level('LOW', 0.01, 0.005)],
  },
  'app-down': {
    name: 'Unreachable applications',
    metric: 'app.up',
    direction: 'below',
    forSeconds: 120,
    keepSeconds: 60,
    levels: [level('HIGH', 0.5, 0.9)],
  },
  'loop-delay': {
    name: 'Responsiveness of Holdfast',
    metric: 'own.loop-p99',
    aggregate: 'avg',
    windowSeconds: 300,
    forSeconds: 120,
    levels: [level('LOW', 200, 100)],
  },
};

export const DEFAULT_RULES: readonly (RuleConfig & { preset: string })[] = Object.entries(PRESETS).map(
  ([preset, config]) => ({
    preset,
    enabled: true,
    aggregate: 'last',
    windowSeconds: 0,
    direction: 'above',
    forSeconds: 60,
    keepSeconds: 300,
    noDataSeconds: 0,
    channelIds: null,
    ...config,
  }),
);
