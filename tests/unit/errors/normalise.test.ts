import { describe, expect, it } from 'vitest';
import { NORMALISED_CHARACTERS, normalise } from '../../../electron/errors/normalise';

describe('normalise', () => {
  it.each([
    ['user 42 not found', 'user <n> not found'],
    ['took 12ms, 3.5 s and 1,234 rows, -7 left, 1.5e-3', 'took <n>ms, <n> s and <n> rows, <n> left, <n>'],
    ['no mail to anna.b+x@example.co.uk today', 'no mail to <email> today'],
    ['GET https://api.example.com/v1/users/7?x=1 failed.', 'GET <url> failed.'],
    ['order 6f1c2f3e-9a5b-4c1d-8e2f-0123456789ab is gone', 'order <uuid> is gone'],
    ['at 0x7ffee4b2 in 3f786850e387550fdab836ed7e6dc881de23001b', 'at <hex> in <hex>'],
    ['request req_8f3kd92ma was refused', 'request req_<id> was refused'],
    ["KeyError: 'user_id'", 'KeyError: <str>'],
    [String.raw`bad "a \"b\" c" and b'\x00'`, 'bad <str> and <str>'],
    ["it can't be and won't", "it can't be and won't"],
    ['open /home/anna/data/x.db: denied', 'open <path>: denied'],
    [String.raw`open C:\Users\anna\x.db`, 'open <path>'],
    ['GET /api/users/123/orders', 'GET /api/users/<n>/orders'],
    ['2026-11-23T10:11:12.345Z and 2026-11-23 10:11:12,345 and 10:11:12', '<time> and <time> and <time>'],
    ['from 192.168.1.20:5432 refused', 'from <ip>:<n> refused'],
    ['worker3 of pool-12 uses utf8mb4 and sha256', 'worker<n> of pool-<n> uses utf<n>mb<n> and sha<n>'],
    ['  two\n lines\t here ', 'two lines here'],
    ['디스크 3개 중 1개가 가득', '디스크 <n>개 중 <n>개가 가득'],
    ['', ''],
  ])('%s', (text, expected) => {
    expect(normalise(text)).toBe(expected);
  });

  it('changes nothing more when it is done again', () => {
    for (const text of [
      'a 1 b 2.5 c "x" 0xff deadbeef1 a@b.co http://x.y/z 10:11:12 /tmp/x',
      "'a' '' \" ` \\' -1 --1 <n>-3",
    ]) {
      expect(normalise(normalise(text))).toBe(normalise(text));
    }
  });

  it('cuts long texts first, not within a character', () => {
    expect(normalise('x'.repeat(10 * NORMALISED_CHARACTERS))).toHaveLength(NORMALISED_CHARACTERS);
    expect(normalise(`${'x'.repeat(NORMALISED_CHARACTERS - 1)}😀`)).toBe('x'.repeat(NORMALISED_CHARACTERS - 1));
  });

  it('comes to an end with texts made to be slow', () => {
    const fill = (part: string) => part.repeat(NORMALISED_CHARACTERS).slice(0, NORMALISED_CHARACTERS);
    const slow = [
      ...Array.from('\'"\\-0a ~'),
      '"\\',
      "\\'",
      "'a'a",
      'a.',
      'a@',
      'a@a.',
      '1.',
      '1,',
      'a://,',
      'a:\\',
      '/tmp/',
      'a1',
      '0-',
      '<n>',
    ];
    // One that tries all ways to split its text would not end before the run's own limit of time.
    for (const part of slow) expect(normalise(fill(part)).length).toBeGreaterThanOrEqual(0);
  });
});
