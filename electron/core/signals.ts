/** What is judged elsewhere, as signals for the alerts: open problems, probes that are down, targets that are missed. */
import { ERRORS, SEVERITIES } from '@shared/errors';
import type { ErrorGroup } from '@shared/error-groups';
import type { DataRuleStatus } from '@shared/integrity';
import type { Problem } from '@shared/models';
import type { BusinessStatus, ProbeStatus } from '@shared/monitoring';
import { probeKey, problemKey, type Signal } from '../alerts/signals';
import { isBroken } from '../rules/verdict';

export interface SignalInputs {
  problems: readonly Problem[];
  probes: readonly ProbeStatus[];
  business: readonly BusinessStatus[];
  dataRules: readonly DataRuleStatus[];
  /** Groups of errors that need somebody. */
  errorGroups: readonly ErrorGroup[];
  nowMs: number;
  databaseName: (databaseId: string) => string | null;
}

/** Days before the end of a certificate from which on it is as bad as the service being down. */
const LAST_DAYS = 3;
/** A group of errors that is silent for so long is no alert any more; it still needs somebody. */
const ERRORS_QUIET_MS = 3_600_000;
/** Alerts for groups of one application at a time: who has so many looks at the list. */
const MOST_ERROR_ALERTS = 20;

export const certificateKey = (probeId: string): string => `certificate:${probeId}`;
export const businessAlertKey = (metricId: string): string => `business:${metricId}`;
export const errorGroupAlertKey = (groupId: string): string => `error-group:${groupId}`;
export const dataRuleAlertKey = (ruleId: string): string => `data-rule:${ruleId}`;
const databaseGroup = (databaseId: string): string => `database:${databaseId}`;

/** Everything that is wrong by these judges now; what is not in the answer is over. Pure. */
export function currentSignals({
  problems,
  probes,
  business,
  dataRules,
  errorGroups,
  nowMs,
  databaseName,
}: SignalInputs): Signal[] {
  return [
    ...problems
      // Told when it ends, to whoever asked for the restore; and, of a channel, by the outbox to the other channels.
      .filter(({ code }) => ERRORS[code].class !== 'restore' && code !== 'CHANNEL_FAILING')
      .map((problem) => problemSignal(problem, problem.databaseId === null ? null : databaseName(problem.databaseId))),
    ...probes.flatMap((probe) => [downSignal(probe), certificateSignal(probe)].filter((signal) => signal !== null)),
    ...business.flatMap((figure) => businessSignal(figure) ?? []),
    ...dataRules.flatMap((rule) => dataRuleSignal(rule, databaseName(rule.config.databaseId)) ?? []),
    ...errorSignals(errorGroups, nowMs),
  ];
}

/** The title are the words of the error. */
function problemSignal({ id, code, databaseId, severity, params }: Problem, name: string | null): Signal {
  return {
    key: problemKey(code, databaseId),
    source: { type: 'problem', problemId: id, code, databaseId },
    severity,
    titleKey: name === null ? 'problem' : 'problem-of',
    params: { ...params, ...(name === null ? {} : { name }), code },
    value: null,
    threshold: null,
    unit: 'number',
    group: databaseId === null ? 'problems' : databaseGroup(databaseId),
    place: { tab: 'errors', problemId: id, ...(databaseId === null ? {} : { databaseId }) },
  };
}

/** So many of its last three tries failed. */
function downSignal({ id, config, state }: ProbeStatus): Signal | null {
  if (state !== 'down') return null;
  return {
    key: probeKey(id),
    source: { type: 'probe', probeId: id },
    severity: config.severity,
    titleKey: 'probe-down',
    params: { name: config.name },
    value: null,
    threshold: null,
    unit: 'fraction',
    group: 'probes',
    place: { tab: 'performance' },
  };
}

/** It says nothing while its service does not answer at all. */
function certificateSignal({ id, config, state, last }: ProbeStatus): Signal | null {
  if (config.kind !== 'http' || state === 'paused' || config.certificateDays === 0) return null;
  const daysLeft = last?.certificateDays ?? null;
  if (daysLeft === null || daysLeft > config.certificateDays) return null;
  return {
    key: certificateKey(id),
    source: { type: 'probe', probeId: id },
    // There are days to act, and none to lose sleep over.
    severity: daysLeft > LAST_DAYS ? 'MEDIUM' : config.severity,
    titleKey: 'certificate-ends',
    params: { name: config.name, count: Math.max(0, Math.floor(daysLeft)) },
    value: daysLeft,
    threshold: config.certificateDays,
    unit: 'days',
    group: 'probes',
    place: { tab: 'performance' },
    dependsOn: [probeKey(id)],
  };
}

/** A figure that misses its target, when somebody wants to hear of that. */
function businessSignal({ id, config, value, targetMet }: BusinessStatus): Signal | null {
  if (!config.enabled || config.severity === null || config.target === null || targetMet !== false) return null;
  return {
    key: businessAlertKey(id),
    source: { type: 'business', metricId: id },
    severity: config.severity,
    titleKey: 'business-target',
    params: { name: config.name },
    value,
    threshold: config.target.value,
    unit: config.unit,
    group: databaseGroup(config.databaseId),
    place: { tab: 'performance', databaseId: config.databaseId },
  };
}

/**
 * A rule that more rows break than it allows. A signal of its own and no problem: of problems there is one for each code
 * and database, and several broken rules of a database must each be seen, with the severity that each was given.
 */
function dataRuleSignal(rule: DataRuleStatus, name: string | null): Signal | null {
  const { id, config, last } = rule;
  if (!config.alert.enabled || last === null || name === null || !isBroken(rule)) return null;
  const { databaseId, alert } = config;
  return {
    key: dataRuleAlertKey(id),
    source: { type: 'data-rule', ruleId: id, databaseId },
    severity: alert.severity,
    // The words of the error.
    titleKey: 'problem',
    params: { code: 'RULE_BROKEN', name, rule: config.name, count: last.atLeast ? `${last.count}+` : last.count },
    value: last.count,
    threshold: alert.above,
    unit: 'count',
    group: databaseGroup(databaseId),
    place: { tab: 'backups', databaseId },
  };
}

/**
 * Groups of errors that applications sent; Holdfast's own are told as problems. The worst of an application first, then those
 * that are known for longest: a flood of new ones ends no alert.
 */
function errorSignals(groups: readonly ErrorGroup[], nowMs: number): Signal[] {
  const lately = groups.filter(
    ({ applicationId, lastSeenAt }) => applicationId !== null && nowMs - Date.parse(lastSeenAt) < ERRORS_QUIET_MS,
  );
  const counts = new Map<string, number>();
  return lately.toSorted(errorOrder).flatMap((group) => {
    const source = group.applicationId ?? '';
    const count = (counts.get(source) ?? 0) + 1;
    counts.set(source, count);
    return count > MOST_ERROR_ALERTS ? [] : [errorSignal(group)];
  });
}

const errorOrder = (a: ErrorGroup, b: ErrorGroup): number =>
  SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity) ||
  a.firstSeenAt.localeCompare(b.firstSeenAt, 'en') ||
  a.id.localeCompare(b.id, 'en');

function errorSignal({ id, applicationId, applicationName, title, severity, trend }: ErrorGroup): Signal {
  return {
    key: errorGroupAlertKey(id),
    source: { type: 'error-group', groupId: id },
    severity,
    titleKey: trend === 'returned' || trend === 'growing' ? `error-${trend}` : 'error-new',
    // Not `title`: that is what the whole makes.
    params: { name: applicationName, error: title },
    value: null,
    threshold: null,
    unit: 'count',
    group: `errors:${applicationId}`,
    place: { tab: 'errors', errorGroupId: id },
  };
}
