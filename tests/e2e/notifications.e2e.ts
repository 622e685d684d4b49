/** Native notifications, seen and clicked in a real notification service. */
import { rmSync } from 'node:fs';
import { expect, test } from './fixtures';
import { backUp, guard, makeOrders } from './support';

test('the test notification is shown, and its click leads to Settings', async ({ holdfast, page, notifications }) => {
  await holdfast.request('notifications:test', undefined);
  await expect.poll(() => notifications.displayed()).toBe(1);
  expect(await notifications.clickNewest()).toEqual({
    title: 'Notifications work',
    body: 'Messages of Holdfast look like this.',
    urgency: 'normal',
  });
  await expect(page.getByTestId('tab-settings')).toHaveAttribute('aria-selected', 'true');
});

/** Alerts of one kind are collected before they are told, critical ones for ten seconds. */
const TOLD_WITHIN = { timeout: 25_000 };

test('a failed backup is told as critical; the click opens the closed window at the problem', async ({
  holdfast,
  page,
  notifications,
  folder,
}) => {
  const file = makeOrders(folder, 'R&D <orders>.db', 10);
  const id = await guard(holdfast, file);
  await backUp(holdfast, id);
  rmSync(file);
  await holdfast.request('backups:start', { databaseId: id });
  await expect.poll(() => notifications.displayed(), TOLD_WITHIN).toBe(1);
  await page.close();
  await expect.poll(() => holdfast.windowCount()).toBe(0);

  let told: Awaited<ReturnType<typeof notifications.clickNewest>> | undefined;
  const again = await holdfast.nextWindow(async () => {
    told = await notifications.clickNewest();
  });
  expect(told?.title).toContain('R&D <orders>');
  expect(`${told?.title} ${told?.body}`).toContain(file);
  expect(told?.urgency).toBe('critical');
  await expect(again.getByTestId('tab-errors')).toHaveAttribute('aria-selected', 'true');
  await expect(again.getByTestId('problem-row')).toHaveCount(1);
});

test('a notification that is switched off is not shown; the problem is there all the same', async ({
  holdfast,
  page,
  notifications,
  folder,
}) => {
  const file = makeOrders(folder, 'orders.db', 10);
  const id = await guard(holdfast, file);
  await backUp(holdfast, id);
  const all = await holdfast.request('state:get', undefined);
  await holdfast.request('settings:set', { notifications: { ...all.settings.notifications, backupFailed: false } });
  rmSync(file);
  await holdfast.request('backups:start', { databaseId: id });
  await expect(page.getByTestId('tab-errors')).toContainText('1');
  // One that is sent afterwards is the only one there.
  await holdfast.request('notifications:test', undefined);
  await expect.poll(() => notifications.displayed()).toBe(1);
  expect((await notifications.dismissNewest()).title).toBe('Notifications work');
});
