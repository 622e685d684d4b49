import { expect, test } from 'vitest';
import { AlertBook } from '../../../electron/alerts/book';
import { watchOfRule } from '../../../electron/alerts/rules';
import { scratchStore } from '../store/fixture';
import { Bench, MINUTE_MS, probe, rule, START_MS } from './fixture';

test('a metric that was not looked at for a while has no course: what was being waited for starts anew', () => {
  const book = new AlertBook(() => 'a');
  const watch = watchOfRule({ id: 'r', config: rule({ forSeconds: 60 }) }, 'cpu.busy', () => null);
  const look = (minute: number) => {
    const atMs = START_MS + minute * MINUTE_MS;
    book.judge(watch, { kind: 'value', value: 0.9 }, { wallMs: atMs, monoMs: atMs });
    return book.byId('a')?.record?.state;
  };
  expect([0, 0.5, 5, 5.5, 6].map(look)).toEqual(['pending', 'pending', 'pending', 'pending', 'firing']);
});

test('an alert whose memory cannot be read stays open, goes on, and ends', () => {
  const b = new Bench(scratchStore());
  b.engine.raise(probe('a'));
  b.pass(MINUTE_MS);
  const [stored] = b.store.alerts.open();
  b.store.alerts.save({ ...stored!, memory: '{"told":7}' });
  b.restart();
  b.engine.sync([probe('a')]);
  b.pass(MINUTE_MS);
  expect(b.engine.alerts(false)).toMatchObject([{ id: stored?.id, state: 'firing' }]);
  expect(b.said()).toEqual(['alert 1']);
  b.engine.sync([]);
  b.pass(MINUTE_MS);
  expect(b.engine.alerts(false)).toEqual([]);
  expect(b.reported).toEqual([]);
});
