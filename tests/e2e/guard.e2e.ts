/** From a first start to guarded databases: the sample, the dialog, a dropped file, and what is refused. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from './fixtures';
import { drag, drop, JOB_ENDS, makeOrders, points } from './support';

test('the first run explains itself; the sample is guarded and proved with one click', async ({
  holdfast,
  page,
  tray,
}) => {
  await expect(page.getByTestId('first-run')).toBeVisible();
  await page.getByTestId('use-sample').click();
  await expect(page.getByTestId('first-run')).toBeHidden();
  const card = page.locator('[data-testid^="database-card-"]');
  await expect(card).toHaveCount(1);
  await expect(card).toHaveAttribute('data-protection', 'protected', JOB_ENDS);
  const { databases } = await holdfast.request('state:get', undefined);
  const [sample] = databases;
  expect(sample?.database.sample).toBe(true);
  expect(sample?.lastProved?.checks.map(({ outcome }) => outcome)).not.toContain('failed');
  await expect.poll(() => tray.tooltip()).toBe(`Holdfast: ${sample?.database.name} is protected.`);
});

test('a database is guarded through the file dialog and backed up by hand', async ({ holdfast, page, folder }) => {
  const file = makeOrders(folder, 'orders.db', 200);
  await holdfast.stubDialogs(file);
  await page.getByTestId('guard-database').click();
  const card = page.getByTestId('database-card-orders');
  await expect(card).toHaveAttribute('data-protection', 'protected', JOB_ENDS);
  await expect(card).toContainText(file);

  const [database] = (await holdfast.request('state:get', undefined)).databases;
  const before = (await points(holdfast, database!.database.id)).length;
  await page.getByTestId('back-up-now-orders').click();
  await expect.poll(async () => (await points(holdfast, database!.database.id)).length, JOB_ENDS).toBe(before + 1);
  await page.getByTestId('tab-backups').click();
  await expect(page.getByTestId('restore-point-row')).toHaveCount(before + 1);
  await expect(page.getByTestId('restore-point-row').first()).toHaveAttribute('data-state', 'proved');
});

test('a dialog that is cancelled changes nothing', async ({ holdfast, page }) => {
  await holdfast.stubDialogs(null);
  await page.getByTestId('guard-database').click();
  await expect(page.getByTestId('first-run')).toBeVisible();
  expect((await holdfast.request('state:get', undefined)).databases).toEqual([]);
});

test('a database that is dropped on the window is identified and guarded', async ({ page, folder }) => {
  const file = makeOrders(folder, 'shop.sqlite', 50);
  await drop(page, file);
  const panel = page.getByTestId('inspection-panel');
  await expect(panel).toContainText(file);
  await page.getByTestId('guard-dropped').click();
  await expect(page.getByTestId('database-card-shop')).toHaveAttribute('data-protection', 'protected', JOB_ENDS);
});

test('a file dragged over the window says what will happen, and nothing happens when it leaves', async ({
  page,
  folder,
}) => {
  const hand = await drag(page, [makeOrders(folder, 'shop.sqlite', 5)]);
  await expect(page.getByTestId('drop-overlay')).toBeVisible();
  await hand.leave();
  await expect(page.getByTestId('drop-overlay')).toBeHidden();
  await expect(page.getByTestId('restore-panel')).toBeHidden();
});

test('what is no database is refused with what it is and what to do', async ({ holdfast, page, folder }) => {
  const file = path.join(folder, 'notes.db');
  writeFileSync(file, 'these are notes, not a database\n'.repeat(100));
  await drop(page, file);
  await expect(page.getByTestId('error-notice')).toContainText(file);
  expect((await holdfast.request('state:get', undefined)).databases).toEqual([]);
});

test('a database that is guarded already is not guarded twice', async ({ holdfast, page, folder }) => {
  const file = makeOrders(folder, 'orders.db', 20);
  await holdfast.stubDialogs(file);
  await page.getByTestId('guard-database').click();
  await expect(page.getByTestId('database-card-orders')).toBeVisible();
  await page.getByTestId('guard-database').click();
  await expect(page.getByRole('alert').filter({ hasText: file })).toBeVisible();
  expect((await holdfast.request('state:get', undefined)).databases).toHaveLength(1);
});
