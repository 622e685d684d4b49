/** Whatever is dropped: several files at once, encrypted ones, pieces of the log, and files of another database. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { Encrypter } from 'age-encryption';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import type { Holdfast } from './launch';
import { dress, faults, LOOKS, picture } from './look';
import { backUp, change, drag, drop, guard, JOB_ENDS, makeOrders, orders, points } from './support';

test.describe.configure({ timeout: 120_000 });

const dropped = (page: Page, file: string) =>
  page.getByTestId('dropped-file').and(page.locator(`[data-file="${file}"]`));

/** Stores the pages that changed since the last backup. */
async function backUpChanges(holdfast: Holdfast, databaseId: string): Promise<string> {
  await holdfast.request('backups:start', { databaseId, changesOnly: true });
  const [newest] = await points(holdfast, databaseId);
  expect(newest?.form).toBe('changes');
  return newest!.file;
}

async function encrypt(from: string, to: string, passphrase: string): Promise<void> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  encrypter.setScryptWorkFactor(10);
  writeFileSync(to, await encrypter.encrypt(readFileSync(from)));
}

test('several files are listed: what each is, where it belongs, and what can be done with it', async ({
  holdfast,
  page,
  folder,
}) => {
  const file = makeOrders(folder, 'orders.db', 2_000);
  const id = await guard(holdfast, file);
  const point = await backUp(holdfast, id);
  change(file, "UPDATE orders SET item = 'newer' WHERE id = 3");
  const wanted = orders(file);
  const changes = await backUpChanges(holdfast, id);
  change(file, 'DELETE FROM orders');

  const elsewhere = path.join(folder, 'elsewhere');
  mkdirSync(elsewhere);
  const at = (name: string) => path.join(elsewhere, name);
  const strange = makeOrders(elsewhere, 'strange.db', 5);
  change(strange, 'ALTER TABLE orders RENAME TO things; PRAGMA journal_mode = DELETE');
  await encrypt(point.file, at('copy.sqlite.gz.age'), 'correct horse');
  copyFileSync(changes, at('alone.pages.gz'));
  writeFileSync(
    at('orders-000001.log.gz'),
    gzipSync(Buffer.concat([Buffer.from('HOLDFAST LOG 1\n\0'), Buffer.alloc(200)])),
  );
  writeFileSync(at('notes.txt'), 'buy milk');

  const files = [
    changes,
    strange,
    at('copy.sqlite.gz.age'),
    at('alone.pages.gz'),
    at('orders-000001.log.gz'),
    at('notes.txt'),
  ];
  const hand = await drag(page, files);
  await expect(page.getByTestId('drop-overlay')).toContainText('6 files');
  await hand.drop();
  await expect(page.getByTestId('drop-progress')).toHaveText('6 files were checked. Nothing was changed.', JOB_ENDS);

  await expect(dropped(page, changes)).toContainText('Holdfast backup of changes, with its chain');
  await expect(dropped(page, changes)).toContainText('Belongs to orders: the backup names it');
  await expect(dropped(page, strange)).toContainText('Belongs to no database that is guarded here.');
  await expect(dropped(page, at('alone.pages.gz'))).toContainText('must lie in the same folder');
  await expect(dropped(page, at('orders-000001.log.gz'))).toContainText('is a part of a transaction log');
  await expect(dropped(page, at('notes.txt'))).toContainText('is not a SQLite database');
  for (const useless of [at('alone.pages.gz'), at('orders-000001.log.gz'), at('notes.txt')]) {
    await expect(dropped(page, useless).getByTestId('restore-dropped')).toHaveCount(0);
  }

  // an encrypted one is opened where it stands
  const locked = dropped(page, at('copy.sqlite.gz.age'));
  await expect(locked).toContainText('Encrypted');
  for (const [passphrase, state] of [
    ['wrong horse', 'failed'],
    ['correct horse', 'ready'],
  ] as const) {
    await locked.getByTestId('passphrase').fill(passphrase);
    await locked.getByRole('button', { name: 'Open the file' }).click();
    await expect(locked).toHaveAttribute('data-state', 'loading');
    await expect(locked).toHaveAttribute('data-state', state, JOB_ENDS);
  }
  await expect(locked).toContainText('Holdfast backup, encrypted (age)');

  // its copy is written out; the changes are restored with their chain, and the list is there again
  const copy = path.join(folder, 'copy.sqlite');
  await holdfast.stubDialogs(copy);
  await locked.getByRole('button', { name: 'Save a copy…' }).click();
  await expect(page.getByText('Copy saved')).toBeVisible(JOB_ENDS);
  expect(orders(copy)).toHaveLength(2_000);
  await dropped(page, changes).getByTestId('restore-dropped').click();
  await expect(page.getByRole('radio', { name: 'orders' })).toBeChecked(JOB_ENDS);
  await page.getByTestId('show-preview').click();
  await page.getByTestId('confirm-restore').click();
  await expect(page.getByTestId('restore-done')).toBeVisible(JOB_ENDS);
  expect(orders(file)).toEqual(wanted);
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('drop-progress')).toBeVisible();

  for (const looks of LOOKS) {
    await dress(holdfast, page, looks);
    await picture(page, `dropped-${looks.theme}-${looks.language}`);
    expect(await faults(page), `${looks.theme}, ${looks.language}`).toEqual([]);
  }
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('drop-progress')).toBeHidden();
});

test('a file of another database is restored only when somebody means it', async ({ holdfast, page, folder }) => {
  const file = makeOrders(folder, 'orders.db', 50);
  change(file, 'PRAGMA application_id = 7');
  await guard(holdfast, file);
  const other = makeOrders(folder, 'reviews.db', 10);
  change(other, 'ALTER TABLE orders RENAME TO reviews; CREATE TABLE videos (id); PRAGMA application_id = 8');
  await guard(holdfast, other);
  const before = readFileSync(other);
  const old = path.join(folder, 'old', 'copy.db');
  makeOrders(path.dirname(old), 'copy.db', 20);
  change(old, 'PRAGMA application_id = 7; PRAGMA journal_mode = DELETE');

  await drop(page, old);
  await expect(page.getByRole('radio', { name: 'orders' })).toBeChecked(JOB_ENDS);
  await expect(page.getByTestId('other-database')).toHaveCount(0);
  await page.getByRole('radio', { name: 'reviews' }).check();
  const warning = page.getByTestId('other-database');
  await expect(warning).toContainText('This looks like orders, not like reviews.');
  await expect(warning).toContainText('Application number: another one');
  await expect(warning).toContainText('Tables: 0 of 1 is in reviews too');
  await expect(warning).toContainText('File name: another name');

  await page.getByTestId('show-preview').click();
  await expect(page.getByTestId('preview-table')).toBeVisible(JOB_ENDS);
  await expect(page.getByTestId('confirm-restore')).toBeDisabled();
  expect(await faults(page)).toEqual([]);
  expect(readFileSync(other).equals(before)).toBe(true);
  await page.getByTestId('confirm-other').check();
  await page.getByTestId('confirm-restore').click();
  await expect(page.getByTestId('restore-done')).toBeVisible(JOB_ENDS);
  expect(orders(other)).toHaveLength(20);
});
