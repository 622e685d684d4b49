/** Rows of a live database: lost and ruined ones are seen, brought back while applications go on writing, and undone. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import type { Page } from '@playwright/test';
import Database from 'better-sqlite3';
import { Writer } from '../helpers/live-writer';
import { expect, test } from './fixtures';
import { dress, faults, LOOKS, picture } from './look';
import { backUp, guard, JOB_ENDS, makeOrders, orders, selectPoint } from './support';

test.describe.configure({ timeout: 120_000 });

/** Runs statements in a process of their own, as an application or a person would. */
const elsewhere = (file: string, sql: string): void => void execFileSync('sqlite3', [file, sql]);

/** Row of a table among those that can be chosen. */
const card = (page: Page, table: string) =>
  page.getByTestId('partial-table').and(page.locator(`[data-table="${table}"]`));
const count = (page: Page, table: string, what: string) =>
  page.getByTestId('partial-summary').locator(`[data-table="${table}"] [data-count="${what}"]`);
const changed = (page: Page, what: 'insert' | 'update' | 'remove') =>
  page.getByTestId('differences').locator(`[data-change="${what}"]`);

/** From the list of restore points to the tables. */
async function chooseTables(page: Page): Promise<void> {
  await page.getByTestId('restore-point').click();
  await page.getByTestId('restore-scope').getByText('Tables and rows…').click();
  await page.getByTestId('show-preview').click();
}

test('rows that were deleted and changed come back while another process writes, and that is undone', async ({
  holdfast,
  page,
  folder,
}) => {
  const file = makeOrders(folder, 'orders.db', 100);
  const before = orders(file);
  const id = await guard(holdfast, file);
  const writer = await Writer.start(file, 100);
  const point = await backUp(holdfast, id);
  elsewhere(file, "DELETE FROM orders WHERE id IN (7, 8, 9); UPDATE orders SET item = 'ruined' WHERE id = 40;");
  elsewhere(file, "INSERT INTO orders VALUES (1000, 'came later')");
  const damaged = orders(file);

  await selectPoint(page, point);
  await chooseTables(page);
  await expect(card(page, 'orders')).toContainText('98 now, 100 then');
  await card(page, 'orders').getByRole('checkbox', { name: 'orders' }).check();
  await expect(card(page, 'orders').getByTestId('partial-remove')).not.toBeChecked();
  await page.getByTestId('partial-preview').click();
  await expect(count(page, 'orders', 'inserts')).toHaveText('3', JOB_ENDS);
  await expect(count(page, 'orders', 'updates')).toHaveText('1');
  await expect(count(page, 'orders', 'removes')).toHaveText('0');
  await expect(changed(page, 'insert')).toHaveCount(3);
  await expect(changed(page, 'update').locator('del')).toHaveText('ruined');
  await expect(changed(page, 'update')).toContainText('item 40');
  expect(orders(file)).toEqual(damaged);

  await expect(page.getByTestId('confirm-partial')).toHaveText('Bring back 3 rows, reset 1 row in orders');
  await page.getByTestId('confirm-partial').click();
  await expect(page.getByTestId('restore-done')).toBeVisible(JOB_ENDS);
  expect(orders(file)).toEqual([...before, { id: 1000, item: 'came later' }]);
  const { commits, errors } = await writer.stop();
  expect(errors).toEqual([]);
  expect(written(file)).toBe(commits);

  await page.getByTestId('undo-restore').click();
  await expect(page.getByTestId('restore-undone')).toBeVisible(JOB_ENDS);
  expect(orders(file)).toEqual(damaged);
  await page.keyboard.press('Escape');

  // both are listed with the database: the rows, undone, and the whole that undid them
  await page.getByTestId('point-details').getByRole('button', { name: 'Close' }).click();
  await page.getByTestId('show-restores').click();
  await expect(page.getByTestId('restore-entry')).toHaveCount(2);
  await expect(page.getByTestId('restore-entry').nth(1)).toContainText('Rows of orders');
  await expect(page.getByTestId('restore-entry').nth(1)).toHaveAttribute('data-outcome', 'undone');
  await page.getByTestId('restore-entry').nth(0).getByTestId('undo-listed').click();
  await page.getByTestId('confirm-yes').click();
  await expect(page.getByTestId('restore-entry')).toHaveCount(3, JOB_ENDS);
  await expect(page.getByTestId('restore-entry').first()).toHaveAttribute('data-outcome', 'restored', JOB_ENDS);
  expect(orders(file)).toEqual([...before, { id: 1000, item: 'came later' }]);
});

/** Commits of the live writer that are in the database. */
function written(file: string): number {
  const database = new Database(file, { readonly: true });
  const rows = database.prepare('SELECT count(*) FROM written').pluck().get();
  database.close();
  return Number(rows);
}

/** Videos with their reviews, a table without a key, and a full-text index. */
function makeReviews(folder: string): string {
  const file = path.join(folder, 'reviews.db');
  elsewhere(
    file,
    `PRAGMA journal_mode = WAL;
     CREATE TABLE videos (id INTEGER PRIMARY KEY, title TEXT NOT NULL, state TEXT);
     CREATE TABLE reviews (id INTEGER PRIMARY KEY, video INTEGER NOT NULL REFERENCES videos (id), verdict TEXT);
     CREATE TABLE tags (video INTEGER, tag TEXT);
     CREATE VIEW open_videos AS SELECT * FROM videos WHERE state = 'open';
     WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
     INSERT INTO videos SELECT i, 'video ' || i, iif(i % 2, 'open', 'done') FROM n;
     INSERT INTO reviews SELECT id, id, 'fine' FROM videos;`,
  );
  return file;
}
const read = (file: string, sql: string): string => execFileSync('sqlite3', [file, sql], { encoding: 'utf8' }).trim();

test('chosen rows of chosen tables: a condition is tried before, and what they refer to is offered', async ({
  holdfast,
  page,
  folder,
}) => {
  const file = makeReviews(folder);
  const point = await backUp(holdfast, await guard(holdfast, file));
  elsewhere(
    file,
    'DELETE FROM reviews WHERE id <= 5; DELETE FROM videos WHERE id <= 5; DELETE FROM reviews WHERE id = 50',
  );

  await selectPoint(page, point);
  await chooseTables(page);
  await expect(page.getByTestId('not-possible')).toContainText('tags It has no key');
  await expect(page.getByTestId('not-possible')).toContainText('open_videos It is a view');
  await expect(card(page, 'tags')).toHaveCount(0);

  const reviews = card(page, 'reviews');
  await reviews.getByRole('checkbox', { name: 'reviews' }).check();
  await reviews.getByTestId('filter-mode').getByText('SQL condition').click();
  await reviews.getByTestId('filter-sql').fill('vedict = 1');
  await page.getByTestId('partial-preview').click();
  await expect(reviews).toContainText('no such column: vedict', JOB_ENDS);
  await reviews.getByTestId('filter-mode').getByText('Rows where…').click();
  await reviews.getByTestId('condition-operator').click();
  await page.getByRole('option', { name: 'is at most' }).click();
  await reviews.getByTestId('condition-value').fill('3');
  await page.getByTestId('partial-preview').click();

  await expect(page.getByTestId('new-violations')).toContainText('reviews, row 1: no row in videos', JOB_ENDS);
  await expect(page.getByTestId('confirm-partial')).toBeDisabled();
  await page.getByTestId('add-parents').click();
  await expect(count(page, 'videos', 'inserts')).toHaveText('5', JOB_ENDS);
  await expect(page.getByTestId('new-violations')).toHaveCount(0);
  await expect(page.getByTestId('confirm-partial')).toHaveText('Bring back 8 rows in 2 tables');
  await page.getByTestId('confirm-partial').click();
  await expect(page.getByTestId('restore-done')).toBeVisible(JOB_ENDS);
  expect(read(file, 'SELECT id FROM reviews WHERE id <= 5 OR id = 50')).toBe('1\n2\n3');
  expect(read(file, 'SELECT count(*) FROM videos')).toBe('300');
  expect(read(file, 'PRAGMA foreign_key_check')).toBe('');
});

test('every step in both themes and both languages', async ({ holdfast, page, folder }) => {
  const file = makeReviews(folder);
  const point = await backUp(holdfast, await guard(holdfast, file));
  elsewhere(
    file,
    `DELETE FROM reviews WHERE id > 20; UPDATE videos SET title = 'ruined', state = NULL WHERE id % 3 = 0;
     INSERT INTO videos VALUES (1000, 'later', 'open')`,
  );
  /** The place as it is, in all its looks. */
  const look = async (place: string): Promise<void> => {
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
    for (const looks of LOOKS) {
      await dress(holdfast, page, looks);
      await picture(page, `${place}-${looks.theme}-${looks.language}`);
      expect(await faults(page), `${place} in ${looks.theme}, ${looks.language}`).toEqual([]);
    }
    await dress(holdfast, page, LOOKS[0]);
  };
  await selectPoint(page, point);
  await chooseTables(page);
  await card(page, 'reviews').getByRole('checkbox', { name: 'reviews' }).check();
  await card(page, 'videos').getByRole('checkbox', { name: 'videos' }).check();
  await card(page, 'videos').getByTestId('partial-remove').check();
  await card(page, 'reviews').getByTestId('filter-mode').getByText('Rows where…').click();
  await card(page, 'reviews').getByTestId('condition-operator').click();
  await page.getByRole('option', { name: 'is not empty' }).click();
  await look('partial-tables');
  await page.getByTestId('partial-preview').click();
  await expect(changed(page, 'insert').or(changed(page, 'update')).first()).toBeVisible(JOB_ENDS);
  await expect(count(page, 'reviews', 'inserts')).toHaveText('280');
  await look('partial-preview');
  await page.getByRole('button', { name: 'Show the rows of reviews' }).click();
  await expect(page.getByTestId('more-differences')).toHaveText('The first 200 rows are shown. There are more.');
  await page.getByTestId('confirm-partial').click();
  await expect(page.getByTestId('restore-done')).toBeVisible(JOB_ENDS);
  await look('partial-done');
  expect(read(file, "SELECT count(*) FROM videos WHERE title = 'ruined' OR id = 1000")).toBe('0');
});
