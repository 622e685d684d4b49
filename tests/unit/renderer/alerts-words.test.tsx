/** Rules, events and values in words, in both languages; what is typed as a threshold. */
import { describe, expect, it } from 'vitest';
import i18next from 'i18next';
import type { AlertLevel, ChannelStatus, RuleConfig } from '@shared/alerting';
import type { MetricInfo, MetricUnit } from '@shared/metrics';
import { createTranslator } from '@shared/text';
import { eventWords } from '@/alerts/event-words';
import { metricWords } from '@/alerts/metric-words';
import { ruleSentence, spanWords, watchedWords } from '@/alerts/rule-words';
import { limitWords, readThreshold, thresholdText } from '@/alerts/values';
import { createFormat } from '@/format/format';
import type { Texts } from '@/i18n';
import { en } from '@/locales/en';
import { ko } from '@/locales/ko';

const instance = i18next.createInstance();
await instance.init({
  lng: 'en',
  ns: ['ui'],
  defaultNS: 'ui',
  resources: { en: { ui: en }, ko: { ui: ko } },
  interpolation: { escapeValue: false },
});
const textsOf = (language: 'en' | 'ko'): Texts => {
  const t = instance.getFixedT(language, 'ui');
  return {
    language,
    t: (key, values = {}) => t(key, values),
    shared: createTranslator(language),
    format: createFormat(language),
  };
};
const english = textsOf('en');
const korean = textsOf('ko');

const LEVEL: AlertLevel = { severity: 'CRITICAL', trigger: 0.85, clear: 0.75, andBelow: null };
const rule = (change: Partial<RuleConfig> = {}): RuleConfig => ({
  preset: null,
  name: 'Mine',
  enabled: true,
  metric: 'cpu.busy',
  aggregate: 'avg',
  windowSeconds: 600,
  direction: 'above',
  levels: [LEVEL],
  forSeconds: 300,
  keepSeconds: 300,
  noDataSeconds: 0,
  channelIds: null,
  ...change,
});
const info = (key: string, change: Partial<MetricInfo>): MetricInfo => ({
  key,
  name: 'cpu.busy',
  subject: null,
  group: 'machine',
  unit: 'fraction',
  subjectLabel: null,
  unitLabel: '',
  histogram: false,
  lastValue: null,
  lastAtMs: null,
  ...change,
});

describe('a rule in words', () => {
  it('says what is measured, when it fires and when it is well again', () => {
    expect(ruleSentence(rule(), LEVEL, [], english)).toBe(
      'Processor load, average of 10 minutes, above 85% for 5 minutes; well again under 75% for 5 minutes.',
    );
    expect(ruleSentence(rule(), LEVEL, [], korean)).toBe(
      '프로세서 사용률의 10분 평균: 85% 초과가 5분 이어지면 발생, 75% 미만이 5분 이어지면 정상.',
    );
  });
  it('leaves out what does not apply', () => {
    const config = rule({ aggregate: 'last', windowSeconds: 0, forSeconds: 0, keepSeconds: 0, direction: 'below' });
    const level = { ...LEVEL, trigger: 0.1, clear: 0.125 };
    expect(ruleSentence(config, level, [], english)).toBe('Processor load, below 10%; well again over 12.5%.');
  });
  it('names the second condition and every subject', () => {
    const config = rule({ metric: 'disk.used', aggregate: 'last' });
    const level = { ...LEVEL, andBelow: { name: 'disk.free', value: 5e9 } };
    expect(ruleSentence(config, level, [], english)).toContain(
      'Disk space in use, each disk, above 85% for 5 minutes while “Free disk space” is below 5 GB;',
    );
  });
  it('does not repeat the name of the rule in a list', () => {
    expect(watchedWords(rule({ name: 'Processor load' }), [], english)).toBe('Average of 10 minutes · for 5 minutes');
    expect(watchedWords(rule({ forSeconds: 0 }), [], english)).toBe('Processor load · average of 10 minutes · at once');
    expect(watchedWords(rule({ preset: 'disk-used', metric: 'disk.used', aggregate: 'last' }), [], english)).toBe(
      'Each disk · for 5 minutes',
    );
  });
});

describe('a metric in words', () => {
  const known = [info('probe.time:7', { name: 'probe.time', subject: '7', subjectLabel: 'Shop' })];
  it.each([
    ['cpu.busy', 'Processor load'],
    ['disk.used:/srv', 'Disk space in use, /srv'],
    ['probe.time:7', 'Response time of a service, Shop'],
    ['operation.time:backup', 'Time of operations, Backing up'],
    ['later.metric:x', 'later.metric:x'],
  ])('%s', (key, words) => expect(metricWords(key, known, english)).toBe(words));
});

describe('spans', () => {
  it.each([
    [30, '30 seconds'],
    [90, '90 seconds'],
    [300, '5 minutes'],
    [5_400, '90 minutes'],
    [86_400, '24 hours'],
    [172_800, '2 days'],
  ])('%d s', (seconds, words) => expect(spanWords(seconds, english)).toBe(words));
});

describe('a threshold', () => {
  it.each<[string, MetricUnit, number | null]>([
    ['85', 'fraction', 0.85],
    [' 85 % ', 'fraction', 0.85],
    ['98.5', 'fraction', 0.985],
    ['98,5', 'fraction', 0.985],
    ['0.1', 'fraction', 0.001],
    ['5', 'bytes', 5e9],
    ['500 MB', 'bytes', 5e8],
    ['1.5gb', 'bytes', 1.5e9],
    ['2 GB/s', 'bytes-per-second', 2e9],
    ['1,000', 'milliseconds', 1_000],
    ['1,000.5', 'number', 1_000.5],
    ['−3', 'celsius', -3],
    ['', 'number', null],
    ['many', 'number', null],
    ['85 GB', 'fraction', null],
    ['85 %', 'hours', null],
    ['1.2.3', 'number', null],
    ['1,2,3', 'number', null],
  ])('“%s” as %s', (text, unit, value) => expect(readThreshold(text, unit)).toBe(value));

  it.each<[number, MetricUnit]>([
    [0.07, 'fraction'],
    [0.985, 'fraction'],
    [1.1, 'fraction'],
    [5e9, 'bytes'],
    [26, 'hours'],
    [0.3, 'seconds'],
  ])('%d of %s comes back as it was', (value, unit) =>
    expect(readThreshold(thresholdText(value, unit), unit)).toBe(value),
  );

  it('reads as exact as it was set', () => {
    expect(limitWords(0.985, 'fraction', english)).toBe('98.5%');
    expect(limitWords(50, 'hours', english)).toBe('50 hours');
    expect(limitWords(192, 'hours', english)).toBe('8 days');
    expect(limitWords(1_000, 'number', english, 'videos/day')).toBe('1,000 videos/day');
  });
});

describe('an event in words', () => {
  const mail: ChannelStatus = {
    id: 'c1',
    config: {
      kind: 'webhook',
      name: 'Pager',
      enabled: true,
      minSeverity: 'LOW',
      url: 'https://x.test/',
      format: 'json',
    },
    hasSecret: false,
    state: 'working',
    lastSentAt: null,
    lastError: null,
    waiting: 0,
  };
  const words = (kind: Parameters<typeof eventWords>[0]['kind'], params: Record<string, string | number>) =>
    eventWords({ at: '2026-11-21T12:00:00Z', kind, params }, { unit: 'fraction' }, [mail], english);

  it('has values in their unit and severities in words', () =>
    expect(words('fired', { severity: 'HIGH', value: 0.931, threshold: 0.9 })).toBe(
      'Alert raised: High, 93.1% at a threshold of 90%',
    ));
  it('takes the unit of the event when it has one', () =>
    expect(words('resolved', { value: 3, unit: 'celsius' })).toBe('Resolved at 3°C'));
  it('names the channel and says why nothing was sent', () => {
    expect(words('suppressed', { channel: 'c1', reason: 'quiet-hours' })).toBe('No message for Pager: quiet hours');
    expect(words('suppressed', { channel: 'gone', reason: 'of-later' })).toBe('No message for gone: of-later');
  });
  it('leaves reasons that come from elsewhere as they are', () =>
    expect(words('evaluation-failed', { reason: 'paused' })).toBe('The rule cannot be evaluated: paused'));
  it('says why a delivery failed', () =>
    expect(words('delivery-failed', { channel: 'c1', code: 'CONNECTION_REFUSED', host: 'x.test', port: 443 })).toBe(
      'Not delivered through Pager: x.test refuses connections on port 443',
    ));
});
