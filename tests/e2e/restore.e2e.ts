/** The way back: a restore point or a dropped file, previewed, restored, undone, or written out as a file of its own. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { backUp, change, drop, guard, JOB_ENDS, makeOrders, orders, selectPoint } from './support';

test.describe.configure({ timeout: 120_000 });

/** Row of a table in the preview: name, rows now, rows then, difference. */
const previewRow = (page: Page, table: string) =>
  page.getByTestId('preview-table').getByRole('row').filter({ hasText: table }).getByRole('cell');

test('a restore point brings the lost rows back into the live database, and the restore is undone', async ({
  holdfast,
  page,
  folder,
}) => {
  const file = makeOrders(folder, 'orders.db', 100);
  const before = orders(file);
  const point = await backUp(holdfast, await guard(holdfast, file));
  change(file, 'DELETE FROM orders WHERE id > 40');
  const damaged = orders(file);

  await selectPoint(page, point);
  await page.getByTestId('restore-point').click();
  await page.getByTestId('show-preview').click();
  await expect(previewRow(page, 'orders').nth(1)).toHaveText('40');
  await expect(previewRow(page, 'orders').nth(2)).toHaveText('100');
  expect(orders(file)).toEqual(damaged);

  await page.getByTestId('confirm-restore').click();
  await expect(page.getByTestId('restore-done')).toBeVisible(JOB_ENDS);
  expect(orders(file)).toEqual(before);

  await page.getByTestId('undo-restore').click();
  await expect(page.getByTestId('restore-undone')).toBeVisible(JOB_ENDS);
  expect(orders(file)).toEqual(damaged);
});

test('a backup file of Holdfast that is dropped finds its database and restores it', async ({
  holdfast,
  page,
  folder,
}) => {
  const file = makeOrders(folder, 'orders.db', 100);
  const before = orders(file);
  const point = await backUp(holdfast, await guard(holdfast, file));
  change(file, "UPDATE orders SET item = 'ruined'");

  await drop(page, point.file);
  await expect(page.getByTestId('inspection-panel')).toContainText(point.file);
  await expect(page.getByRole('radio', { name: 'orders' })).toBeChecked();
  await page.getByTestId('show-preview').click();
  await expect(page.getByTestId('preview-table')).toContainText('orders');
  await page.getByTestId('confirm-restore').click();
  await expect(page.getByTestId('restore-done')).toBeVisible(JOB_ENDS);
  expect(orders(file)).toEqual(before);
});

test('a plain .db file and a foreign .gz that are dropped restore as well', async ({ holdfast, page, folder }) => {
  const file = makeOrders(folder, 'orders.db', 10);
  await backUp(holdfast, await guard(holdfast, file));
  const plain = makeOrders(path.join(folder, 'elsewhere'), 'old.db', 30);
  change(plain, 'PRAGMA journal_mode = DELETE');
  const zipped = path.join(folder, 'elsewhere', 'older.sqlite.gz');
  writeFileSync(zipped, gzipSync(readFileSync(makeOrders(path.join(folder, 'elsewhere'), 'older.db', 20))));

  for (const [dropped, count] of [
    [plain, 30],
    [zipped, 20],
  ] as const) {
    await drop(page, dropped);
    await expect(page.getByTestId('inspection-panel')).toContainText(dropped);
    await page.getByRole('radio', { name: 'orders' }).check();
    await page.getByTestId('show-preview').click();
    await expect(previewRow(page, 'orders').nth(2)).toHaveText(String(count));
    await page.getByTestId('confirm-restore').click();
    await expect(page.getByTestId('restore-done')).toBeVisible(JOB_ENDS);
    expect(orders(file)).toHaveLength(count);
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('restore-panel')).toBeHidden();
  }
});

test('a damaged backup file is refused, and the database is as it was', async ({ holdfast, page, folder }) => {
  const file = makeOrders(folder, 'orders.db', 500);
  const point = await backUp(holdfast, await guard(holdfast, file));
  const before = orders(file);
  const bytes = readFileSync(point.file);
  const middle = Math.floor(bytes.length / 2);
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 0xff, middle);
  const damaged = path.join(folder, 'damaged.sqlite.gz');
  writeFileSync(damaged, bytes);

  await drop(page, damaged);
  await expect(page.getByTestId('error-notice').or(page.getByTestId('inspection-panel'))).toContainText(
    'damaged.sqlite.gz',
  );
  await expect(page.getByTestId('show-preview').and(page.locator(':enabled'))).toHaveCount(0);
  expect(orders(file)).toEqual(before);
});

test('a restore point is written out as a database of its own, and its file is exported', async ({
  holdfast,
  page,
  folder,
}) => {
  const file = makeOrders(folder, 'orders.db', 100);
  const point = await backUp(holdfast, await guard(holdfast, file));
  change(file, 'DELETE FROM orders');
  await selectPoint(page, point);

  const copy = path.join(folder, 'copy.sqlite');
  await holdfast.stubDialogs(copy);
  await page.getByTestId('save-copy').click();
  await expect.poll(() => existsSync(copy) && orders(copy).length, JOB_ENDS).toBe(100);
  expect(orders(file)).toEqual([]);

  const exported = path.join(folder, 'exported.sqlite.gz');
  await holdfast.stubDialogs(exported);
  await page.getByTestId('export').click();
  await expect
    .poll(() => existsSync(exported) && readFileSync(exported).equals(readFileSync(point.file)), JOB_ENDS)
    .toBe(true);
  const opened = path.join(folder, 'opened.sqlite');
  writeFileSync(opened, gunzipSync(readFileSync(exported)));
  expect(orders(opened)).toHaveLength(100);
});

test('a restore goes on when the window is closed, and its end is told', async ({
  holdfast,
  page,
  folder,
  notifications,
}) => {
  const file = makeOrders(folder, 'orders.db', 20_000);
  const id = await guard(holdfast, file);
  const point = await backUp(holdfast, id);
  change(file, 'DELETE FROM orders WHERE id > 10');
  await page.evaluate((source) => void window.holdfast.request('restore:start', source), {
    source: { pointId: point.id },
    databaseId: id,
  });
  await holdfast.closeWindow();
  await expect.poll(() => notifications.displayed(), JOB_ENDS).toBe(1);
  expect((await notifications.dismissNewest()).title).toBe('Restored: orders');
  expect(orders(file)).toHaveLength(20_000);
});
