/** Rules: whether one makes sense, which keys it stands for, and what an alert of it says. */
import { type AlertRule, RuleConfig } from '@shared/alerting';
import type { Place } from '@shared/ipc';
import { METRICS, type MetricGroup, type MetricName, parseMetricKey } from '@shared/metrics';
import { holdfastError, type HoldfastError } from '../errors/holdfast-error';
import type { MachineConfig } from './machine';
import { rank } from './record';
import { databaseGroup } from './signals';
import type { Watch } from './watch';

/** Source group of the alerts about a metric; of those about a database it is that database's. */
const GROUPS: Record<MetricGroup, string> = {
  machine: 'machine',
  disk: 'machine',
  network: 'machine',
  gpu: 'machine',
  holdfast: 'holdfast',
  operation: 'holdfast',
  backup: 'backups',
  application: 'applications',
  business: 'business',
  probe: 'probes',
};

/**
 * The rule as it is kept. `others`: the rules there are; the one with the same id is not another.
 * @throws INVALID_INPUT with the reason
 */
export function requireRule(config: RuleConfig, id: string | null, others: readonly AlertRule[]): RuleConfig {
  const parsed = RuleConfig.safeParse(config);
  if (!parsed.success)
    throw refused(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  const rule = parsed.data;
  if (!parseMetricKey(rule.metric)) throw refused(`there is no metric ${rule.metric}`);
  const name = rule.name.toLowerCase();
  if (others.some((other) => other.id !== id && other.config.name.toLowerCase() === name)) {
    throw refused(`another rule is named ${rule.name}`);
  }
  const above = rule.direction === 'above';
  for (const [index, level] of rule.levels.entries()) {
    const { andBelow } = level;
    if (andBelow && !Object.hasOwn(METRICS, andBelow.name)) throw refused(`there is no metric ${andBelow.name}`);
    const milder = rule.levels[index - 1];
    if (!milder) continue;
    if (rank(level.severity) <= rank(milder.severity)) throw refused('levels go from mild to severe');
    const further = above ? level.trigger >= milder.trigger : level.trigger <= milder.trigger;
    if (!further) throw refused('a more severe level lies nearer than a milder one');
  }
  return rule;
}

const refused = (reason: string): HoldfastError => holdfastError('INVALID_INPUT', { params: { reason } });

export const machineOf = ({
  direction,
  levels,
  forSeconds,
  keepSeconds,
  noDataSeconds,
}: RuleConfig): MachineConfig => ({
  direction,
  levels,
  forMs: forSeconds * 1_000,
  keepMs: keepSeconds * 1_000,
  noDataMs: noDataSeconds * 1_000,
});

/** What one rule watches of one key. */
export interface RuleWatch extends Watch {
  config: RuleConfig;
  metric: string;
}

export function watchOfRule(rule: AlertRule, metric: string, subjectLabel: (key: string) => string | null): RuleWatch {
  const { id, config } = rule;
  return {
    key: ruleKey(id, metric),
    config,
    metric,
    machine: machineOf(config),
    severities: config.levels.map(({ severity }) => severity),
    thresholds: config.levels.map(({ trigger }) => trigger),
    describe: () => describe(rule, metric, subjectLabel),
  };
}

function describe({ id, config }: AlertRule, metric: string, subjectLabel: (key: string) => string | null) {
  const parsed = parseMetricKey(metric);
  const subject = parsed?.subject == null ? null : (subjectLabel(metric) ?? parsed.subject);
  const facts = parsed ? METRICS[parsed.name] : null;
  const ofMachine = facts?.group === 'machine';
  const plain = subject === null ? 'rule' : 'rule-subject';
  return {
    source: { type: 'rule' as const, ruleId: id, metric },
    titleKey: config.preset ?? plain,
    troubleTitles: { 'no-data': ofMachine ? 'no-data-machine' : 'no-data', error: 'evaluation-failed' },
    params: { name: config.name, ...(subject === null ? {} : { subject }) },
    unit: facts?.unit ?? ('number' as const),
    ...placeOf(parsed),
    dependsOn: [],
    channelIds: config.channelIds,
    evaluated: {
      aggregate: config.aggregate,
      windowSeconds: config.windowSeconds,
      forSeconds: config.forSeconds,
    },
  };
}

function placeOf(parsed: ReturnType<typeof parseMetricKey>): { group: string; place: Place } {
  if (parsed?.name === 'backup.age' && parsed.subject !== null) {
    const databaseId = parsed.subject;
    return { group: databaseGroup(databaseId), place: { tab: 'backups', databaseId } };
  }
  return { group: parsed ? GROUPS[METRICS[parsed.name].group] : 'machine', place: { tab: 'performance' } };
}

const ruleKey = (id: string, metric: string): string => `rule:${id}:${metric}`;

/** The keys a rule stands for: its own, or each that is known of its metric. */
export function keysOfRule(
  { metric, noDataSeconds }: RuleConfig,
  known: ReadonlyMap<MetricName, readonly string[]>,
): readonly string[] {
  if (metric.includes(':')) return [metric];
  const parsed = parseMetricKey(metric);
  if (!parsed) return [];
  const keys = known.get(parsed.name) ?? [];
  if (keys.length > 0 || noDataSeconds === 0) return keys;
  // Never measured at all: of what has no subjects that is worth telling.
  const { group } = METRICS[parsed.name];
  return group === 'machine' || group === 'holdfast' ? [metric] : [];
}
