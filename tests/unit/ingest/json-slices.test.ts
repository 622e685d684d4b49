import { expect, test } from 'vitest';
import { parseJsonInSlices } from '../../../electron/ingest/json-slices';
import { Pacer } from '../../../electron/ingest/pacer';

/** Read in slices, however short it is. */
const read = (text: string) => parseJsonInSlices(text, new Pacer(), 0);

test.each([
  '{}',
  ' [ ] ',
  '"a"',
  '-0.5e+3',
  'null',
  '[1,[2,[]],{"a":{"b":[true,false,null,{}]}}]',
  '{"a":"\\\\","b":"\\"","c":"\\\\\\"{[,:","d":"\\u00e9\\n"}',
  '{ "a" : 1 ,\n"a":2, "": [ {} , "x" ] }',
  '{"__proto__":{"a":1},"constructor":2}',
])('reads %s as JSON.parse does', async (text) => {
  const value = await read(text);
  expect(value).toEqual(JSON.parse(text));
  expect(JSON.stringify(value)).toBe(JSON.stringify(JSON.parse(text)));
});

test.each([
  '',
  '{',
  '[1',
  '[1,]',
  '{"a"}',
  '{"a":1,}',
  '{a:1}',
  '[1}',
  '{"a":1]',
  '[] []',
  '01',
  '1.',
  '"a',
  '"a\\"',
  '"\n"',
  '"\\x"',
  'nul',
  '[1 2]',
  '['.repeat(65) + ']'.repeat(65),
])('refuses %j', async (text) => {
  await expect(read(text)).rejects.toBeInstanceOf(SyntaxError);
});

test('lets other work go on while it reads a long text', async () => {
  const text = JSON.stringify(
    Array.from({ length: 20_000 }, (_, i) => ({ name: `n${i}`, value: { a: i, b: [1, 2] } })),
  );
  let turns = 0;
  let reading = true;
  const count = (): void => {
    turns++;
    if (reading) setImmediate(count);
  };
  setImmediate(count);
  const value = await parseJsonInSlices(text, new Pacer());
  reading = false;
  expect(turns).toBeGreaterThan(2);
  expect(JSON.stringify(value)).toBe(text);
});
