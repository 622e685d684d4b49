import { createTranslator, type Translate } from '@shared/text';
import { describe, expect, test } from 'vitest';
import { mergeMessages } from '../../../electron/notify/digest';
import type { Message } from '../../../electron/notify/types';
import { lineText, messageWords as wordsOf, oneLine } from '../../../electron/notify/words';
import { alert, english, message, START_MS } from './fixture';

const korean = createTranslator('ko');
const messageWords = (translate: Translate, one: Message) => wordsOf(translate, one, 50);
const local = (hour: number) => new Date(2026, 4, 1, hour, 30).toISOString();
const named = (name: string) => ({ params: { name } });

describe('the words of a message', () => {
  const one = message({
    severity: 'CRITICAL',
    alerts: [alert({ ...named('Load'), severity: 'CRITICAL', firingSince: local(9) })],
  });

  test('one alert: what, what was measured, since when', () => {
    const { title, severity, lines } = messageWords(english, one);
    expect([title, severity]).toEqual(['Load', 'Critical']);
    expect(lines.map(lineText)).toEqual(['Load (value 93%, threshold 85%, since May 1, 2026, 09:30)']);
    expect(messageWords(korean, one).lines.map(lineText)).toEqual([
      'Load (현재 값 93%, 임계값 85%, 2026. 5. 1. 09:30부터)',
    ]);
  });

  test('several alerts: the worst and how many more', () => {
    const many = message({ alerts: [alert(named('A')), alert(named('B')), alert(named('C'))] });
    expect(messageWords(english, many).title).toBe('A and 2 more');
    expect(messageWords(korean, many).title).toBe('A 외 2건');
  });

  test('resolved: from when until when, no severity, no value', () => {
    const over = message({
      kind: 'resolved',
      alerts: [alert({ ...named('Load'), state: 'resolved', firingSince: local(9), resolvedAt: local(11) })],
    });
    const { title, severity, lines } = messageWords(english, over);
    expect([title, severity]).toEqual(['Resolved: Load', '']);
    expect(lines).toMatchObject([{ detail: 'May 1, 2026, 09:30 – May 1, 2026, 11:30', open: false }]);
    expect(messageWords(korean, over).title).toBe('해결됨: Load');
  });

  test.each([
    ['fraction', 0.931, 'value 93.1%', '현재 값 93.1%'],
    ['bytes', 4.2e9, 'value 4.2 GB', '현재 값 4.2GB'],
    ['bytes-per-second', 2e6, 'value 2 MB/s', '현재 값 초당 2MB'],
    ['per-second', 12.34, 'value 12.3/s', '현재 값 초당 12.3'],
    ['count', 12_345, 'value 12,345', '현재 값 12,345'],
    ['milliseconds', 320.4, 'value 320 ms', '현재 값 320밀리초'],
    ['seconds', 1.234, 'value 1.23 s', '현재 값 1.23초'],
    ['hours', 31, 'value 31 h', '현재 값 31시간'],
    ['days', 6, 'value 6 d', '현재 값 6일'],
    ['celsius', 81, 'value 81 °C', '현재 값 섭씨 81도'],
    ['number', -0.5, 'value -0.5', '현재 값 -0.5'],
  ] as const)('%s', (unit, value, inEnglish, inKorean) => {
    const measured = message({ alerts: [alert({ unit, value, threshold: null, firingSince: null })] });
    expect(messageWords(english, measured).lines[0]?.detail).toBe(inEnglish);
    expect(messageWords(korean, measured).lines[0]?.detail).toBe(inKorean);
  });

  test('without data there is no value to tell', () => {
    const blind = message({ alerts: [alert({ state: 'no-data', firingSince: null })] });
    expect(messageWords(english, blind).lines[0]?.detail).toBe('no data');
  });

  test('an alert that is an error reads as a title; one whose text is not known by its key', () => {
    const problem = alert({ titleKey: 'problem', params: { code: 'BACKUP_OVERDUE', name: 'orders', hours: 31 } });
    expect(messageWords(english, message({ alerts: [problem] })).title).toBe(
      'orders has had no proved backup for 31 hours',
    );
    expect(messageWords(english, message({ alerts: [alert({ titleKey: 'from-the-future' })] })).title).toBe(
      'from-the-future',
    );
  });

  test('notices, errors as notices, tests', () => {
    const said = (notice: Message['notice']) => message({ kind: 'notice', alerts: [], ...(notice ? { notice } : {}) });
    expect(messageWords(english, said({ key: 'backup-overdue', params: { name: 'orders', hours: 2 } }))).toMatchObject({
      title: 'Backup overdue: orders',
      body: 'No proved backup for 2 hours.',
    });
    const failing = messageWords(english, said({ key: 'CHANNEL_FAILING', params: { name: 'Mail' } }));
    expect(failing.title).toBe('Messages do not arrive through “Mail”');
    expect(failing.body).toMatch(/^Alerts are kept .*test message\.$/);
    expect(messageWords(korean, message({ kind: 'test', alerts: [] }))).toMatchObject({ severity: '', lines: [] });
  });

  test('a list that is too long says how many are missing', () => {
    const long = message({ alerts: Array.from({ length: 9 }, () => alert()) });
    expect(wordsOf(english, long, 4)).toMatchObject({ more: '5 more' });
    expect(wordsOf(english, long, 4).lines).toHaveLength(4);
    expect(wordsOf(korean, long, 4).more).toBe('외 5건');
    expect(wordsOf(english, long, 9).more).toBe('');
    const notices = [1, 2, 3].map((hours) => ({ key: 'backup-overdue', params: { name: 'orders', hours } }));
    const merged = { ...long, merged: { count: 12, since: local(9), notices } };
    expect(wordsOf(english, merged, 10)).toMatchObject({ more: '2 more' });
  });
});

test('one line: no control characters, no end in the middle of a character', () => {
  expect(oneLine('a\r\nBcc: x\u2028y\0z\t')).toBe('a Bcc: x y z');
  expect(oneLine('가'.repeat(300))).toHaveLength(200);
  expect(oneLine(`${'x'.repeat(198)}😀😀`)).toBe(`${'x'.repeat(198)}…`);
});

describe('a digest of messages that waited', () => {
  const at = (minute: number) => new Date(START_MS + minute * 60_000).toISOString();
  const waited = (minute: number, one: Message) => ({ message: one, createdAt: at(minute) });

  test('says how many, since when, the worst first, and what is over last', () => {
    const low = message({ severity: 'LOW', alerts: [alert({ ...named('Low'), severity: 'LOW' })] });
    const high = message({ severity: 'HIGH', alerts: [alert({ ...named('High'), severity: 'HIGH' })] });
    const over = alert({ ...named('Over'), severity: 'CRITICAL' });
    const digest = mergeMessages('d', [
      waited(0, low),
      waited(1, message({ severity: 'CRITICAL', alerts: [over] })),
      waited(2, high),
      waited(3, message({ kind: 'resolved', severity: 'CRITICAL', alerts: [{ ...over, resolvedAt: at(3) }] })),
    ]);
    expect(digest).toMatchObject({ kind: 'digest', severity: 'CRITICAL', merged: { count: 4, since: at(0) } });
    const { title, lines } = messageWords(english, digest);
    expect(title).toMatch(/^4 messages since /);
    expect(messageWords(korean, digest).title).toMatch(/ 이후의 메시지 4건$/);
    // What came and went is one line.
    expect(lines.map((line) => [line.title, line.open])).toEqual([
      ['High', true],
      ['Low', true],
      ['Over', false],
    ]);
    expect(lines[2]?.detail).toMatch(/^resolved, /);
  });

  test('takes in a digest that waits: counts and beginning are those of the messages; its key is another one', () => {
    const first = mergeMessages('d', [waited(0, message()), waited(1, message())]);
    const notice = message({
      kind: 'notice',
      alerts: [],
      notice: { key: 'backup-overdue', params: { name: 'orders', hours: 2 } },
    });
    const second = mergeMessages('d', [waited(5, first), waited(6, notice), waited(7, notice)]);
    expect(second.merged).toMatchObject({ count: 4, since: at(0), notices: [notice.notice] });
    expect(second.idempotencyKey).not.toBe(first.idempotencyKey);
    expect(messageWords(english, second).lines.map(({ title }) => title)).toHaveLength(3);
  });

  test('of one incident it stays in its thread and leads to its place', () => {
    const about = alert();
    const place = { tab: 'errors', alertId: about.alertId } as const;
    const both = mergeMessages('d', [
      waited(0, message({ alerts: [about], threadId: 't', place })),
      waited(1, message({ kind: 'resolved', alerts: [about], threadId: 't', place })),
    ]);
    expect(both).toMatchObject({ threadId: 't', place });
    expect(mergeMessages('d', [waited(0, message()), waited(0, message())])).toMatchObject({
      threadId: 'digest:d',
      place: { tab: 'status' },
    });
  });
});
