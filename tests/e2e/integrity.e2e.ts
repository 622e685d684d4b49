/** Integrity of a database in the window: business rules, checks, rows without a parent, and repair behind a backup. */
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import Database from 'better-sqlite3';
import type { Locator, Page } from '@playwright/test';
import type { GuardedDatabase } from '@shared/models';
import { expect, test } from './fixtures';
import { type Holdfast, root } from './launch';
import { change, guard, JOB_ENDS, makeOrders } from './support';

test.describe.configure({ timeout: 120_000 });

const pictures = path.join(root, 'test-results', 'screenshots');

async function addSample(holdfast: Holdfast): Promise<GuardedDatabase> {
  const database = await holdfast.request('databases:add-sample', undefined);
  await expect
    .poll(async () => (await holdfast.request('state:get', undefined)).databases[0]?.protection, JOB_ENDS)
    .toBe('protected');
  return database;
}

/** Opens the integrity of the database that is chosen on Backups. */
async function openIntegrity(page: Page): Promise<Locator> {
  await page.getByTestId('tab-backups').click();
  await page.getByTestId('backups-parts').getByText('Integrity').click();
  const view = page.getByTestId('integrity-view');
  await expect(view).toBeVisible();
  return view;
}

/** A database of orders whose index by item holds something else than its table: REINDEX mends it. */
function makeDamagedIndex(folder: string): string {
  const file = makeOrders(folder, 'orders.db', 500);
  const database = new Database(file);
  database.exec(
    'ALTER TABLE orders ADD COLUMN note TEXT; UPDATE orders SET note = id; CREATE INDEX by_item ON orders (note)',
  );
  // The entries stay those of another column.
  database.unsafeMode(true);
  database.pragma('writable_schema = ON');
  database.exec(`UPDATE sqlite_schema SET sql = 'CREATE INDEX by_item ON orders (item)' WHERE name = 'by_item'`);
  database.pragma('writable_schema = RESET');
  database.close();
  return file;
}

test('a rule from a preset finds a broken row, raises an alert, and is well again when the row is mended', async ({
  holdfast,
  page,
}) => {
  const { id, path: file } = await addSample(holdfast);
  const view = await openIntegrity(page);
  await page.getByTestId('suggest-negative-views').click();
  const rule = page.getByTestId('data-rule-Negative views');
  await expect(rule).toContainText('Holds', JOB_ENDS);
  await expect(page.getByTestId('suggest-negative-views')).toHaveCount(0);

  change(file, 'UPDATE videos SET view_count = -7 WHERE id IN (11, 12)');
  await page.getByTestId('run-Negative views').click();
  await expect(rule).toContainText('2 rows', JOB_ENDS);
  await page.getByTestId('rows-Negative views').click();
  const rows = page.getByTestId('data-rule-rows');
  await expect(rows.getByRole('row')).toHaveCount(3);
  await expect(rows.getByRole('cell', { name: '-7' })).toHaveCount(2);
  await page.keyboard.press('Escape');
  await expect(rows).toBeHidden();

  await page.getByTestId('tab-status').click();
  const line = page.getByTestId('integrity-line-video-review-sample');
  await expect(line).toContainText('1 rule broken, 2 rows');
  await expect(page.getByText('that break the rule “Negative views”: 2.')).toBeVisible(JOB_ENDS);
  // The line on the card leads back.
  await line.getByText('1 rule broken, 2 rows').click();
  await expect(view).toBeVisible();

  // Its fix runs behind a backup, and the rule is asked again by itself.
  await page.getByTestId('find-plan').click();
  await expect(page.getByTestId('repair-step')).toContainText('Negative views', JOB_ENDS);
  await page.getByTestId('repair-now').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Repair' }).click();
  await expect(page.getByTestId('last-repair')).toHaveAttribute('data-outcome', 'repaired', JOB_ENDS);
  await expect(rule).toContainText('Holds', JOB_ENDS);
  await page.getByTestId('tab-status').click();
  await expect(line).not.toContainText('rule');
  await expect
    .poll(async () => (await holdfast.request('state:get', undefined)).alerts.map(({ source }) => source), JOB_ENDS)
    .not.toContainEqual(expect.objectContaining({ type: 'data-rule', databaseId: id }));
});

test('a rule of one’s own: tried before it is kept, refused in words, changed and removed', async ({
  holdfast,
  page,
  folder,
}) => {
  await guard(holdfast, makeOrders(folder, 'orders.db', 20));
  await openIntegrity(page);
  await expect(page.getByTestId('data-rules')).toContainText('No business rule is set up.');
  await page.getByTestId('add-data-rule').click();
  const editor = page.getByTestId('data-rule-editor');
  await page.getByTestId('data-rule-sql').fill('SELECT id, item FROM orders WHERE id > 17');
  await page.getByTestId('editor-try').click();
  await expect(page.getByTestId('data-rule-result')).toContainText('3 rows break it now.');
  await page.getByTestId('editor-save').click();
  await expect(editor).toContainText('Give it a name');
  await page.getByTestId('data-rule-name').fill('late orders');
  await page.getByTestId('data-rule-fix').fill('DELETE FROM orders; DELETE FROM orders');
  await page.getByTestId('editor-save').click();
  await expect(editor).toContainText('The fix is not one statement that changes rows.');
  await page.getByTestId('data-rule-fix').fill('DELETE FROM orders WHERE id > 17');
  await page.getByTestId('data-rule-above').fill('2');
  await page.getByTestId('editor-save').click();
  await expect(editor).toBeHidden();
  const rule = page.getByTestId('data-rule-late orders');
  await expect(rule).toHaveAttribute('data-broken', 'true', JOB_ENDS);
  await expect(rule).toContainText('2 rows are allowed');

  await page.getByTestId('data-rule-menu-late orders').click();
  await page.getByRole('menuitem', { name: 'Edit' }).click();
  await page.getByTestId('data-rule-above').fill('3');
  await page.getByTestId('editor-save').click();
  await expect(rule).not.toHaveAttribute('data-broken', 'true', JOB_ENDS);
  await page.getByTestId('data-rule-menu-late orders').click();
  await page.getByRole('menuitem', { name: 'Remove…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(rule).toHaveCount(0);
});

test('a full check lists the row whose parent is missing', async ({ holdfast, page, folder }) => {
  const file = makeOrders(folder, 'orders.db', 20);
  change(
    file,
    `PRAGMA foreign_keys = OFF;
     CREATE TABLE lines (id INTEGER PRIMARY KEY, order_id INTEGER REFERENCES orders (id));
     INSERT INTO lines VALUES (1, 1), (2, 20), (3, 4711)`,
  );
  await guard(holdfast, file);
  await openIntegrity(page);
  await expect(page.getByTestId('checks')).toContainText('It was not checked yet.');
  await page.getByTestId('check-full').click();
  const newest = page.getByTestId('newest-check');
  await expect(newest).toHaveAttribute('data-outcome', 'violations', JOB_ENDS);
  await expect(newest).toContainText('1 row without a parent');
  await expect(page.getByTestId('orphan')).toHaveText(/lines\s*3\s*order_id = 4711\s*orders/);
  // A quick check follows references too.
  await page.getByTestId('check-quick').click();
  await expect(newest).toHaveAttribute('data-depth', 'quick', JOB_ENDS);
  await expect(page.getByTestId('orphan')).toHaveCount(1);
  change(file, 'DELETE FROM lines WHERE id = 3');
  await page.getByTestId('check-full').click();
  await expect(newest).toHaveAttribute('data-outcome', 'ok', JOB_ENDS);
  await expect(newest).toContainText('Sound');
  await expect(page.getByTestId('orphan')).toHaveCount(0);
});

test('a damaged index is found, repaired behind a backup, and sound afterwards', async ({ holdfast, page, folder }) => {
  const file = makeDamagedIndex(folder);
  const { id } = await holdfast.request('databases:add', { file });
  await expect.poll(async () => (await holdfast.request('state:get', undefined)).jobs.length, JOB_ENDS).toBe(0);
  const before = (await holdfast.request('backups:list', { databaseId: id })).length;
  await openIntegrity(page);
  await page.getByTestId('check-full').click();
  const newest = page.getByTestId('newest-check');
  await expect(newest).toHaveAttribute('data-outcome', 'damaged', JOB_ENDS);
  await expect(page.getByTestId('faults')).toContainText('by_item');
  await page.getByTestId('find-plan').click();
  const step = page.getByTestId('repair-step');
  await expect(step).toContainText('by_item', JOB_ENDS);
  await page.getByTestId('repair-now').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Repair' }).click();
  await expect(page.getByTestId('last-repair')).toHaveAttribute('data-outcome', 'repaired', JOB_ENDS);
  await page.getByTestId('check-full').click();
  await expect(newest).toHaveAttribute('data-outcome', 'ok', JOB_ENDS);
  await expect(page.getByTestId('faults')).toHaveCount(0);
  expect((await holdfast.request('backups:list', { databaseId: id })).length).toBeGreaterThan(before);
  const database = new Database(file, { readonly: true });
  expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(database.prepare('SELECT count(*) FROM orders').pluck().get()).toBe(500);
  database.close();
});

for (const [language, theme, width, height] of [
  ['en', 'light', 1200, 800],
  ['ko', 'dark', 900, 600],
] as const) {
  test(`every part of it without a fault: ${language}, ${theme}, ${width}`, async ({ holdfast, page, folder }) => {
    const file = makeDamagedIndex(folder);
    change(file, "UPDATE orders SET note = '' WHERE id = 7");
    const { id } = await holdfast.request('databases:add', { file });
    await holdfast.request('settings:set', { language, theme });
    await holdfast.app.evaluate(
      ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(...size),
      [width, height] as [number, number],
    );
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', theme);
    const look = async (place: string): Promise<void> => {
      await expect(page.locator('[aria-busy="true"]')).toHaveCount(0, JOB_ENDS);
      await page.screenshot({ path: path.join(pictures, `integrity-${place}-${theme}-${language}.png`) });
      const { violations } = await new AxeBuilder({ page })
        .setLegacyMode(true)
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
        .analyze();
      expect(
        violations.map(({ id: fault, nodes }) => `${fault}: ${nodes.map(({ html }) => html).join(' | ')}`),
        place,
      ).toEqual([]);
    };
    await page.getByTestId('tab-backups').click();
    await page.getByTestId('backups-parts').locator('label').nth(1).click();
    await expect(page.getByTestId('integrity-view')).toBeVisible();
    await look('empty');
    const config = {
      ...{ databaseId: id, name: 'orders without a note', sql: "SELECT id FROM orders WHERE note = ''" },
      ...{
        enabled: true,
        intervalMinutes: 60,
        fixSql: "UPDATE orders SET note = 'none' WHERE note = ''",
        preset: null,
      },
      alert: { enabled: true, severity: 'HIGH' as const, above: 0 },
    };
    const rule = await holdfast.request('data-rules:save', { config });
    await holdfast.request('data-rules:run', { id: rule.id });
    await holdfast.request('integrity:check', { databaseId: id, depth: 'full' });
    // The window hears of it a moment later; a plan is of the newest check that it knows.
    await expect(page.getByTestId('newest-check')).toHaveAttribute('data-outcome', 'damaged', JOB_ENDS);
    await page.getByTestId('find-plan').click();
    await expect(page.getByTestId('repair-step')).toHaveCount(1, JOB_ENDS);
    await look('found');
    await page.getByTestId('data-rules').scrollIntoViewIfNeeded();
    await look('rules');
    await page.getByTestId('add-data-rule').click();
    await page.getByTestId('data-rule-sql').fill('SELECT id, item FROM orders');
    await page.getByTestId('editor-try').click();
    await expect(page.getByTestId('data-rule-result')).toBeVisible();
    await look('editor');
    await page.keyboard.press('Escape');
    await page.getByTestId('tab-status').click();
    await look('card');
  });
}
