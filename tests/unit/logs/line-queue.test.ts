import { describe, expect, test } from 'vitest';
import { LineQueue, linesIn, RANK } from '../../../electron/logs/line-queue';
import { writtenLines } from '../../../electron/logs/own-log-lines';
import { MAX_CHARACTERS } from '../../../electron/logs/plain-value';
import type { LogFields } from '../../../electron/logs/types';

const { DEBUG, INFO, WARNING, ERROR, CRITICAL } = RANK;

const messages = (queue: LineQueue): string[] => [...linesIn(queue.view())].map(({ message }) => message);

function written(fields: LogFields | undefined, message = 'm'): Record<string, unknown> {
  const queue = new LineQueue(10);
  expect(queue.add(INFO, 'part', message, fields)).toBe(-1);
  const [line] = writtenLines(queue.view());
  return JSON.parse(line?.json ?? '') as Record<string, unknown>;
}

describe('what does not fit', () => {
  test('an older line of the lowest level makes room: DEBUG, then INFO, in the order in which they came', () => {
    const queue = new LineQueue(4);
    for (const [level, message] of [
      [INFO, 'i1'],
      [DEBUG, 'd1'],
      [WARNING, 'w1'],
      [DEBUG, 'd2'],
    ] as const) {
      expect(queue.add(level, '', message, undefined)).toBe(-1);
    }
    expect(queue.add(INFO, '', 'i2', undefined)).toBe(DEBUG);
    expect(messages(queue)).toEqual(['i1', 'w1', 'd2', 'i2']);
    expect(queue.add(ERROR, '', 'e1', undefined)).toBe(DEBUG);
    expect(queue.add(ERROR, '', 'e2', undefined)).toBe(INFO);
    expect(messages(queue)).toEqual(['w1', 'i2', 'e1', 'e2']);
    expect(queue.add(CRITICAL, '', 'c1', undefined)).toBe(INFO);
    expect(queue.add(CRITICAL, '', 'c2', undefined)).toBe(WARNING);
    expect(messages(queue)).toEqual(['e1', 'e2', 'c1', 'c2']);
  });

  test('a line of the lowest level that waits is dropped itself', () => {
    const queue = new LineQueue(2);
    queue.add(INFO, '', 'i1', undefined);
    queue.add(INFO, '', 'i2', undefined);
    expect(queue.add(INFO, '', 'i3', undefined)).toBe(INFO);
    expect(queue.add(DEBUG, '', 'd1', undefined)).toBe(DEBUG);
    expect(messages(queue)).toEqual(['i1', 'i2']);
    queue.clear();
    expect(queue.add(DEBUG, '', 'd2', undefined)).toBe(-1);
    expect(messages(queue)).toEqual(['d2']);
  });

  test('each line is either there or counted, whatever comes', () => {
    const queue = new LineQueue(50);
    const logged = [0, 0, 0, 0, 0];
    const dropped = [0, 0, 0, 0, 0];
    let seed = 7;
    for (let line = 0; line < 3_000; line++) {
      seed = (seed * 16_807) % 2_147_483_647;
      const level = seed % 5;
      logged[level] = (logged[level] ?? 0) + 1;
      const gone = queue.add(level, 'p', `message ${line % 70}`, { line, text: `t${line}`, more: [line] });
      if (gone >= 0) dropped[gone] = (dropped[gone] ?? 0) + 1;
    }
    const lines = [...linesIn(queue.view())];
    expect(lines).toHaveLength(50);
    const there = logged.map((count, level) => count - (dropped[level] ?? 0));
    expect(
      lines.reduce((sum, { level }) => sum.with(RANK[level], (sum[RANK[level]] ?? 0) + 1), [0, 0, 0, 0, 0]),
    ).toEqual(there);
    // the columns still belong together
    for (const { message, fields } of lines) {
      const [line, text, more] = fields.map(({ value }) => value);
      expect({ message, text, more }).toEqual({
        message: `message ${Number(line) % 70}`,
        text: `t${line}`,
        more: `[${line}]`,
      });
    }
  });

  test('long texts: DEBUG and INFO have less room than what is worse', () => {
    const queue = new LineQueue(10_000);
    const long = 'x'.repeat(16_000);
    const fill = (level: number): number => {
      let count = 0;
      while (queue.add(level, '', 'm', { long }) < 0) count++;
      return count;
    };
    const infos = fill(INFO);
    expect(infos * 16_000).toBeLessThan(4.1 * 2 ** 20);
    expect(fill(INFO)).toBe(0);
    expect(fill(WARNING)).toBeGreaterThan(50);
    expect(fill(CRITICAL)).toBeGreaterThan(50);
    expect(queue.count * 16_000).toBeLessThan(8.1 * 2 ** 20);
  });

  test('what is written of it is not sent again', () => {
    const queue = new LineQueue(4);
    for (const message of ['d1', 'i1', 'w1', 'e1'])
      queue.add({ d: DEBUG, i: INFO, w: WARNING, e: ERROR }[message[0] ?? ''] ?? 0, '', message, { message });
    queue.add(ERROR, '', 'e2', undefined);
    expect(messages(queue)).toEqual(['i1', 'w1', 'e1', 'e2']);
    queue.dropFirst(2);
    expect(messages(queue)).toEqual(['e1', 'e2']);
    expect(queue.count).toBe(2);
    for (const message of ['e3', 'e4']) expect(queue.add(ERROR, '', message, undefined)).toBe(-1);
    expect(queue.add(CRITICAL, '', 'c1', undefined)).toBe(ERROR);
    expect(messages(queue)).toEqual(['e2', 'e3', 'e4', 'c1']);
  });
});

describe('what a line holds', () => {
  test('values of every kind, as they were when it was logged', () => {
    const inner = { deep: [1, 'two'] };
    const queue = new LineQueue(10);
    const fields: LogFields = {
      text: 'a "quote"\n한글 \u{1F600}',
      empty: '',
      number: -1.5e-7,
      yes: true,
      no: false,
      nothing: null,
      absent: undefined,
      inner,
    };
    queue.add(WARNING, 'backup', 'Said', fields);
    inner.deep.push('later');
    fields['text'] = 'later';
    const [line] = writtenLines(queue.view());
    const { time, ...rest } = JSON.parse(line?.json ?? '') as Record<string, unknown>;
    expect(new Date(String(time)).toISOString()).toBe(time);
    expect(rest).toEqual({
      level: 'WARNING',
      part: 'backup',
      message: 'Said',
      text: 'a "quote"\n한글 \u{1F600}',
      empty: '',
      number: -1.5e-7,
      yes: true,
      no: false,
      nothing: null,
      inner: { deep: [1, 'two'] },
    });
    expect(line?.json).not.toContain('\n');
  });

  test('fields do not take the place of what every line has', () => {
    const line = written({ time: 'x', level: 'y', message: 'z', part: 'p' });
    expect(line).toMatchObject({
      level: 'INFO',
      message: 'm',
      part: 'part',
      _time: 'x',
      _level: 'y',
      _message: 'z',
      _part: 'p',
    });
  });

  test('secrets are taken out: by names, in texts, deep, in messages', () => {
    const line = written(
      {
        password: 'hunter2',
        url: 'https://kim:hunter2@a.example/',
        deep: { list: ['token=hunter2'], apiKey: 'hunter2' },
        pin: 5,
        secretNumber: 42,
      },
      'password=hunter2 was refused',
    );
    expect(JSON.stringify(line)).not.toContain('hunter2');
    expect(line).toMatchObject({
      password: '[redacted]',
      secretNumber: '[redacted]',
      pin: 5,
      message: 'password=[redacted] was refused',
    });
  });

  test('hostile values are written as far as they can be, and nothing is thrown', () => {
    const circle: Record<string, unknown> = { name: 'circle' };
    circle['self'] = circle;
    let deep: unknown = 'end';
    for (let depth = 0; depth < 100; depth++) deep = { deep };
    const line = written({
      circle,
      big: 12345678901234567890n,
      get trap() {
        throw new Error('getter');
      },
      inner: {
        get trap() {
          throw {
            toString: () => {
              throw new Error('and that');
            },
          };
        },
      },
      json: {
        toJSON: () => {
          throw new Error('toJSON');
        },
      },
      date: new Date(0),
      invalid: new Date(Number.NaN),
      nan: Number.NaN,
      symbol: Symbol('s'),
      run: () => 1,
      bytes: Buffer.alloc(10),
      map: new Map<unknown, unknown>([
        ['a', 1],
        [{}, 2],
      ]),
      set: new Set([1, 'b']),
      many: Array.from({ length: 5_000 }, (_, index) => index),
      // oxlint-disable-next-line no-sparse-arrays -- that is what is tested
      hole: [, , ,],
      deep,
      proxy: new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error('ownKeys');
          },
        },
      ),
      proto: JSON.parse('{"__proto__":{"polluted":true}}'),
      surrogate: '\ud800 alone',
      error: Object.assign(new Error('outer', { cause: new TypeError('inner') }), { code: 'E_X' }),
    });
    expect(line).toMatchObject({
      circle: { name: 'circle', self: '[circular]' },
      big: '12345678901234567890',
      trap: '[cannot be read: getter]',
      inner: { trap: '[cannot be read]' },
      json: '[cannot be read: toJSON]',
      date: '1970-01-01T00:00:00.000Z',
      invalid: null,
      nan: 'NaN',
      symbol: '[symbol]',
      run: '[function]',
      bytes: '[10 bytes]',
      map: { a: 1, '[object Object]': 2 },
      set: [1, 'b'],
      hole: [null, null, null],
      proxy: '[cannot be read: ownKeys]',
      error: { name: 'Error', message: 'outer', code: 'E_X', cause: { name: 'TypeError', message: 'inner' } },
    });
    expect((line['many'] as unknown[]).at(-1)).toBe('[4900 more]');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('fields whose names cannot be listed cost only themselves', () => {
    const fields = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('no names');
        },
      },
    );
    expect(written(fields)).toMatchObject({ message: 'm', fields: '[cannot be read: no names]' });
  });

  test('long texts are cut, many fields too', () => {
    const long = 'word '.repeat(2_000_000);
    const line = written(
      { long, inner: { long }, ...Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`f${index}`, index])) },
      long,
    );
    expect(String(line['long']).length).toBeLessThan(MAX_CHARACTERS + 50);
    expect(line['long']).toMatch(/ \[cut: 10000000 characters\]$/);
    expect(String(line['message']).length).toBeLessThan(MAX_CHARACTERS + 50);
    expect(JSON.stringify(line).length).toBeLessThan(4 * MAX_CHARACTERS);
    expect(Object.keys(line).length).toBe(4 + 64);
  });

  test('a secret at the place where a text is cut does not stay in half', () => {
    const before = 'x'.repeat(MAX_CHARACTERS - 30);
    const line = written({ text: `${before} https://kim:hunter2-and-a-long-tail@a.example/ ${'y'.repeat(500)}` });
    expect(line['text']).not.toContain('hunter2');
  });
});
