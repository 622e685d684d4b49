/** Checks in words, and what of them still holds. */
import type { IntegrityRecord, IntegrityStatus } from '@shared/integrity';
import type { Texts } from '@/i18n';
import type { Tone } from '@/tone';

/** So many faults are kept of a check at most. */
export const MOST_FAULTS = 100;

export const OUTCOME_TONE: Record<IntegrityRecord['outcome'], Tone> = {
  ok: 'ok',
  violations: 'warn',
  damaged: 'bad',
  incomplete: 'warn',
};

type Found = Pick<IntegrityRecord, 'outcome' | 'depth' | 'faults' | 'foreignKeyViolations'>;

/** "Sound", "12 rows without a parent". */
export function outcomeWords({ outcome, depth, faults, foreignKeyViolations }: Found, { t, format }: Texts): string {
  switch (outcome) {
    case 'ok':
      return t(depth === 'full' ? 'integrity.outcome.ok' : 'integrity.outcome.quickOk');
    case 'violations':
      return t('integrity.outcome.violations', {
        count: foreignKeyViolations,
        rows: format.number(foreignKeyViolations),
      });
    case 'damaged': {
      const count = Math.max(1, faults.length);
      if (count >= MOST_FAULTS) return t('integrity.outcome.damagedMany', { rows: count });
      return t('integrity.outcome.damaged', { count, rows: count });
    }
    case 'incomplete':
      return t('integrity.outcome.incomplete');
  }
}

export function meaningWords(check: Pick<IntegrityRecord, 'outcome' | 'depth' | 'incomplete'>, { t }: Texts): string {
  if (check.outcome === 'ok' && check.depth === 'quick') return t('integrity.meaning.quickOk');
  return t(`integrity.meaning.${check.outcome}`, { reason: check.incomplete ?? '–' });
}

/**
 * Checks whose findings still hold, newest first: the newest, and the newest full one while only quick ones, which look
 * at less, followed and found no more. `checks`: newest first.
 */
export function standingChecks(checks: readonly IntegrityRecord[]): IntegrityRecord[] {
  const [newest] = checks;
  if (!newest) return [];
  const full = checks.find(({ depth }) => depth === 'full');
  const hidden = newest.depth === 'quick' && newest.outcome !== 'damaged' && full !== undefined;
  return hidden && (full.outcome === 'violations' || full.outcome === 'damaged') ? [newest, full] : [newest];
}

export interface CardLine {
  tone: Tone;
  text: string;
  /** Time that the text speaks of. */
  at: string | null;
}

/** What Status says in one line; the worst first. */
export function cardLines(
  { last, brokenRules, offendingRows, failingRules }: IntegrityStatus,
  texts: Texts,
  now: number,
) {
  const { t, format } = texts;
  const lines: CardLine[] = [];
  if (last?.outcome === 'damaged' || last?.outcome === 'violations') {
    lines.push({ tone: OUTCOME_TONE[last.outcome], text: outcomeWords(last, texts), at: last.finishedAt });
  }
  if (brokenRules > 0) {
    const rows = t('integrity.card.rows', { count: offendingRows, rows: format.number(offendingRows) });
    lines.push({ tone: 'warn', text: t('integrity.card.rulesBroken', { count: brokenRules, rows }), at: null });
  }
  if (failingRules > 0) {
    lines.push({ tone: 'warn', text: t('integrity.card.rulesFailing', { count: failingRules }), at: null });
  }
  if (last === null) lines.push({ tone: 'muted', text: t('integrity.card.never'), at: null });
  else if (last.outcome === 'ok' || last.outcome === 'incomplete') {
    const time = format.relative(last.finishedAt, now);
    const key = last.outcome === 'ok' ? (last.depth === 'full' ? 'ok' : 'quickOk') : 'incomplete';
    const text = t(`integrity.card.${key}`, { time });
    lines.push({ tone: OUTCOME_TONE[last.outcome], text, at: last.finishedAt });
  }
  return lines;
}
