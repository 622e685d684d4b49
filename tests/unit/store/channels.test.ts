import { expect, test } from 'vitest';
import { hookTo, mailTo } from '../notify/fixture';
import { at, scratchStore } from './fixture';

test('channels are kept as they are configured, oldest first', () => {
  const store = scratchStore();
  store.channels.save('b', mailTo(25), at(1));
  store.channels.save('a', hookTo('http://127.0.0.1/x'), at(2));
  store.channels.save('b', mailTo(26), at(3));
  store.close();
  const { channels } = scratchStore(store.file);
  expect(channels.list()).toEqual([
    { id: 'b', config: mailTo(26) },
    { id: 'a', config: hookTo('http://127.0.0.1/x') },
  ]);
  expect([channels.remove('b'), channels.remove('b'), channels.get('b')]).toEqual([true, false, null]);
});

test('the first channel is made once, and never beside others', () => {
  const store = scratchStore();
  store.channels.makeFirst('native', mailTo(25), at(1));
  store.channels.remove('native');
  store.channels.makeFirst('native', mailTo(25), at(2));
  expect(store.channels.list()).toEqual([]);
  const other = scratchStore();
  other.channels.save('own', mailTo(25), at(1));
  other.channels.makeFirst('native', mailTo(25), at(2));
  expect(other.channels.list().map(({ id }) => id)).toEqual(['own']);
});
