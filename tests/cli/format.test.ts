import { describe, expect, it } from 'vitest';
import { readCommandLine, UsageProblem, wantsJson } from '../../electron/cli/args';
import { displayWidth, formats, printable, shellWord } from '../../electron/cli/format';
import { describeProgress } from '../../electron/cli/progress';
import { table } from '../../electron/cli/table';

describe('width in a terminal', () => {
  it.each([
    ['plain', 5],
    ['주문', 4],
    ['주문'.normalize('NFD'), 4],
    ['日本語', 6],
    ['ｆｕｌｌ', 8],
    ['é', 1],
    ['e\u0301', 1],
    ['🎬', 2],
    ['a\u200bb', 2],
    ['', 0],
  ])('of %j is %i', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  it('steers nothing: control and direction characters are shown as such', () => {
    expect(printable('a\u001b[31mb\r\nc\u202ed')).toBe('a\ufffd[31mb\ufffd\ufffdc\ufffdd');
  });
});

describe('a table', () => {
  const columns = [
    { title: 'NAME' },
    { title: 'ROWS', align: 'right' as const },
    { title: 'PATH', shrinks: true as const },
  ];

  it('stands in columns, whatever the letters', () => {
    const rows = [
      ['주문', '7', '/data/주문.db'],
      ['orders', '1200', '/data/orders.db'],
    ];
    expect(table(columns, rows)).toBe(
      ['NAME    ROWS  PATH', '주문       7  /data/주문.db', 'orders  1200  /data/orders.db', ''].join('\n'),
    );
  });

  it('cuts the beginning of a path where the terminal is narrow, and nothing where there is none', () => {
    const path = '/a/very/long/path/that/ends/in/orders.db';
    const [, narrow = ''] = table(columns, [['orders', '7', path]], 40).split('\n');
    expect(displayWidth(narrow)).toBeLessThanOrEqual(40);
    expect(narrow).toMatch(/…[^ ]*orders\.db$/);
    expect(table(columns, [['orders', '7', path]])).toContain(path);
  });
});

describe('values for people', () => {
  const now = new Date('2026-03-01T12:00:00Z');
  it('are relative times in both languages', () => {
    const [en, ko] = [formats('en', now), formats('ko', now)];
    expect(en.ago('2026-03-01T09:00:00Z')).toBe('3 hours ago');
    expect(en.ago('2026-03-01T12:20:00Z')).toBe('in 20 minutes');
    expect(en.ago('2026-03-01T12:00:00Z')).toBe('now');
    expect(en.ago('2026-02-28T12:00:00Z')).toBe('yesterday');
    expect(ko.ago('2026-03-01T09:00:00Z')).toBe('3시간 전');
  });

  it('are moments that --at takes as they are shown', () => {
    const shown = formats('ko', now).moment('2026-03-01T05:06:07.250Z');
    const read = readCommandLine(['restore', 'orders', '--at', shown]);
    expect(read).toMatchObject({ args: { at: '2026-03-01T05:06:07.999Z' } });
  });

  it('are names that a shell takes as they are shown', () => {
    expect(['주문.db', 'a b', "it's", '$HOME', ''].map(shellWord)).toEqual([
      '주문.db',
      "'a b'",
      "'it'\\''s'",
      "'$HOME'",
      "''",
    ]);
  });

  it('are durations and progress', () => {
    const en = formats('en', now);
    expect([en.duration(1234), en.duration(45_000), en.duration(125_000)]).toEqual(['1.2 sec', '45 sec', '2 min']);
    const line = describeProgress(
      {
        ...{ subject: 'orders', phase: 'compress', doneBytes: 5e6, totalBytes: 1e7 },
        ...{ bytesPerSecond: 1e6, secondsLeft: 5 },
      },
      'en',
    );
    expect(line).toBe('orders  Compressing  [##########          ]  5 MB of 10 MB  1 MB/s  5 sec left');
  });
});

describe('a command line', () => {
  const at = (text: string) => {
    const read = readCommandLine(['restore', 'orders', '--at', text]);
    return read.kind === 'command' ? read.args['at'] : undefined;
  };

  it('takes options before and after the command', () => {
    const read = readCommandLine(['--home', '/h', 'backup', '--kind', 'daily', 'orders', '--json']);
    expect(read).toEqual({ kind: 'command', home: '/h', name: 'backup', args: { name: 'orders', kind: 'daily' } });
    expect(wantsJson(['backup', '--', '--json'])).toBe(false);
    expect(readCommandLine(['backup', '--', '--json'])).toMatchObject({ args: { name: '--json' } });
  });

  it('takes a time to the moment it names, in any time zone', () => {
    expect(at('2026-03-01T14:30:00.250+09:00')).toBe('2026-03-01T05:30:00.250Z');
    expect(at('2026-03-01T14:30:00.250+0900')).toBe('2026-03-01T05:30:00.250Z');
    expect(at('2026-03-01T14:30:00Z')).toBe('2026-03-01T14:30:00.999Z');
    expect(at('2026-03-01t14:30z')).toBe('2026-03-01T14:30:59.999Z');
    expect(at('2026-03-01 14:30')).toBe(new Date(2026, 2, 1, 14, 30, 59, 999).toISOString());
  });

  it.each(['', '2026-03-01', 'now', '2026-13-01T00:00Z', '2026-02-30T00:00Z', '2026-03-01T25:00Z', '1772000000'])(
    'refuses %j as a time',
    (text) => {
      expect(() => at(text)).toThrow(UsageProblem);
    },
  );

  it('takes names of tables with commas between them, and no file for them', () => {
    const read = (tables: string, ...more: string[]) =>
      readCommandLine(['restore', 'orders', '--tables', tables, ...more]);
    expect(read('video, my table,author')).toMatchObject({ args: { tables: ['video', 'my table', 'author'] } });
    for (const wrong of ['', ',', 'a,,b']) expect(() => read(wrong)).toThrow(UsageProblem);
    expect(() => read('video', '--to', 'x')).toThrow(UsageProblem);
  });
});
