/** Any moment: continuous protection is switched on, a moment between two commits is chosen, looked into and restored. */
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import type { DatabaseStatus } from '@shared/models';
import { expect, test } from './fixtures';
import { type Holdfast, root } from './launch';
import { change, guard, JOB_ENDS, makeOrders, orders } from './support';

test.describe.configure({ timeout: 120_000 });

const pictures = path.join(root, 'test-results', 'screenshots');
const track = (page: Page) => page.getByTestId('timeline-track');
const comesBack = (page: Page) => page.getByTestId('moment-comes-back');

async function statusOf(holdfast: Holdfast, databaseId: string): Promise<DatabaseStatus> {
  const { databases } = await holdfast.request('state:get', undefined);
  return databases.find(({ database }) => database.id === databaseId)!;
}

/** Guards a database, opens it on Backups and switches continuous protection on there. */
async function protect(holdfast: Holdfast, page: Page, file: string): Promise<string> {
  const databaseId = await guard(holdfast, file);
  await page.getByTestId('tab-backups').click();
  await expect(page.getByTestId('continuous-line')).toHaveAttribute('data-state', 'off');
  await page.getByTestId('continuous-switch-orders').press('Space');
  await expect(page.getByTestId('continuous-line')).toHaveAttribute('data-state', 'running', JOB_ENDS);
  return databaseId;
}

/** Commits an order, and gives a whole second before which it is in the log and after which nothing else is yet. */
async function commitOrder(holdfast: Holdfast, databaseId: string, file: string, id: number): Promise<number> {
  change(file, `INSERT INTO orders (id, item) VALUES (${id}, 'item ${id}')`);
  const committedMs = Date.now();
  const covered = async (): Promise<number> =>
    Date.parse((await statusOf(holdfast, databaseId)).continuous.coveredUntil ?? '');
  await expect.poll(covered, JOB_ENDS).toBeGreaterThan(committedMs);
  const secondMs = Math.ceil(Date.now() / 1000) * 1000;
  await expect.poll(covered, JOB_ENDS).toBeGreaterThan(secondMs);
  return secondMs;
}

/** As a field for local date and time takes it. */
const localInput = (ms: number): string =>
  new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 'YYYY-MM-DDTHH:mm:ss'.length);

async function goTo(page: Page, ms: number): Promise<void> {
  await page.getByTestId('timeline-go-to').fill(localInput(ms));
  await page.getByTestId('timeline-go-to').press('Enter');
  await expect(track(page)).toHaveAttribute('data-chosen', String(ms));
}

/** First column of the rows that are shown. */
const shownIds = async (page: Page): Promise<number[]> => {
  const cells = await page.getByTestId('moment-rows').locator('tbody tr td:first-child').allInnerTexts();
  return cells.map(Number);
};

async function faults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode(true)
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
    .analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

const LOOKS = [
  { theme: 'dark', language: 'ko' },
  { theme: 'light', language: 'en' },
] as const;

/** A picture in both themes and both languages, none with a fault that axe finds. */
async function look(holdfast: Holdfast, page: Page, place: string): Promise<void> {
  for (const { theme, language } of LOOKS) {
    await holdfast.request('settings:set', { theme, language });
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', theme);
    await expect(page.locator('html')).toHaveAttribute('lang', language);
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
    await page.screenshot({ path: path.join(pictures, `${place}-${theme}-${language}.png`) });
    expect(await faults(page), `${place} in ${theme}, ${language}`).toEqual([]);
  }
}

test('a moment between two commits holds exactly what was committed until then, and is restored', async ({
  holdfast,
  page,
  folder,
}) => {
  const file = makeOrders(folder, 'orders.db', 10);
  const databaseId = await protect(holdfast, page, file);
  const afterEleven = await commitOrder(holdfast, databaseId, file, 11);
  const afterTwelve = await commitOrder(holdfast, databaseId, file, 12);
  change(file, 'DELETE FROM orders WHERE id <= 5');

  await page.getByTestId('tab-status').click();
  await expect(page.getByTestId('loss-window-orders')).toContainText(/At most \d+ seconds/);
  await page.getByTestId('tab-backups').click();

  await goTo(page, afterTwelve);
  await expect(comesBack(page)).toHaveAttribute('data-comes', 'log-exact');
  // one second is a step of the track when it is zoomed in: back to before the twelfth order
  await track(page).focus();
  for (let presses = 0; presses < 9; presses += 1) await page.keyboard.press('+');
  await expect(track(page)).toHaveAttribute('aria-valuetext', /every transaction is kept/);
  for (let at = afterTwelve; at > afterEleven; at -= 1000) await page.keyboard.press('ArrowLeft');
  await expect(track(page)).toHaveAttribute('data-chosen', String(afterEleven));
  await expect(comesBack(page)).toHaveAttribute('data-comes', 'log-exact');
  await look(holdfast, page, 'timeline');

  await track(page).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('moment-table-orders')).toHaveAttribute('data-rows', '11', JOB_ENDS);
  await page.getByTestId('moment-table-orders').click();
  await expect.poll(() => shownIds(page)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  await page.getByTestId('moment-search').fill('item 1');
  await expect.poll(() => shownIds(page)).toEqual([1, 10, 11]);
  await look(holdfast, page, 'moment-tables');

  await page.getByTestId('moment-views').getByText('Compared with now').click();
  const compared = page.getByTestId('preview-table').getByRole('row').filter({ hasText: 'orders' }).getByRole('cell');
  await expect(compared).toHaveText(['orders', '7', '11', '+4'], JOB_ENDS);
  await look(holdfast, page, 'moment-compare');

  await page.getByTestId('moment-restore-all').click();
  await page.getByTestId('show-preview').click();
  await expect(page.getByTestId('preview-table')).toBeVisible(JOB_ENDS);
  await page.getByTestId('confirm-restore').click();
  await expect(page.getByTestId('restore-done')).toBeVisible(JOB_ENDS);
  expect(orders(file).map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
});

test('a moment that nothing reaches back to is told in its place, with the oldest one that does', async ({
  holdfast,
  page,
  folder,
}) => {
  await guard(holdfast, makeOrders(folder, 'orders.db', 10));
  await page.getByTestId('tab-backups').click();
  await goTo(page, Math.floor(Date.now() / 1000) * 1000 - 3_600_000);
  await expect(page.getByTestId('moment-not-covered')).toBeVisible();
  await expect(page.getByTestId('moment-look-inside')).toBeDisabled();
  await page.getByTestId('moment-jump').click();
  await expect(comesBack(page)).toHaveAttribute('data-comes', 'point-exact');
  await page.getByTestId('moment-look-inside').click();
  await expect(page.getByTestId('moment-table-orders')).toHaveAttribute('data-rows', '10', JOB_ENDS);
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('moment-panel')).toBeHidden();

  await test.step('the track is zoomed by the wheel around the pointer, moved by dragging, and Shift marks a span', () =>
    handleTrack(page));
});

async function handleTrack(page: Page): Promise<void> {
  await page.getByTestId('timeline-spans').getByText('24 hours').click();
  await track(page).focus();
  await page.keyboard.press('Escape');
  await expect(track(page)).not.toHaveAttribute('data-chosen');
  const shown = async (): Promise<{ from: number; to: number }> => ({
    from: Number(await track(page).getAttribute('data-from')),
    to: Number(await track(page).getAttribute('data-to')),
  });
  const box = (await track(page).boundingBox())!;
  const at = { x: box.x + box.width / 4, y: box.y + box.height / 2 };
  const under = ({ from, to }: { from: number; to: number }): number => from + (to - from) / 4;

  const whole = await shown();
  await page.mouse.move(at.x, at.y);
  await page.mouse.wheel(0, -400);
  await expect.poll(async () => (await shown()).to - (await shown()).from).toBeLessThan((whole.to - whole.from) * 0.8);
  const zoomed = await shown();
  const width = zoomed.to - zoomed.from;
  expect(Math.abs(under(zoomed) - under(whole))).toBeLessThan(width / 100);

  await page.mouse.down();
  await page.mouse.move(at.x + box.width / 4, at.y, { steps: 4 });
  await page.mouse.up();
  await expect.poll(async () => Math.round(((zoomed.from - (await shown()).from) / width) * 20)).toBe(5);
  await expect(track(page)).not.toHaveAttribute('data-chosen');

  const moved = await shown();
  await page.keyboard.down('Shift');
  await page.mouse.move(box.x + box.width * 0.2, at.y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.6, at.y, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.up('Shift');
  await expect.poll(async () => Math.round((((await shown()).from - moved.from) / width) * 20)).toBe(4);
  await expect.poll(async () => Math.round((((await shown()).to - moved.from) / width) * 20)).toBe(12);
}
