/** What a business rule says, in words. */
import type { DataRuleStatus } from '@shared/integrity';
import type { Texts } from '@/i18n';
import { SEVERITY_TONE, type Tone } from '@/tone';

/** More rows break it than it allows. */
export const isBroken = ({ config, last }: DataRuleStatus): boolean =>
  config.enabled && (last?.count ?? 0) > config.alert.above;

export function countWords({ count, atLeast }: NonNullable<DataRuleStatus['last']>, { t, format }: Texts): string {
  return t(atLeast ? 'dataRules.atLeast' : 'dataRules.rows', { count, rows: format.number(count) });
}

/** State of a rule. One that could not be asked is neither well nor broken. */
export function ruleState(rule: DataRuleStatus, texts: Texts): { tone: Tone; text: string } {
  const { config, last, course } = rule;
  const { t } = texts;
  if (!config.enabled) return { tone: 'muted', text: t('dataRules.paused') };
  if (last === null) return { tone: 'muted', text: t('dataRules.notAsked') };
  if (last.error !== null) {
    const before = course.length > 0 ? `, ${t('dataRules.failedBefore', { rows: countWords(last, texts) })}` : '';
    return { tone: 'warn', text: `${t('dataRules.failed')}${before}` };
  }
  if (!isBroken(rule)) {
    return { tone: 'ok', text: last.count === 0 ? t('dataRules.holds') : countWords(last, texts) };
  }
  const tone = config.alert.enabled && SEVERITY_TONE[config.alert.severity] === 'bad' ? 'bad' : 'warn';
  return { tone, text: countWords(last, texts) };
}
