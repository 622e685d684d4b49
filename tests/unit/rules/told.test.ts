/** What is told of business rules: alerts, one for each, and the line of Health. */
import { DataRuleConfig, type DataRuleStatus } from '@shared/integrity';
import { createTranslator } from '@shared/text';
import { expect, test } from 'vitest';
import { currentSignals } from '../../../electron/core/signals';
import { dataRules } from '../../../electron/health/rule-checks';

function rule(
  id: string,
  count: number,
  change: Partial<DataRuleConfig['alert']> = {},
  atLeast = false,
): DataRuleStatus {
  const config = DataRuleConfig.parse({
    ...{ databaseId: 'd', name: `rule ${id}`, sql: 'SELECT 1', enabled: true, intervalMinutes: 5 },
    ...{ alert: { enabled: true, severity: 'MEDIUM', above: 0, ...change }, fixSql: null, preset: null },
  });
  return { id, config, last: { at: '2026-05-01T09:00:00Z', count, atLeast, tookMs: 1, error: null }, course: [] };
}

const signals = (...rules: DataRuleStatus[]) =>
  currentSignals({
    problems: [],
    probes: [],
    business: [],
    dataRules: rules,
    errorGroups: [],
    nowMs: 0,
    databaseName: () => 'orders',
  });

test('each broken rule is an alert of its own, with the severity it was given', () => {
  const told = signals(rule('a', 3, { severity: 'HIGH' }), rule('b', 1000, {}, true), rule('c', 0));
  expect(told.map(({ key, severity, value, threshold }) => [key, severity, value, threshold])).toEqual([
    ['data-rule:a', 'HIGH', 3, 0],
    ['data-rule:b', 'MEDIUM', 1000, 0],
  ]);
  expect(new Set(told.map(({ group }) => group))).toEqual(new Set(['database:d']));
  const titles = (language: 'en' | 'ko') =>
    told.map(({ titleKey, params }) =>
      createTranslator(language)(`alertTitle.${titleKey}` as 'alertTitle.problem', params),
    );
  expect(titles('en')).toEqual([
    'Rows of orders that break the rule “rule a”: 3.',
    'Rows of orders that break the rule “rule b”: 1000+.',
  ]);
  expect(titles('ko')[0]).toBe('“rule a” 규칙에 어긋나는 행이 3개 있습니다: orders.');
});

test('rows that are allowed, a rule without an alert and one that is switched off raise none', () => {
  expect(signals(rule('a', 3, { above: 3 }), rule('b', 3, { enabled: false }))).toEqual([]);
  const off = rule('c', 3);
  expect(signals({ ...off, config: { ...off.config, enabled: false } }, { ...off, last: null })).toEqual([]);
});

test('a rule that cannot be asked any more keeps its alert: nothing says that it is over', () => {
  const broken = rule('a', 3);
  const error = { code: 'DATABASE_LOCKED', severity: 'HIGH', retryable: true, params: {}, detail: '' } as const;
  expect(signals({ ...broken, last: { ...broken.last!, error } })).toHaveLength(1);
});

test('Health: broken rules warn, critical ones fail, and one that could not be asked is not well', () => {
  const line = (state: Partial<NonNullable<Parameters<typeof dataRules>[0]['dataRules']>>) => {
    const verdict = dataRules({ dataRules: { count: 3, broken: 0, critical: 0, failing: 0, ...state } });
    return `${verdict?.status} ${verdict?.key}`;
  };
  expect(line({ count: 0 })).toBe('pass none');
  expect(line({})).toBe('pass pass');
  expect(line({ failing: 1 })).toBe('warn failing');
  expect(line({ broken: 1, failing: 1 })).toBe('warn warn');
  expect(line({ broken: 2, critical: 1 })).toBe('fail fail');
  expect(dataRules({ dataRules: null })).toBeNull();
});
