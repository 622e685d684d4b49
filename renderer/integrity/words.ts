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
 * Checks whose findings still hold, newest first: the newest, and the newest full one as long as only quick ones followed,
 * which look at no index and may have been cut short. `checks`: newest first. `damaged`: damage is known and not over.
 */
export function standingChecks(checks: readonly IntegrityRecord[], damaged: boolean): IntegrityRecord[] {
  const [newest] = checks;
  if (!newest) return [];
  const full = checks.find(({ depth }) => depth === 'full');
  if (!full || newest.depth === 'full') return [newest];
  const hidden =
    full.outcome === 'damaged'
      ? damaged && newest.outcome !== 'damaged'
      : full.outcome === 'violations' && isCut(newest);
  return hidden ? [newest, full] : [newest];
}

/** References may not have been followed. */
const isCut = ({ incomplete }: IntegrityRecord): boolean => incomplete !== null;

export interface CardLine {
  tone: Tone;
  text: string;
  /** Time that the text speaks of. */
  at: string | null;
}

/** What Status says in one line; the worst first. */
export function cardLines(status: IntegrityStatus, texts: Texts, now: number): CardLine[] {
  const { last, damaged, brokenRules, offendingRows, failingRules } = status;
  const { t, format } = texts;
  const lines: CardLine[] = [];
  if (damaged) {
    const text = last?.outcome === 'damaged' ? outcomeWords(last, texts) : t('integrity.card.damaged');
    lines.push({ tone: 'bad', text, at: null });
  }
  if (last?.outcome === 'violations')
    lines.push({ tone: 'warn', text: outcomeWords(last, texts), at: last.finishedAt });
  if (brokenRules > 0) {
    const rows = t('integrity.card.rows', { count: offendingRows, rows: format.number(offendingRows) });
    lines.push({ tone: 'warn', text: t('integrity.card.rulesBroken', { count: brokenRules, rows }), at: null });
  }
  if (failingRules > 0) {
    lines.push({ tone: 'warn', text: t('integrity.card.rulesFailing', { count: failingRules }), at: null });
  }
  const checked = checkedLine(status, texts, now);
  return checked ? [...lines, checked] : lines;
}

/** When it was checked; null where that is said already, or would sound well beside damage. */
function checkedLine({ last, damaged }: IntegrityStatus, { t, format }: Texts, now: number): CardLine | null {
  if (damaged || last?.outcome === 'violations') return null;
  if (last === null) return { tone: 'muted', text: t('integrity.card.never'), at: null };
  const { outcome, depth, finishedAt } = last;
  const key =
    outcome === 'damaged' ? 'soundSince' : outcome === 'incomplete' ? outcome : depth === 'full' ? 'ok' : 'quickOk';
  const tone = outcome === 'damaged' ? 'ok' : OUTCOME_TONE[outcome];
  return { tone, text: t(`integrity.card.${key}`, { time: format.relative(finishedAt, now) }), at: finishedAt };
}
