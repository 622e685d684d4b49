import { describe, expect, it } from 'vitest';
import { Answer, decode, encode, Greeting, LineReader, Request } from '../../electron/core/control-protocol';

describe('lines', () => {
  it('come out whole, however the bytes are cut', () => {
    const bytes = Buffer.from('{"a":"하늘"}\n\n{"b":1}\nrest');
    for (let size = 1; size <= bytes.length; size++) {
      const reader = new LineReader(100);
      const lines: string[] = [];
      for (let at = 0; at < bytes.length; at += size) lines.push(...(reader.push(bytes.subarray(at, at + size)) ?? []));
      expect(lines, `in pieces of ${size}`).toEqual(['{"a":"하늘"}', '', '{"b":1}']);
    }
  });

  it('are refused when they are longer than the limit, ended or not', () => {
    expect(new LineReader(5).push(Buffer.from('12345\n'))).toEqual(['12345']);
    expect(new LineReader(5).push(Buffer.from('123456\n'))).toBeNull();
    const reader = new LineReader(5);
    expect(reader.push(Buffer.from('123'))).toEqual([]);
    expect(reader.push(Buffer.from('456'))).toBeNull();
  });
});

describe('messages', () => {
  it('are parsed, and nothing else passes', () => {
    expect(decode(Greeting, '{"token":"t"}')).toEqual({ token: 't' });
    for (const line of ['', 'x', '[]', 'null', '{"token":7}', '{"token":""}'])
      expect(decode(Greeting, line)).toBeNull();
    expect(decode(Request, '{"id":1,"command":"db-list","args":{}}')).toEqual({ id: 1, command: 'db-list', args: {} });
    expect(decode(Request, '{"id":1,"cancel":true}')).toEqual({ id: 1, cancel: true });
    for (const line of ['{"id":-1,"cancel":true}', '{"id":1}', '{"id":"1","command":"x","args":{}}']) {
      expect(decode(Request, line)).toBeNull();
    }
  });

  it('carry an error of a code that only the other version knows', () => {
    const error = { code: 'TOMORROW', severity: 'HIGH', retryable: false, params: { path: '/x' }, detail: 'd' };
    const line = JSON.stringify({ id: 1, result: { ok: false, error } });
    expect(decode(Answer, line)).toEqual({ id: 1, result: { ok: false, error: { ...error, code: 'INTERNAL' } } });
  });

  it('are one line each', () => {
    expect(encode({ token: 'a\nb' }).split('\n')).toHaveLength(2);
  });
});
