/** Chains of changed pages, copies and drills in the window: taken, seen, explained, restored. */
import { copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import type { DestinationInput } from '@shared/destinations';
import { expect, test } from './fixtures';
import type { Holdfast } from './launch';
import { backUp, change, drop, guard, JOB_ENDS, makeOrders, orders, points, selectPoint } from './support';

test.describe.configure({ timeout: 90_000 });

const row = (page: Page, form: 'full' | 'changes') =>
  page.getByTestId('restore-point-row').and(page.locator(`[data-form="${form}"]`));

/** Stores the changed pages through the menu of the button. */
async function backUpChanges(page: Page): Promise<void> {
  await page.getByTestId('back-up-menu-orders').click();
  await page.getByTestId('back-up-changes').click();
}

test('changes are stored in a chain, which is seen, explained and restored', async ({ holdfast, page, folder }) => {
  const file = makeOrders(folder, 'orders.db', 5_000);
  const id = await guard(holdfast, file);
  await page.getByTestId('tab-backups').click();
  await expect(row(page, 'full')).toHaveCount(1);

  change(file, "UPDATE orders SET item = 'changed' WHERE id BETWEEN 100 AND 120; DELETE FROM orders WHERE id = 7");
  const wanted = orders(file);
  await backUpChanges(page);
  await expect(row(page, 'changes')).toHaveCount(1, JOB_ENDS);
  change(file, "INSERT INTO orders (item) VALUES ('the last')");
  await backUpChanges(page);
  await expect(row(page, 'changes')).toHaveCount(2, JOB_ENDS);
  await expect(row(page, 'changes').first()).toHaveAttribute('data-state', 'proved');

  // nothing to store is good news, and no point
  await backUpChanges(page);
  await expect(page.getByText('Nothing changed in orders.')).toBeVisible(JOB_ENDS);
  await expect(page.getByTestId('restore-point-row')).toHaveCount(3);
  expect((await holdfast.request('state:get', undefined)).problems).toEqual([]);

  // the chain by keys: closed, opened, down to its changes
  await row(page, 'full').focus();
  await page.keyboard.press('ArrowLeft');
  await expect(row(page, 'changes')).toHaveCount(0);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(row(page, 'changes').first()).toBeFocused();

  const [newest, first, full] = (await points(holdfast, id)).sort((a, b) => b.chainLength - a.chainLength);
  expect([full?.form, first?.parentId, newest?.parentId]).toEqual(['full', full?.id, first?.id]);
  expect(newest!.sizeBytes).toBeLessThan(full!.sizeBytes / 2);

  // the full backup says what needs it, and is not deleted from under the others
  expect(full?.retention?.reasons.map(({ reason }) => reason)).toContain('base');
  await row(page, 'full').click();
  await expect(page.getByTestId('point-details')).toContainText('is built on it');
  await page.getByTestId('delete-point').click();
  await expect(page.getByTestId('explain-dialog')).toContainText('2 later restore points are built on it');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('explain-dialog')).toBeHidden();
  expect(await points(holdfast, id)).toHaveLength(3);

  // the older of the two changes is what comes back
  await page.locator(`[data-point="${first!.id}"]`).click();
  await expect(page.getByTestId('chain-facts')).toContainText('Needs the full backup of');
  await page.getByTestId('restore-point').click();
  await page.getByTestId('show-preview').click();
  await page.getByTestId('confirm-restore').click();
  await expect(page.getByTestId('restore-done')).toBeVisible(JOB_ENDS);
  expect(orders(file)).toEqual(wanted);
});

const PASSPHRASE = 'blue harbour lantern';

/** A second disk, as far as the window can tell: encrypted copies in a folder. */
async function addDestination(holdfast: Holdfast, folder: string): Promise<string> {
  mkdirSync(folder);
  const input: DestinationInput = {
    id: null,
    config: {
      kind: 'folder',
      name: 'NAS',
      enabled: true,
      offsite: true,
      encryption: { mode: 'passphrase' },
      retention: { incremental: 10, daily: 7, weekly: 4, monthly: 12 },
      path: folder,
    },
    secrets: { passphrase: PASSPHRASE },
  };
  await holdfast.request('destinations:try', input);
  return (await holdfast.request('destinations:save', input)).id;
}

test('a copy is seen and checked, a drill proves it, and its encrypted file opens with the passphrase only', async ({
  holdfast,
  page,
  folder,
}) => {
  const file = makeOrders(folder, 'orders.db', 300);
  const id = await guard(holdfast, file);
  const card = page.getByTestId('database-card-orders');
  await expect(card.getByTestId('copy-rule')).toContainText('2 copies');
  await expect(card.getByTestId('copy-shortfall')).toContainText('Nothing is kept in another place');

  const nas = path.join(folder, 'nas');
  const destinationId = await addDestination(holdfast, nas);
  const [point] = await points(holdfast, id);
  await selectPoint(page, point!);
  const copy = page.getByTestId('copy-NAS');
  await expect(copy).toHaveAttribute('data-state', 'copied', JOB_ENDS);
  await copy.getByTestId('check-copy').click();
  await expect(page.getByText('The copy at NAS is what was copied.')).toBeVisible(JOB_ENDS);
  await page.getByTestId('tab-status').click();
  await expect(card.getByTestId('copy-rule')).toContainText('3 copies');
  await expect(card.getByTestId('copy-rule')).toContainText('1 offsite');

  await page.getByTestId('run-drill-orders').click();
  await expect(card.getByTestId('last-proof')).toContainText('today', JOB_ENDS);
  await expect(page.getByTestId('drill-line-orders')).toContainText('Passed', JOB_ENDS);
  await page.getByTestId('drill-line-orders').getByRole('button', { name: 'Passed' }).click();
  await expect(page.getByTestId('drill-tables').first()).toContainText('same as now');

  // as on another machine, which does not know the passphrase
  await holdfast.request('destinations:remove', { id: destinationId });
  const copied = readdirSync(nas, { recursive: true, encoding: 'utf8' }).find((name) =>
    name.endsWith('.sqlite.gz.age'),
  );
  await drop(page, path.join(nas, copied!));
  await page.getByTestId('passphrase').fill('green harbour lantern');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('passphrase-form')).toContainText('does not open', JOB_ENDS);
  await page.getByTestId('passphrase').fill(PASSPHRASE);
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('inspection-panel')).toContainText('Holdfast backup, encrypted (age)', JOB_ENDS);
  await expect(page.getByRole('radio', { name: 'orders' })).toBeChecked();
});

test('a backup file is imported; a database that is no longer guarded is saved as a file', async ({
  holdfast,
  page,
  folder,
}) => {
  const file = makeOrders(folder, 'orders.db', 100);
  const id = await guard(holdfast, file);
  const [first] = await points(holdfast, id);
  change(file, 'DELETE FROM orders WHERE id > 60');
  await backUp(holdfast, id);
  const carried = path.join(folder, path.basename(first!.file));
  copyFileSync(first!.file, carried);
  await holdfast.request('backups:delete', { pointId: first!.id });
  await page.getByTestId('tab-backups').click();
  await expect(page.getByTestId('restore-point-row')).toHaveCount(1);

  await holdfast.stubDialogs(carried);
  await page.getByTestId('import-backup-file').click();
  await expect(page.getByText('Backup imported and proved')).toBeVisible(JOB_ENDS);
  await expect(page.getByTestId('restore-point-row')).toHaveCount(2);

  await holdfast.request('databases:remove', { databaseId: id });
  await page.getByTestId('backups-database-orders').click();
  await expect(page.getByTestId('former-note')).toContainText(file);
  await page.getByTestId('restore-point-row').last().click();
  const saved = path.join(folder, 'saved.db');
  await holdfast.stubDialogs(saved);
  await page.getByTestId('save-copy').click();
  await expect(page.getByText('Copy saved')).toBeVisible(JOB_ENDS);
  expect(orders(saved)).toHaveLength(100);
});
