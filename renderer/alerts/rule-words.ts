/** A rule in words: "Processor, average of 10 minutes, above 85 % for 5 minutes; well again under 75 %". */
import type { AlertLevel, AlertRule, RuleConfig } from '@shared/alerting';
import { METRICS, parseMetricKey } from '@shared/metrics';
import type { TextKey } from '@shared/text';
import { numberFormat } from '@/format/held';
import type { Texts } from '@/i18n';
import { hasSubjects, type KnownMetrics, metricWords, subjectWords, unitOf } from './metric-words';
import { limitWords } from './values';

/** Name of a rule: its text for one that came with Holdfast. */
export function ruleName({ preset, name }: Pick<RuleConfig, 'preset' | 'name'>, { shared }: Texts): string {
  return preset === null ? name : shared(`alertRule.${preset}` as TextKey);
}

/** What it means when a rule fires; empty for a rule of the user's own. */
export const ruleEffect = ({ preset }: Pick<RuleConfig, 'preset'>, { shared }: Texts): string =>
  preset === null ? '' : shared(`alertRuleEffect.${preset}` as TextKey);

/** A span of whole seconds in words, without losing any: 90 s are "90 seconds", 5400 s "90 minutes". */
export function spanWords(seconds: number, { format }: Texts): string {
  const [unit, size] =
    seconds % 86_400 === 0 && seconds > 86_400
      ? (['day', 86_400] as const)
      : seconds % 3_600 === 0
        ? (['hour', 3_600] as const)
        : seconds % 60 === 0
          ? (['minute', 60] as const)
          : (['second', 1] as const);
  return numberFormat(format.locale, { style: 'unit', unit, unitDisplay: 'long' }).format(seconds / size);
}

/** What is compared: the metric, or what is made of its last minutes. */
export function measuredWords(config: RuleConfig, known: KnownMetrics, texts: Texts): string {
  const metric = metricWords(config.metric, known, texts);
  const { aggregate, windowSeconds } = config;
  if (aggregate === 'last' || windowSeconds === 0) return metric;
  return texts.t(`rules.measured.${aggregate}`, { metric, window: spanWords(windowSeconds, texts) });
}

/** What is watched, for a list that names the rule already: only what its name does not say. */
export function watchedWords(config: RuleConfig, known: KnownMetrics, texts: Texts): string {
  const { t, shared, format } = texts;
  const parsed = parseMetricKey(config.metric);
  const named = parsed !== null && shared(`metric.${parsed.name}`) === ruleName(config, texts);
  const subject =
    parsed && parsed.subject === null && hasSubjects(parsed.name, known) ? METRICS[parsed.name].group : null;
  const metric = !named
    ? metricWords(config.metric, known, texts)
    : subject
      ? t(`rules.each.${subject}`)
      : parsed.subject === null
        ? null
        : subjectWords(config.metric, known, shared);
  const { aggregate, windowSeconds, forSeconds } = config;
  const parts = [
    metric,
    aggregate === 'last' || windowSeconds === 0
      ? null
      : t(`rules.over.${aggregate}`, { window: spanWords(windowSeconds, texts) }),
    forSeconds > 0 ? t('rules.forWords', { time: spanWords(forSeconds, texts) }) : t('rules.withoutWaiting'),
  ].filter((part) => part !== null);
  const line = parts.join(' · ');
  return line.charAt(0).toLocaleUpperCase(format.locale) + line.slice(1);
}

/** When a level fires: "above 85 % for 5 minutes". */
export function firesWords(config: RuleConfig, level: AlertLevel, known: KnownMetrics, texts: Texts): string {
  const { t } = texts;
  const value = thresholdWords(config, level.trigger, known, texts);
  const { direction, forSeconds } = config;
  const fires =
    forSeconds > 0
      ? t(`rules.fires.${direction}For`, { value, time: spanWords(forSeconds, texts) })
      : t(`rules.fires.${direction}`, { value });
  return level.andBelow
    ? t('rules.fires.and', { fires, second: secondWords(config, level.andBelow, known, texts) })
    : fires;
}

/** When a level is over: "well again under 75 % for 5 minutes". */
export function clearsWords(config: RuleConfig, level: AlertLevel, known: KnownMetrics, texts: Texts): string {
  const { t } = texts;
  const value = thresholdWords(config, level.clear, known, texts);
  const { direction, keepSeconds } = config;
  return keepSeconds > 0
    ? t(`rules.clears.${direction}For`, { value, time: spanWords(keepSeconds, texts) })
    : t(`rules.clears.${direction}`, { value });
}

/** The whole condition of one level in a sentence. */
export function ruleSentence(config: RuleConfig, level: AlertLevel, known: KnownMetrics, texts: Texts): string {
  return texts.t('rules.sentence', {
    measured: measuredWords(config, known, texts),
    fires: firesWords(config, level, known, texts),
    clears: clearsWords(config, level, known, texts),
  });
}

/** A level in a few words: "above 85 %". */
export function levelWords(config: RuleConfig, level: AlertLevel, known: KnownMetrics, texts: Texts): string {
  return texts.t(`rules.level.${config.direction}`, { value: thresholdWords(config, level.trigger, known, texts) });
}

/** The metric of a level's second condition and its limit: "disk space free below 5 GB". */
export function secondWords(
  config: Pick<RuleConfig, 'metric'>,
  { name, value }: NonNullable<AlertLevel['andBelow']>,
  known: KnownMetrics,
  texts: Texts,
): string {
  const parsed = parseMetricKey(name);
  const metric = parsed ? texts.shared(`metric.${parsed.name}`) : name;
  const subject = parseMetricKey(config.metric)?.subject;
  const { unit } = unitOf(subject == null ? name : `${name}:${subject}`, known);
  return texts.t('rules.second', { metric, value: limitWords(value, unit, texts) });
}

function thresholdWords(config: RuleConfig, value: number, known: KnownMetrics, texts: Texts): string {
  const { unit, unitLabel } = unitOf(config.metric, known);
  return limitWords(value, unit, texts, unitLabel);
}

/** The level of a rule that an alert of a severity belongs to; the first when the rule was changed since. */
export function levelOf(rule: AlertRule, severity: AlertLevel['severity']): AlertLevel | undefined {
  return rule.config.levels.find((level) => level.severity === severity) ?? rule.config.levels[0];
}
