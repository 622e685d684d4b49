/** Checks in words, what of them still holds, and business rules as they are shown and typed. */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { DataRuleConfig, type DataRuleStatus, type IntegrityRecord, type IntegrityStatus } from '@shared/integrity';
import { currentTexts, startTexts, type Texts } from '@/i18n';
import { referenceWords } from '@/integrity/ReferencesPanel';
import { cardLines, meaningWords, outcomeWords, standingChecks } from '@/integrity/words';
import { NEW_RULE, readRuleDraft, ruleDraftOf } from '@/rules/rule-draft';
import { isBroken, ruleState } from '@/rules/words';

const NOW = Date.parse('2026-11-21T12:00:00Z');
let en: Texts;
let ko: Texts;
beforeAll(async () => {
  vi.stubGlobal('navigator', { language: 'en-GB' });
  await startTexts('en');
  en = currentTexts();
  const { default: i18next } = await import('i18next');
  await i18next.changeLanguage('ko');
  ko = currentTexts();
});

const check = (change: Partial<IntegrityRecord>): IntegrityRecord =>
  ({
    ...{ id: 'c', databaseId: 'd', depth: 'full', trigger: 'manual', outcome: 'ok', faults: [], tookMs: 900 },
    ...{ startedAt: '2026-11-21T08:59:00Z', finishedAt: '2026-11-21T09:00:00Z', foreignKeyViolations: 0 },
    ...{ foreignKeyExamples: [], incomplete: null },
    ...change,
  }) satisfies IntegrityRecord;

describe('the outcome of a check', () => {
  it('says sound only after a full check: a quick one has not looked everywhere', () => {
    expect(outcomeWords(check({}), en)).toBe('Sound');
    expect(outcomeWords(check({ depth: 'quick' }), en)).toBe('No fault found');
    expect(meaningWords(check({ depth: 'quick' }), en)).toMatch(/Indexes are looked at by a full check only/);
  });
  it('counts what was found, and does not count on what was cut', () => {
    expect(outcomeWords(check({ outcome: 'violations', foreignKeyViolations: 12 }), en)).toBe(
      '12 rows without a parent',
    );
    const faults = Array.from({ length: 100 }, (_, index) => `row ${index} missing from index i`);
    expect(outcomeWords(check({ outcome: 'damaged', faults: faults.slice(0, 3) }), en)).toBe('Damaged: 3 faults');
    expect(outcomeWords(check({ outcome: 'damaged', faults }), en)).toBe('Damaged: at least 100 faults');
    expect(outcomeWords(check({ outcome: 'damaged', faults }), ko)).toBe('손상됨: 결함 100개 이상');
  });
  it('gives the reason why it is not complete', () => {
    const text = meaningWords(check({ outcome: 'incomplete', incomplete: 'no such collation: ICU' }), en);
    expect(text).toContain('no such collation: ICU');
  });
});

describe('what still holds', () => {
  const full = (outcome: IntegrityRecord['outcome']) => check({ id: 'full', outcome, foreignKeyViolations: 3 });
  const quick = (outcome: IntegrityRecord['outcome'] = 'ok', incomplete: string | null = null) =>
    check({ id: 'quick', depth: 'quick', outcome, incomplete });
  const ids = (damaged: boolean, ...checks: IntegrityRecord[]) => standingChecks(checks, damaged).map(({ id }) => id);
  it('a quick check does not take back damage that a full one found, unless something proved it over', () => {
    expect(ids(true, quick(), quick(), full('damaged'))).toEqual(['quick', 'full']);
    expect(ids(true, quick('violations'), full('damaged'))).toEqual(['quick', 'full']);
    expect(ids(false, quick(), full('damaged'))).toEqual(['quick']);
    expect(ids(true, quick('damaged'), full('damaged'))).toEqual(['quick']);
  });
  it('it takes back rows without a parent only where it could follow every reference', () => {
    expect(ids(false, quick(), full('violations'))).toEqual(['quick']);
    expect(ids(false, quick('incomplete', 'no such collation: x'), full('violations'))).toEqual(['quick', 'full']);
  });
  it('a later full check takes everything back', () => {
    expect(ids(true, check({ id: 'new' }), full('damaged'))).toEqual(['new']);
    expect(ids(true, quick(), check({ id: 'new' }), full('damaged'))).toEqual(['quick']);
    expect(ids(false)).toEqual([]);
  });
});

describe('the line on the card', () => {
  const none: IntegrityStatus = {
    ...{ last: null, lastFullAt: null, damaged: false, rules: 0, rulesAskedAt: null },
    ...{ brokenRules: 0, offendingRows: 0, failingRules: 0 },
  };
  const lines = (change: Partial<IntegrityStatus>, texts = en) =>
    cardLines({ ...none, ...change }, texts, NOW).map(({ tone, text }) => `${tone}: ${text}`);
  it('says when it was checked, and how', () => {
    expect(lines({})).toEqual(['muted: Not checked yet']);
    expect(lines({ last: check({}) })).toEqual(['ok: Checked 3 hours ago, sound']);
    expect(lines({ last: check({ depth: 'quick' }) })).toEqual(['ok: Checked 3 hours ago, no fault found']);
    expect(lines({ last: check({ outcome: 'incomplete' }) })).toEqual(['warn: Checked 3 hours ago, not completely']);
    expect(lines({ last: check({ outcome: 'violations', foreignKeyViolations: 12 }) })).toEqual([
      'warn: 12 rows without a parent',
    ]);
  });
  it('has what is wrong first, and no line that sounds well beside damage', () => {
    const last = check({ outcome: 'damaged', faults: ['a'] });
    expect(lines({ last, damaged: true, brokenRules: 2, offendingRows: 14, failingRules: 1 })).toEqual([
      'bad: Damaged: 1 fault',
      'warn: 2 rules broken, 14 rows',
      'warn: 1 rule could not be asked',
    ]);
    expect(lines({ last: check({ depth: 'quick' }), damaged: true })).toEqual(['bad: Damaged']);
    expect(lines({ last: check({}), brokenRules: 1, offendingRows: 1 }, ko)).toEqual([
      'warn: 어긋난 규칙 1개, 1행',
      'ok: 3시간 전 검사, 온전함',
    ]);
  });
  it('says when damage was proved to be over since the check', () => {
    const last = check({ outcome: 'damaged', faults: ['a'] });
    expect(lines({ last })).toEqual(['ok: Damaged at the check 3 hours ago, proved sound since']);
  });
});

describe('a row without a parent', () => {
  const finding = { table: 'reviews', rowid: 7, parent: 'videos' };
  it('names each column of the reference with what it holds', () => {
    expect(referenceWords({ ...finding, columns: ['video_id'], values: [990001] }, en)).toBe('video_id = 990001');
    expect(referenceWords({ ...finding, columns: ['a', 'b'], values: ['x', null] }, en)).toBe('a = x, b = NULL');
    expect(referenceWords({ ...finding, columns: [], values: [] }, en)).toBe('not readable');
  });
});

const config = DataRuleConfig.parse({
  ...{ databaseId: 'd', name: 'Negative views', sql: 'SELECT 1', enabled: true, intervalMinutes: 1_440 },
  ...{ alert: { enabled: true, severity: 'HIGH', above: 0 }, fixSql: null, preset: 'negative-views' },
});
type Last = NonNullable<DataRuleStatus['last']>;
const rule = (last: Partial<Last> | null, change: Partial<DataRuleConfig> = {}): DataRuleStatus => ({
  ...{ id: 'r', config: { ...config, ...change }, course: [] },
  last: last && { at: '2026-11-21T11:00:00Z', count: 0, atLeast: false, tookMs: 3, error: null, ...last },
});
const error = { code: 'QUERY_TIMED_OUT', severity: 'MEDIUM', retryable: true, params: {}, detail: '' } as const;

describe('a business rule', () => {
  const state = (shown: DataRuleStatus) => {
    const { tone, text } = ruleState(shown, en);
    return `${tone}: ${text}`;
  };
  it('holds, is broken, or allows a few rows', () => {
    expect(state(rule({}))).toBe('ok: Holds');
    expect(state(rule({ count: 3 }))).toBe('warn: 3 rows');
    expect(state(rule({ count: 3 }, { alert: { ...config.alert, above: 3 } }))).toBe('ok: 3 rows');
    expect(state(rule({ count: 1000, atLeast: true }))).toBe('warn: at least 1,000 rows');
    expect(state(rule({ count: 3 }, { alert: { ...config.alert, severity: 'CRITICAL' } }))).toBe('bad: 3 rows');
  });
  it('that could not be asked never looks as if it held', () => {
    expect(state(rule({ error }))).toBe('warn: Could not be asked');
    expect(state({ ...rule({ error, count: 0 }), course: [{ at: '2026-11-21T10:00:00Z', count: 0 }] })).toBe(
      'warn: Could not be asked, before: 0 rows',
    );
    expect(state(rule(null))).toBe('muted: Not asked yet');
    expect(state(rule({ count: 3 }, { enabled: false }))).toBe('muted: Paused');
    expect(isBroken(rule({ count: 3 }, { enabled: false }))).toBe(false);
  });
  it('is the same after it was opened and saved', () => {
    for (const change of [
      {},
      {
        intervalMinutes: 90,
        fixSql: 'UPDATE t SET a = 1',
        alert: { enabled: true, severity: 'LOW' as const, above: 7 },
      },
      { alert: { enabled: false, severity: 'MEDIUM' as const, above: 0 }, enabled: false },
    ]) {
      const before = { ...config, ...change };
      expect(readRuleDraft(ruleDraftOf(before), before)).toEqual({ config: before, faults: new Set() });
    }
    expect(ruleDraftOf(config)).toMatchObject({ every: '1', everyUnit: 'day' });
  });
  it('is not read from fields that are wrong, and each is named', () => {
    const base = { databaseId: 'd', enabled: true, preset: null };
    const faults = (change: object) => [...readRuleDraft({ ...NEW_RULE, name: 'n', sql: 's', ...change }, base).faults];
    expect(readRuleDraft(NEW_RULE, base).faults).toEqual(new Set(['name', 'sql']));
    expect(faults({})).toEqual([]);
    expect(faults({ name: 'x'.repeat(121) })).toEqual(['name']);
    expect(faults({ every: '8', everyUnit: 'day' })).toEqual(['every']);
    expect(faults({ every: '0' })).toEqual(['every']);
    expect(faults({ above: '-1' })).toEqual(['above']);
    expect(faults({ above: '1000001' })).toEqual(['above']);
    expect(faults({ fixSql: 'x'.repeat(20_001) })).toEqual(['fix']);
  });
});
