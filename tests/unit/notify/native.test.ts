import { createTranslator } from '@shared/text';
import { expect, test } from 'vitest';
import { holdfastError } from '../../../electron/errors/holdfast-error';
import { mergeMessages } from '../../../electron/notify/digest';
import { createNativeCarrier } from '../../../electron/notify/native';
import type { Message, ShowNative } from '../../../electron/notify/types';
import { alert, english, message, scene, SECOND_MS, settled, START_MS } from './fixture';

const options = { signal: new AbortController().signal, idempotencyKey: 'k' };

async function shownFor(one: Message, translate = english) {
  const shown: Parameters<ShowNative>[0][] = [];
  const carrier = createNativeCarrier(
    async (notification) => {
      shown.push(notification);
    },
    () => translate,
  );
  await carrier.send(one, options);
  return shown[0];
}

test('one alert: its title and what was measured; a click leads to it', async () => {
  const about = alert({ params: { name: 'R&D <b>' }, severity: 'CRITICAL', firingSince: null });
  const one = message({ severity: 'CRITICAL', alerts: [about] });
  expect(await shownFor(one)).toEqual({
    title: 'R&D <b>',
    body: 'value 93%, threshold 85%',
    critical: true,
    place: { tab: 'errors', alertId: about.alertId },
  });
});

test('many alerts are one notification: how many, the worst, how many more', async () => {
  const alerts = Array.from({ length: 9 }, (_, n) =>
    alert({ params: { name: `A${n}` }, value: null, threshold: null, firingSince: null }),
  );
  expect(await shownFor(message({ alerts }))).toMatchObject({
    title: 'A0 and 8 more',
    body: 'A0\nA1\nA2\nA3\n5 more',
    critical: false,
  });
  const digest = mergeMessages('d', [
    { message: message({ alerts: [alerts[0]!] }), createdAt: new Date(START_MS).toISOString() },
  ]);
  expect((await shownFor(digest))?.body).toBe('A0');
  expect((await shownFor(message({ kind: 'digest', alerts }), createTranslator('ko')))?.title).toBe('요약: 경보 9건');
});

test('a notice and a test show their words', async () => {
  const notice = { key: 'backup-overdue', params: { name: 'orders', hours: 2 } };
  expect(await shownFor(message({ kind: 'notice', alerts: [], notice }))).toMatchObject({
    title: 'Backup overdue: orders',
    body: 'No proved backup for 2 hours.',
  });
  expect(await shownFor(message({ kind: 'test', alerts: [] }))).toMatchObject({
    title: 'Notifications work',
    body: 'Messages of Holdfast look like this.',
  });
});

test('what the desktop did not show is not sent: it is tried again', async () => {
  let shows = false;
  const all = scene({
    showNative: async () => {
      if (!shows) throw holdfastError('NOTIFICATION_NOT_SHOWN', { detail: 'no service' });
    },
  });
  all.outbox.start();
  all.outbox.enqueue('native', message());
  await settled(all);
  expect(all.outbox.deliveries()).toMatchObject([{ state: 'waiting', error: { code: 'NOTIFICATION_NOT_SHOWN' } }]);
  shows = true;
  all.clock.advance(10 * SECOND_MS);
  await settled(all);
  expect(all.outbox.deliveries()).toMatchObject([{ state: 'sent', attempts: 2, error: null }]);
  shows = false;
  expect(await all.outbox.test('native')).toMatchObject({
    state: 'given-up',
    error: { code: 'NOTIFICATION_NOT_SHOWN' },
  });
});
