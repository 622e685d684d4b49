import { expect, test } from 'vitest';
import { wordsOfRegex } from '../../../electron/logs/index/regex-words';

test.each([
  ['order \\d+ failed', ['order ', ' failed']],
  ['Order #12', ['order #12']],
  ['a\\.b\\.c', ['a.b.c']],
  ['결제 오류', ['결제 오류']],
  // The last one may not be there, or be there more than once.
  ['payment?', ['paymen']],
  ['payment*x', ['paymen']],
  ['payment{0,3}abc', ['paymen', 'abc']],
  ['payment+abc', ['payment', 'abc']],
  // Nothing is certain of a choice, a group, a class.
  ['order|failed', []],
  ['(order) failed', [' failed']],
  ['(?:order)? [failed] then', [' then']],
  ['[\\]abc] def', [' def']],
  ['\\(abc\\)', ['(abc)']],
  ['^error.$', ['error']],
  // Letters with a third form are taken out.
  ['status', ['tatu']],
  ['ask', []],
  ['\\border\\b', ['order']],
  ['ab', []],
  ['', []],
])('%s: %j', (source, words) => {
  expect(wordsOfRegex(source)).toEqual(words);
});

test('whatever an expression matches has them', () => {
  const pieces = ['ab', 'c', '\\d', '.', '(x)', '[yz]', 'or', 'é', '한글', '\\.', '-', '\\w', 's'];
  const ends = ['', '?', '*', '+', '{2}', '{0,1}'];
  const texts = ['abcor', 'ab1.or-', 'ababc.xyz', 'or or 한글 abc', 'cabs-x', 'ab.c한글', 'ccc---...', 'ABC OR'];
  let matched = 0;
  let seed = 7;
  const pick = <T>(list: readonly T[]): T => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return list[Math.floor((seed / 2_147_483_648) * list.length)] as T;
  };
  for (let round = 0; round < 60_000; round++) {
    const source = Array.from({ length: 1 + (round % 5) }, () => pick(pieces) + pick(ends)).join('');
    const words = wordsOfRegex(source);
    if (words.length === 0) continue;
    for (const text of texts) {
      if (!new RegExp(source, 'imu').test(text)) continue;
      matched++;
      for (const word of words) expect(text.toLowerCase(), source).toContain(word);
    }
  }
  expect(matched).toBeGreaterThan(100);
});
