import { holdfastError } from '../../../electron/errors/holdfast-error';
import { expect, test } from 'vitest';
import { mailTo, message } from '../notify/fixture';
import { at, scratchStore } from './fixture';

function withChannel() {
  const store = scratchStore();
  store.channels.save('mail', mailTo(25), at(0));
  store.channels.save('other', mailTo(26), at(0));
  return store;
}
const error = (uncertain: boolean) =>
  holdfastError('REQUEST_TIMED_OUT', { params: { host: 'h', ...(uncertain ? { uncertain: 1 } : {}) } }).toView();

test('a message is written once for a channel and a key, and read back as it was', () => {
  const store = withChannel();
  const { outbox } = store;
  const one = message({ notice: { key: 'x', params: { n: 1 } } });
  expect(outbox.add('1', 'mail', one, at(1))).toBe(true);
  expect(outbox.add('2', 'mail', one, at(2))).toBe(false);
  expect(outbox.add('3', 'other', one, at(2))).toBe(true);
  store.close();
  const again = scratchStore(store.file).outbox;
  expect(again.get('1')).toEqual({
    id: '1',
    channelId: 'mail',
    message: one,
    createdAt: at(1),
    state: 'waiting',
    attempts: 0,
    nextAttemptAt: at(1),
    sentAt: null,
    error: null,
    mergedInto: null,
  });
  expect(again.get('2')).toBeNull();
  expect(again.newest('mail', 9).map(({ id }) => id)).toEqual(['1']);
  expect(again.newest(undefined, 9).map(({ id }) => id)).toEqual(['3', '1']);
});

test('from waiting to its end', () => {
  const { outbox } = withChannel();
  for (const id of ['a', 'b', 'c', 'd']) outbox.add(id, 'mail', message(), at(1));
  expect(outbox.begin('a')).toBe(true);
  expect(outbox.get('a')).toMatchObject({ attempts: 1, nextAttemptAt: null, state: 'waiting' });
  outbox.retry('a', at(2), error(true));
  outbox.begin('b');
  outbox.retry('b', at(2), error(false));
  expect(outbox.waiting('mail', 9).map(({ id, sealed }) => [id, sealed])).toEqual([
    ['a', true],
    ['b', false],
    ['c', false],
    ['d', false],
  ]);
  expect(outbox.waiting('mail', 2)).toHaveLength(2);
  outbox.sent('a', at(3), null);
  outbox.giveUp('b', error(false));
  outbox.merge('c', 'd');
  expect(outbox.get('a')).toMatchObject({ state: 'sent', sentAt: at(3), error: null });
  expect(outbox.get('b')).toMatchObject({ state: 'given-up', error: { code: 'REQUEST_TIMED_OUT' } });
  expect(outbox.get('c')).toMatchObject({ state: 'merged', mergedInto: 'd', nextAttemptAt: null });
  // What is over stays as it is.
  const late = [
    outbox.begin('a'),
    outbox.retry('a', at(4), error(false)),
    outbox.merge('b', 'd'),
    outbox.giveUp('c', null),
  ];
  expect(late).toEqual([false, false, false, false]);
  expect(outbox.countWaiting('mail')).toBe(1);
  expect([outbox.last('mail', 'sent')?.id, outbox.last('mail', 'given-up')?.id, outbox.last('other', 'sent')]).toEqual([
    'a',
    'b',
    null,
  ]);
});

test('what was being sent waits again after a crash; a test is given up', () => {
  const { outbox } = withChannel();
  for (const id of ['begun', 'waiting']) outbox.add(id, 'mail', message(), at(1));
  outbox.add('test', 'mail', message({ kind: 'test' }), at(1));
  outbox.begin('begun');
  outbox.begin('test');
  expect(outbox.interrupted(error(true), at(5))).toBe(2);
  expect(outbox.get('begun')).toMatchObject({
    state: 'waiting',
    nextAttemptAt: at(5),
    error: { params: { uncertain: 1 } },
  });
  expect(outbox.get('test')).toMatchObject({ state: 'given-up', nextAttemptAt: null });
  expect(outbox.get('waiting')).toMatchObject({ nextAttemptAt: at(1), error: null });
});

test('when messages were sent, tests apart', () => {
  const { outbox } = withChannel();
  const send = (id: string, channel: string, minute: number, kind: 'alert' | 'test' = 'alert') => {
    outbox.add(id, channel, message({ kind }), at(0));
    outbox.sent(id, at(minute), null);
  };
  send('a', 'mail', 5);
  send('b', 'mail', 3);
  send('c', 'mail', 1);
  send('d', 'other', 4);
  send('e', 'mail', 4, 'test');
  expect(outbox.sentSince('mail', at(2))).toEqual([at(3), at(5)]);
});

test('prunes what is over and old, a few at a time; a channel takes its messages with it', () => {
  const { outbox, channels } = withChannel();
  for (let n = 0; n < 7; n++) {
    outbox.add(`old-${n}`, 'mail', message(), at(n));
    if (n > 0) outbox.sent(`old-${n}`, at(n), null);
  }
  outbox.add('new', 'mail', message(), at(60));
  outbox.sent('new', at(60), null);
  expect([outbox.prune(at(30), 4), outbox.prune(at(30), 4), outbox.prune(at(30), 4)]).toEqual([4, 2, 0]);
  expect(outbox.newest('mail', 9).map(({ id }) => id)).toEqual(['new', 'old-0']);
  channels.remove('mail');
  expect(outbox.newest(undefined, 9)).toEqual([]);
});
