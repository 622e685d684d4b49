/** A rule while it is edited: thresholds as they are typed, and what keeps them from being a rule. */
import type { AlertLevel, RuleConfig } from '@shared/alerting';
import { SEVERITIES, type Severity } from '@shared/errors';
import type { MetricUnit } from '@shared/metrics';
import { readThreshold, thresholdText } from '@/alerts/values';

export interface LevelDraft {
  severity: Severity;
  trigger: string;
  clear: string;
  andBelow: AlertLevel['andBelow'];
}
export interface RuleDraft extends Omit<RuleConfig, 'levels'> {
  levels: LevelDraft[];
}

export interface LevelFaults {
  severity?: 'twice';
  trigger?: 'number' | 'order';
  clear?: 'number' | 'equal' | 'side';
}
export interface RuleFaults {
  name?: true;
  metric?: true;
  window?: true;
  /** One for each level, in their order. */
  levels: LevelFaults[];
}

export function draftOf(config: RuleConfig, unit: MetricUnit): RuleDraft {
  return {
    ...config,
    levels: config.levels.map((level) => ({
      ...level,
      trigger: thresholdText(level.trigger, unit),
      clear: thresholdText(level.clear, unit),
    })),
  };
}

/** A rule of the user's own to begin with. */
export function newRule(): RuleDraft {
  return {
    preset: null,
    name: '',
    enabled: true,
    metric: '',
    aggregate: 'avg',
    windowSeconds: 300,
    direction: 'above',
    levels: [{ severity: 'MEDIUM', trigger: '', clear: '', andBelow: null }],
    forSeconds: 60,
    keepSeconds: 300,
    noDataSeconds: 0,
    channelIds: null,
  };
}

const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);

/** The next severity that no level has; null when there is none. */
export function freeSeverity(levels: readonly LevelDraft[]): Severity | null {
  const taken = new Set(levels.map(({ severity }) => severity));
  return SEVERITIES.toReversed().find((severity) => !taken.has(severity)) ?? null;
}

/** The rule that a draft stands for; null with what is wrong when it is none. `unit` is that of its metric. */
export function readDraft(draft: RuleDraft, unit: MetricUnit): { config: RuleConfig | null; faults: RuleFaults } {
  const faults: RuleFaults = { levels: [] };
  if (draft.preset === null && draft.name.trim() === '') faults.name = true;
  if (draft.metric === '') faults.metric = true;
  if (draft.aggregate !== 'last' && draft.windowSeconds === 0) faults.window = true;
  const read = draft.levels.map((level) => ({
    severity: level.severity,
    trigger: readThreshold(level.trigger, unit),
    clear: readThreshold(level.clear, unit),
    andBelow: level.andBelow,
  }));
  faults.levels = read.map((level, index) => levelFaults(level, read.slice(0, index), read, draft.direction));
  const sound =
    !faults.name && !faults.metric && !faults.window && faults.levels.every((one) => Object.keys(one).length === 0);
  if (!sound) return { config: null, faults };
  const levels = read
    .map(({ trigger, clear, ...level }) => ({ ...level, trigger: trigger ?? 0, clear: clear ?? 0 }))
    .sort((a, b) => rank(a.severity) - rank(b.severity));
  const windowSeconds = draft.aggregate === 'last' ? 0 : draft.windowSeconds;
  return { config: { ...draft, name: draft.name.trim(), windowSeconds, levels }, faults };
}

type ReadLevel = Pick<LevelDraft, 'severity'> & { trigger: number | null; clear: number | null };

function levelFaults(
  level: ReadLevel,
  before: readonly ReadLevel[],
  all: readonly ReadLevel[],
  direction: RuleConfig['direction'],
): LevelFaults {
  const faults: LevelFaults = {};
  const { severity, trigger, clear } = level;
  const further = (a: number, b: number): boolean => (direction === 'above' ? a > b : a < b);
  if (before.some((other) => other.severity === severity)) faults.severity = 'twice';
  if (trigger === null) faults.trigger = 'number';
  else {
    const lighter = all.filter((other) => rank(other.severity) < rank(severity));
    if (lighter.some((other) => other.trigger !== null && !further(trigger, other.trigger))) faults.trigger = 'order';
  }
  if (clear === null) faults.clear = 'number';
  else if (trigger !== null && clear === trigger) faults.clear = 'equal';
  else if (trigger !== null && !further(trigger, clear)) faults.clear = 'side';
  return faults;
}
