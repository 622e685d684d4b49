import type { ChannelInput } from '@shared/alerting';
import { describe, expect, test } from 'vitest';
import { holdfastError } from '../../../electron/errors/holdfast-error';
import type { Carrier, Message } from '../../../electron/notify/types';
import { errorOf } from '../../helpers/engine';
import { until } from '../../helpers/until';
import { scratchStore } from '../store/fixture';
import { alert, HOUR_MS, hookTo, mailTo, message, MINUTE_MS, scene, SECOND_MS, settled, TestClock } from './fixture';

const DAY_MS = 24 * HOUR_MS;
const refused = () => holdfastError('CONNECTION_REFUSED', { params: { host: 'mail', port: 25 } });

/** A carrier that a test looks into, and lets fail. */
function recorder() {
  const sent: { message: Message; key: string }[] = [];
  const state: { error: Error | null; tries: number } = { error: null, tries: 0 };
  const carrier: Carrier = {
    async send(one, { idempotencyKey }) {
      state.tries++;
      if (state.error) throw state.error;
      sent.push({ message: one, key: idempotencyKey });
      return null;
    },
  };
  return { sent, state, carrier };
}

function opened(options: Parameters<typeof scene>[0] = {}, input: ChannelInput = { config: mailTo(25) }) {
  const record = recorder();
  const all = scene({ carrier: record.carrier, ...options });
  all.outbox.removeChannel('native');
  const channelId = all.outbox.saveChannel(input).id;
  return { ...all, ...record, channelId };
}

const severe = (severity: Message['severity']) => message({ severity, alerts: [alert({ severity })] });

describe('channels', () => {
  test('the desktop is there from the start; removed, it does not come back', () => {
    const store = scratchStore();
    const first = scene({ store });
    expect(first.outbox.channels()).toMatchObject([
      {
        id: 'native',
        config: { kind: 'native', name: 'Desktop', enabled: true, minSeverity: 'MEDIUM' },
        state: 'unused',
      },
    ]);
    first.outbox.removeChannel('native');
    expect(scene({ store }).outbox.channels()).toEqual([]);
  });

  test('unknown ids', async () => {
    const { outbox } = scene();
    const unknown = { code: 'ITEM_UNKNOWN' };
    expect(await errorOf(() => outbox.removeChannel('x'))).toMatchObject(unknown);
    expect(await errorOf(() => outbox.saveChannel({ id: 'x', config: mailTo(25) }))).toMatchObject(unknown);
    expect(await errorOf(outbox.test('x'))).toMatchObject(unknown);
    expect(await errorOf(() => outbox.enqueue('x', message()))).toMatchObject(unknown);
  });

  test('a secret stays until it is replaced or removed, and is not that of another kind of channel', () => {
    const { outbox, vault, channelId } = opened({}, { config: mailTo(25), secret: 'first' });
    const config = mailTo(26);
    const kept = () => vault.get(`channel:${channelId}`);
    expect(outbox.saveChannel({ id: channelId, config })).toMatchObject({ hasSecret: true, config: { port: 26 } });
    expect(kept()).toBe('first');
    outbox.saveChannel({ id: channelId, config, secret: 'second' });
    expect(kept()).toBe('second');
    expect(outbox.saveChannel({ id: channelId, config, secret: null }).hasSecret).toBe(false);
    outbox.saveChannel({ id: channelId, config, secret: 'third' });
    expect(outbox.saveChannel({ id: channelId, config: hookTo('http://127.0.0.1:9') }).hasSecret).toBe(false);
    outbox.saveChannel({ id: channelId, config, secret: 'fourth' });
    outbox.removeChannel(channelId);
    expect(kept()).toBeNull();
  });

  test('a login that would go over an open network is not even kept', async () => {
    const { outbox, store } = scene();
    const open = { security: 'none', user: 'me' } as const;
    const save = (host: string) => outbox.saveChannel({ config: mailTo(25, { ...open, host }), secret: 'pw' });
    for (const host of [
      'mail.example.com',
      '10.0.0.5',
      'localhost.example.com',
      '127.0.0.1.example.com',
      '127.example.com',
    ]) {
      expect((await errorOf(() => save(host))).code, host).toBe('INVALID_INPUT');
    }
    expect(store.channels.list()).toHaveLength(1);
    for (const host of ['localhost', '127.0.0.1', '127.9.9.9', '::1', '[::1]']) expect(save(host).hasSecret).toBe(true);
  });
});

describe('sending', () => {
  test('what was written is sent once, whatever is written again; what came of it is told', async () => {
    const all = opened();
    const { outbox, channelId, sent, outcomes } = all;
    const one = message();
    outbox.enqueue(channelId, one);
    outbox.enqueue(channelId, one);
    expect(sent).toEqual([]);
    outbox.start();
    await settled(all);
    outbox.enqueue(channelId, one);
    await settled(all);
    expect(sent.map(({ message: { idempotencyKey } }) => idempotencyKey)).toEqual([one.idempotencyKey]);
    expect(outcomes).toMatchObject([
      { delivery: { channelId, state: 'sent', attempts: 1, error: null }, alertIds: [one.alerts[0]?.alertId] },
    ]);
    expect(outbox.channels()[0]).toMatchObject({
      state: 'working',
      waiting: 0,
      lastSentAt: outcomes[0]?.delivery.sentAt,
    });
  });

  test('what was written in a transaction that was undone is not sent', async () => {
    const all = opened();
    const { outbox, channelId, sent, store } = all;
    outbox.start();
    const undone = await errorOf(() =>
      store.atomically(() => {
        outbox.enqueue(channelId, message());
        throw holdfastError('INTERNAL');
      }),
    );
    expect(undone.code).toBe('INTERNAL');
    await settled(all);
    expect(sent).toEqual([]);
    expect(outbox.deliveries()).toEqual([]);
  });

  test('by itself: a timer is set for the next try, and none while nothing waits', async () => {
    const { outbox, channelId, sent, state } = opened({ clock: undefined as never });
    outbox.start();
    outbox.enqueue(channelId, message());
    await until('it is sent', () => sent.length === 1);
    expect(state.tries).toBe(1);
  });

  test('a failure is tried again after 10 s, 20 s, 40 s …; after a day it is given up', async () => {
    const all = opened();
    const { outbox, channelId, state, clock, outcomes } = all;
    state.error = refused();
    outbox.start();
    outbox.enqueue(channelId, message());
    await settled(all);
    const [waiting] = outbox.deliveries();
    expect(waiting).toMatchObject({ state: 'waiting', attempts: 1, error: { code: 'CONNECTION_REFUSED' } });
    expect(Date.parse(waiting?.nextAttemptAt ?? '') - clock.nowMs()).toBe(10 * SECOND_MS);
    for (const [seconds, tries] of [
      [9, 1],
      [1, 2],
      [19, 2],
      [1, 3],
      [40, 4],
    ] as const) {
      clock.advance(seconds * SECOND_MS);
      await settled(all);
      expect(state.tries, `after ${seconds} s more`).toBe(tries);
    }
    for (let hour = 0; hour < 26; hour++) {
      clock.advance(HOUR_MS);
      await settled(all);
    }
    expect(outbox.deliveries()[0]).toMatchObject({ state: 'given-up', nextAttemptAt: null });
    expect(outcomes.map(({ delivery }) => delivery.state)).toEqual(['given-up']);
    // Ten seconds to an hour: eight doublings, then once an hour.
    expect(state.tries).toBeGreaterThan(25);
    expect(state.tries).toBeLessThan(36);
  });

  test('a wrong password is tried once an hour, and at once when the channel is saved', async () => {
    const all = opened();
    const { outbox, channelId, state, clock, sent } = all;
    state.error = holdfastError('MAIL_LOGIN_FAILED');
    outbox.start();
    outbox.enqueue(channelId, message());
    await settled(all);
    clock.advance(59 * MINUTE_MS);
    await settled(all);
    expect(state.tries).toBe(1);
    state.error = null;
    outbox.saveChannel({ id: channelId, config: mailTo(25), secret: 'right' });
    await settled(all);
    expect(sent).toHaveLength(1);
  });

  test('a channel that was removed takes its waiting messages with it', async () => {
    const all = opened();
    const { outbox, channelId, state, clock, store, problems } = all;
    state.error = refused();
    outbox.start();
    outbox.enqueue(channelId, message());
    for (let n = 0; n < 4; n++) {
      await settled(all);
      clock.advance(MINUTE_MS);
    }
    expect(problems.has('CHANNEL_FAILING')).toBe(true);
    outbox.removeChannel(channelId);
    const { tries } = state;
    expect(store.outbox.newest(channelId, 10)).toEqual([]);
    expect(problems.size).toBe(0);
    clock.advance(HOUR_MS);
    outbox.wake();
    await outbox.stop();
    expect(state.tries).toBe(tries);
    expect(all.reported).toEqual([]);
  });

  test('a channel that is switched off keeps its messages for a day', async () => {
    const all = opened();
    const { outbox, channelId, sent, clock, state } = all;
    outbox.start();
    outbox.saveChannel({ id: channelId, config: mailTo(25, { enabled: false }) });
    outbox.enqueue(channelId, message());
    clock.advance(DAY_MS - 1);
    outbox.enqueue(channelId, message());
    outbox.wake();
    clock.advance(1);
    outbox.wake();
    await until('the first is given up', () => outbox.deliveries().some((one) => one.state === 'given-up'));
    expect(state.tries).toBe(0);
    outbox.saveChannel({ id: channelId, config: mailTo(25) });
    await settled(all);
    expect(sent).toHaveLength(1);
    expect(outbox.deliveries().map((one) => one.state)).toEqual(['sent', 'given-up']);
  });

  test('old messages are deleted, those that wait are not', async () => {
    const store = scratchStore();
    const clock = new TestClock();
    const before = opened({ store, clock });
    before.outbox.start();
    before.outbox.enqueue(before.channelId, message());
    await settled(before);
    clock.advance(29 * DAY_MS);
    before.outbox.enqueue(before.channelId, message());
    await settled(before);
    clock.advance(2 * DAY_MS);
    const { state } = before;
    state.error = refused();
    before.outbox.enqueue(before.channelId, message());
    await settled(before);
    await until('the oldest is gone', () => before.outbox.deliveries().length === 2);
    expect(before.outbox.deliveries().map((one) => one.state)).toEqual(['waiting', 'sent']);
  });
});

describe('limits', () => {
  test('more than a channel carries becomes one digest; the last two tokens are for CRITICAL', async () => {
    const all = opened();
    const { outbox, channelId, sent, clock } = all;
    outbox.start();
    for (let n = 0; n < 3; n++) outbox.enqueue(channelId, message());
    await settled(all);
    expect(sent).toHaveLength(3);
    for (let n = 0; n < 6; n++) outbox.enqueue(channelId, message());
    await settled(all);
    expect(sent).toHaveLength(3);
    outbox.enqueue(channelId, severe('CRITICAL'));
    await settled(all);
    expect(sent[3]?.message.severity).toBe('CRITICAL');
    expect(outbox.channels()[0]).toMatchObject({ waiting: 6 });
    expect(Date.parse(outbox.deliveries(channelId)[1]?.nextAttemptAt ?? '') - clock.nowMs()).toBe(2 * MINUTE_MS);
    clock.advance(2 * MINUTE_MS);
    await settled(all);
    expect(sent).toHaveLength(5);
    expect(sent[4]?.message).toMatchObject({ kind: 'digest', merged: { count: 6 } });
    const states = outbox.deliveries(channelId).map((one) => one.state);
    expect(states.filter((one) => one === 'merged')).toHaveLength(6);
  });

  test('hundreds are one digest too, made in steps', async () => {
    const all = opened();
    const { outbox, channelId, sent, store } = all;
    store.atomically(() => {
      for (let n = 0; n < 230; n++) outbox.enqueue(channelId, message());
    });
    outbox.start();
    await until('it is sent', () => sent.length > 0);
    await settled(all);
    expect(sent.map((one) => one.message.merged?.count)).toEqual([230]);
    expect(sent[0]?.message.alerts).toHaveLength(230);
    expect(all.outcomes).toHaveLength(231);
  });

  test('survive a restart', async () => {
    const store = scratchStore();
    const clock = new TestClock();
    const before = opened({ store, clock });
    before.outbox.start();
    for (let n = 0; n < 3; n++) before.outbox.enqueue(before.channelId, message());
    await settled(before);
    await before.outbox.stop();
    const { sent, carrier } = recorder();
    const after = scene({ store, clock, carrier });
    after.outbox.start();
    after.outbox.enqueue(before.channelId, message());
    await settled(after);
    expect(sent).toEqual([]);
    clock.advance(MINUTE_MS);
    await settled(after);
    expect(sent).toHaveLength(1);
  });

  test('a test goes out past all of them, and takes nothing from them', async () => {
    const all = opened();
    const { outbox, channelId, sent } = all;
    outbox.start();
    for (let n = 0; n < 20; n++) expect(await outbox.test(channelId)).toMatchObject({ kind: 'test', state: 'sent' });
    for (let n = 0; n < 3; n++) outbox.enqueue(channelId, message());
    await settled(all);
    expect(sent.filter(({ message: { kind } }) => kind === 'alert')).toHaveLength(3);
    for (let n = 0; n < 3; n++) outbox.enqueue(channelId, message());
    await settled(all);
    expect(await outbox.test(channelId)).toMatchObject({ state: 'sent' });
    expect(sent.filter(({ message: { kind } }) => kind === 'alert')).toHaveLength(3);
  });
});

describe('a channel that fails', () => {
  test('is reported after three failures, told of once through the others, and settles when it works', async () => {
    const store = scratchStore();
    const mail = recorder();
    const other = recorder();
    const all = scene({
      store,
      carrier: {
        send: (one, options) => (one.alerts.length > 0 ? mail : other).carrier.send(one, options),
      },
    });
    const { outbox, clock, problems } = all;
    const { id } = outbox.saveChannel({ config: mailTo(25) });
    mail.state.error = refused();
    outbox.start();
    outbox.enqueue(id, message());
    await settled(all);
    clock.advance(10 * SECOND_MS);
    await settled(all);
    expect(outbox.failing()).toEqual([]);
    expect(outbox.channels()[1]?.state).toBe('failing');
    clock.advance(20 * SECOND_MS);
    await settled(all);
    expect(outbox.failing()).toEqual([{ id, name: 'Mail' }]);
    expect(problems.get('CHANNEL_FAILING')).toMatchObject({ params: { name: 'Mail' } });
    for (let n = 0; n < 5; n++) {
      clock.advance(HOUR_MS);
      await settled(all);
    }
    expect(other.sent.map((one) => one.message)).toMatchObject([
      { kind: 'notice', severity: 'HIGH', notice: { key: 'CHANNEL_FAILING', params: { name: 'Mail' } } },
    ]);
    expect(outbox.deliveries('native')).toMatchObject([{ title: 'Messages do not arrive through “Mail”' }]);
    mail.state.error = null;
    clock.advance(HOUR_MS);
    await settled(all);
    expect([outbox.failing(), problems.size]).toEqual([[], 0]);
  });

  test('for ten minutes is broken too, though it failed once only', async () => {
    const all = opened();
    const { outbox, channelId, state, clock, problems } = all;
    state.error = holdfastError('MAIL_LOGIN_FAILED');
    outbox.start();
    outbox.enqueue(channelId, message());
    await settled(all);
    clock.advance(10 * MINUTE_MS - 1);
    await settled(all);
    expect([outbox.failing(), problems.size]).toEqual([[], 0]);
    clock.advance(1);
    await settled(all);
    await until('it is reported', () => problems.has('CHANNEL_FAILING'));
    expect(outbox.failing()).toHaveLength(1);
    expect(state.tries).toBe(1);
  });

  test('is known as failing after a restart, and not told of again', async () => {
    const store = scratchStore();
    const clock = new TestClock();
    const before = opened({ store, clock });
    before.state.error = refused();
    before.outbox.start();
    before.outbox.enqueue(before.channelId, message());
    for (let n = 0; n < 4; n++) {
      await settled(before);
      clock.advance(MINUTE_MS);
    }
    await before.outbox.stop();
    const { carrier, state } = recorder();
    state.error = refused();
    const after = scene({ store, clock, carrier });
    after.outbox.saveChannel({ config: mailTo(26, { name: 'Other' }) });
    after.outbox.start();
    await settled(after);
    expect(after.outbox.failing()).toMatchObject([{ id: before.channelId }]);
    expect(after.outbox.deliveries().filter(({ kind }) => kind === 'notice')).toEqual([]);
  });

  test('a test that gets through makes it work again: what waits follows as one digest', async () => {
    const all = opened();
    const { outbox, channelId, state, sent } = all;
    state.error = holdfastError('MAIL_LOGIN_FAILED');
    outbox.start();
    for (let n = 0; n < 4; n++) outbox.enqueue(channelId, message());
    await settled(all);
    expect(await outbox.test(channelId)).toMatchObject({ state: 'given-up', error: { code: 'MAIL_LOGIN_FAILED' } });
    state.error = null;
    await outbox.test(channelId);
    await settled(all);
    expect(sent.map((one) => one.message.merged?.count ?? one.message.kind)).toEqual(['test', 4]);
  });

  test('what may have arrived goes out again as it is, with the same key, and others do not join it', async () => {
    const all = opened();
    const { outbox, channelId, state, sent, clock, store } = all;
    state.error = holdfastError('REQUEST_TIMED_OUT', { params: { uncertain: 1 } });
    outbox.start();
    const first = message();
    outbox.enqueue(channelId, first);
    await settled(all);
    for (let n = 0; n < 3; n++) outbox.enqueue(channelId, message());
    state.error = null;
    clock.advance(10 * SECOND_MS);
    await settled(all);
    const told = sent.map((one) => one.message.merged?.count ?? one.message.idempotencyKey);
    expect(new Set(told)).toEqual(new Set([3, first.idempotencyKey]));
    expect(told).toHaveLength(2);
    expect(new Set(sent.map(({ key }) => key)).size).toBe(2);
    expect(store.outbox.countWaiting(channelId)).toBe(0);
  });

  test('one alert and its end, both waiting, are one line', async () => {
    const all = opened();
    const { outbox, channelId, state, sent, clock } = all;
    state.error = refused();
    outbox.start();
    const about = alert();
    outbox.enqueue(channelId, message({ alerts: [about] }));
    outbox.enqueue(channelId, message({ kind: 'resolved', alerts: [{ ...about, state: 'resolved' }] }));
    await settled(all);
    state.error = null;
    clock.advance(MINUTE_MS);
    await settled(all);
    expect(sent.map((one) => one.message.alerts)).toMatchObject([[{ alertId: about.alertId, state: 'resolved' }]]);
  });
});

test('what is being sent when Holdfast ends waits as something that may have arrived', async () => {
  const store = scratchStore();
  const clock = new TestClock();
  let begun = false;
  const hanging: Carrier = {
    send: () => {
      begun = true;
      return new Promise(() => undefined);
    },
  };
  const before = opened({ store, clock, carrier: hanging });
  before.outbox.start();
  before.outbox.enqueue(before.channelId, message());
  await until('the try began', () => begun);
  await before.outbox.stop();
  expect(store.outbox.waiting(before.channelId, 9)).toMatchObject([{ sealed: true, attempts: 1 }]);
  const { sent, carrier } = recorder();
  const after = scene({ store, clock, carrier });
  after.outbox.start();
  await settled(after);
  expect(sent).toHaveLength(1);
  expect(after.outbox.failing()).toEqual([]);
});

test('a store that fails is reported, and the outbox goes on', async () => {
  const all = opened();
  const { outbox, channelId, store, sent, clock, reported } = all;
  outbox.start();
  const real = store.outbox.waiting.bind(store.outbox);
  store.outbox.waiting = () => {
    throw holdfastError('STORE_DAMAGED');
  };
  outbox.enqueue(channelId, message());
  await until('it is reported', () => reported.length > 0);
  store.outbox.waiting = real;
  clock.advance(MINUTE_MS);
  await settled(all);
  expect(sent).toHaveLength(1);
});
