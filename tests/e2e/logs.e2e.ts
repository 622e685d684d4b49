/** Log files of another application: followed, searched, read, and the lines around a moment. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures';
import type { Holdfast } from './launch';
import { JOB_ENDS } from './support';

/** A real application of Python's `logging`; each `payment` ends in a traceback. */
const APPLICATION = `
import logging, sys
logging.basicConfig(filename=sys.argv[1], level=logging.DEBUG, format='%(asctime)s %(levelname)s %(name)s: %(message)s')
shop, pay = logging.getLogger('shop'), logging.getLogger('shop.pay')
def charge(order):
    raise TimeoutError('gateway did not answer <b>in</b> time')
for order in range(int(sys.argv[2]), int(sys.argv[3])):
    shop.info('order %d taken in %d ms', order, order % 90)
    if order % 40 == 0:
        shop.warning('order %d is slow', order)
    if order % 50 == 0:
        try:
            charge(order)
        except TimeoutError:
            pay.exception('payment of order %d failed', order)
`;
const runApplication = (file: string, from: number, to: number): void =>
  void execFileSync('python3', ['-c', APPLICATION, file, String(from), String(to)]);

async function openLogs(page: Page): Promise<Locator> {
  await page.getByTestId('tab-errors').click();
  await page.getByTestId('errors-view-logs').click();
  await expect(page.getByTestId('logs-view')).toBeVisible();
  return page.getByTestId('log-list');
}

/** Follows a log without the window. */
async function follow(holdfast: Holdfast, file: string): Promise<string> {
  const config = { name: 'shop', path: file, format: null, enabled: true, alertFrom: null };
  const { id } = await holdfast.request('logs:save-source', { config });
  return id;
}

test('a log is added with a preview, searched, filtered, read, and followed through a rotation', async ({
  page,
  folder,
}) => {
  const file = path.join(folder, 'shop', 'shop.log');
  mkdirSync(path.dirname(file));
  runApplication(file, 1, 201); // 200 orders, 5 slow, 4 failed

  const list = await openLogs(page);
  await page.getByTestId('show-sources').click();
  await page.getByTestId('add-log').click();
  await page.getByTestId('log-path').fill('shop.log');
  await page.getByTestId('editor-try').click();
  await expect(page.getByTestId('log-sources')).toContainText('Enter the whole path of a file');
  await page.getByTestId('log-path').fill(file);
  await page.getByTestId('editor-try').click();
  const trial = page.getByTestId('log-trial');
  await expect(trial).toContainText('1 file matches.');
  await expect(page.getByTestId('trial-format')).toHaveText('Format: Python logging');
  await expect(page.getByTestId('trial-entry').last()).toContainText('payment of order 200 failed');
  await page.getByTestId('log-name').fill('shop');
  await page.getByTestId('editor-save').click();
  await expect(page.getByTestId('log-source-shop')).toHaveAttribute('data-state', 'following', JOB_ENDS);
  await expect(page.getByTestId('log-source-shop')).toContainText('209 entries', JOB_ENDS);
  await page.keyboard.press('Escape');

  await page.getByTestId('log-sources-choice').click();
  await page.getByTestId('search-in-shop').click();
  await page.keyboard.press('Escape');
  await expect(list).toHaveAttribute('data-total', '209', JOB_ENDS);
  await expect(page.getByTestId('log-row').last()).toContainText('payment of order 200 failed');

  await page.getByTestId('log-search').fill('FAILED payment');
  await expect(list).toHaveAttribute('data-total', '4');
  await expect(list.locator('mark').first()).toHaveText('payment');
  await page.getByTestId('log-regex').click();
  await page.getByTestId('log-search').fill('order (');
  await expect(page.getByTestId('logs-view')).toContainText('The search is not a valid regular expression');
  await page.getByTestId('log-search').fill(String.raw`order 1\d\d is slow`);
  await expect(list).toHaveAttribute('data-total', '2');
  await page.getByTestId('log-regex').click();
  await page.getByTestId('log-search').fill('');
  await page.getByTestId('level-WARNING').click();
  await expect(list).toHaveAttribute('data-total', '5');
  await page.getByTestId('level-WARNING').click();
  await expect(list).toHaveAttribute('data-total', '209');

  await page.getByTestId('log-parts').locator('label').nth(1).click();
  const pattern = page.getByTestId('pattern-row').filter({ hasText: 'payment of order' });
  await expect(pattern).toContainText('4 similar');
  await pattern.getByTestId('show-pattern').click();
  await expect(list).toHaveAttribute('data-total', '4');
  await expect(page.getByTestId('log-pattern')).toContainText('payment of order');
  await list.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  const text = page.getByTestId('log-text');
  await expect(text).toContainText('Traceback (most recent call last):');
  await expect(text).toContainText('TimeoutError: gateway did not answer <b>in</b> time');
  await page.getByTestId('lines-around').click();
  await expect(page.locator('[data-testid="log-row"][data-marked]')).toContainText('payment of order 50 failed');
  await expect(list).toContainText('order 51 taken');
  await page.getByTestId('around-back').click();
  await expect(list).toHaveAttribute('data-total', '4');
  await page.getByTestId('drop-pattern').click();

  await page.getByTestId('log-follow').locator('xpath=..').click();
  runApplication(file, 201, 203);
  await expect(list).toHaveAttribute('data-total', '211', JOB_ENDS);
  await expect(page.getByTestId('log-row').last()).toContainText('order 202 taken');
  renameSync(file, `${file}.1`);
  runApplication(file, 203, 205);
  await expect(list).toHaveAttribute('data-total', '213', JOB_ENDS);
  await expect(page.getByTestId('log-row').last()).toContainText('order 204 taken');
});

test('a moment leads to its lines, and back; a search is saved, opened and removed', async ({
  holdfast,
  page,
  folder,
}) => {
  const file = path.join(folder, 'shop.log');
  runApplication(file, 1, 61);
  // begun later: its lines have times of their own
  runApplication(file, 61, 101);
  const sourceId = await follow(holdfast, file);
  await expect
    .poll(
      async () => (await holdfast.request('logs:sources', undefined)).find(({ id }) => id === sourceId)?.entries,
      JOB_ENDS,
    )
    .toBe(104);
  const query = {
    sourceIds: [sourceId],
    levels: null,
    fromMs: null,
    toMs: null,
    text: 'order 61 taken',
    isRegex: false,
  };
  const { resultId } = await holdfast.request('logs:search', { query: { ...query, patternId: null } });
  const [taken] = await holdfast.request('logs:rows', { resultId, offset: 0, limit: 1 });
  const place = { tab: 'errors' as const, logsAt: { atMs: taken?.atMs ?? 0, sourceId } };
  await holdfast.app.evaluate(
    ({ BrowserWindow }, target) => BrowserWindow.getAllWindows()[0]?.webContents.send('navigate', target),
    place,
  );
  await expect(page.getByTestId('around-title')).toContainText('Lines around');
  await expect(page.locator('[data-testid="log-row"][data-marked]')).toContainText('order 61 taken');
  await expect(page.getByTestId('log-list')).toContainText('order 60 taken');
  await page.getByTestId('around-back').click();

  await page.getByTestId('log-search').fill('slow');
  await expect(page.getByTestId('log-list')).toHaveAttribute('data-total', '2');
  await page.getByTestId('saved-searches').click();
  await page.getByTestId('save-search').click();
  await page.getByTestId('search-name').fill('Slow orders');
  await page.getByTestId('search-save').click();
  await expect(page.getByTestId('search-name')).toHaveCount(0);
  await page.getByTestId('log-search').fill('payment');
  await expect(page.getByTestId('log-list')).toHaveAttribute('data-total', '2');
  await expect(page.getByTestId('log-row').first()).toContainText('payment');
  await page.getByTestId('saved-searches').click();
  await page.getByTestId('search-Slow orders').click();
  await expect(page.getByTestId('log-search')).toHaveValue('slow');
  await expect(page.getByTestId('log-row').first()).toContainText('slow');
  await page.getByTestId('saved-searches').click();
  await page.getByTestId('forget-Slow orders').click();
  await expect.poll(() => holdfast.request('searches:list', undefined)).toEqual([]);
});

test('a long list is drawn in part, and is never blank while it is scrolled', async ({ holdfast, page, folder }) => {
  const file = path.join(folder, 'shop.log');
  runApplication(file, 1, 10_001);
  await follow(holdfast, file);
  const list = await openLogs(page);
  await expect(async () => {
    const again = page.getByTestId('new-lines');
    if (await again.isVisible()) await again.click();
    expect(Number(await list.getAttribute('data-total'))).toBeGreaterThan(10_400);
  }).toPass(JOB_ENDS);
  const seen = await list.evaluate(async (element) => {
    let [blank, longestBlank, most] = [0, 0, 0];
    element.scrollTop = 0;
    for (let frame = 0; frame < 90; frame += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one frame after the other
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const box = element.getBoundingClientRect();
      const rows = [...element.querySelectorAll('[data-testid="log-row"]')];
      const inView = rows.filter((row) => {
        const { top, bottom } = row.getBoundingClientRect();
        return bottom > box.top && top < box.bottom;
      });
      blank = inView.length < Math.floor(box.height / 24) ? blank + 1 : 0;
      longestBlank = Math.max(longestBlank, blank);
      most = Math.max(most, rows.length);
      element.scrollTop += frame < 45 ? 70 : 5_000;
    }
    return { longestBlank, most, fits: Math.ceil(element.clientHeight / 24) };
  });
  expect(seen.longestBlank).toBeLessThanOrEqual(2);
  expect(seen.most).toBeLessThanOrEqual(seen.fits + 30);
  await list.focus();
  await page.keyboard.press('Home');
  await expect(page.getByTestId('log-row').first()).toHaveAttribute('data-loaded', 'true');
  await page.keyboard.press('End');
  await expect(page.getByTestId('log-row').last()).toHaveAttribute('data-loaded', 'true');
});

for (const [language, theme, width, height] of [
  ['en', 'light', 1200, 800],
  ['ko', 'dark', 900, 600],
] as const) {
  test(`every part of it without a fault: ${language}, ${theme}, ${width}`, async ({ holdfast, page, folder }) => {
    const file = path.join(folder, 'shop.log');
    runApplication(file, 1, 301);
    await follow(holdfast, file);
    await follow(holdfast, path.join(folder, 'none', '*.log'));
    await holdfast.request('settings:set', { language, theme });
    await holdfast.app.evaluate(
      ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setContentSize(...size),
      [width, height] as [number, number],
    );
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', theme);
    const look = async (place: string): Promise<void> => {
      await expect(page.locator('[aria-busy="true"]')).toHaveCount(0, JOB_ENDS);
      const { violations } = await new AxeBuilder({ page })
        .setLegacyMode(true)
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
        .analyze();
      const faults = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
      expect(faults, place).toEqual([]);
    };
    const list = await openLogs(page);
    await expect(list).toBeVisible(JOB_ENDS);
    await page.getByTestId('log-search').fill('payment');
    await expect(list.locator('mark').first()).toBeVisible(JOB_ENDS);
    await list.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('log-text')).toBeVisible();
    await look('unfolded');
    await page.getByTestId('log-parts').locator('label').nth(1).click();
    await expect(page.getByTestId('pattern-row').first()).toBeVisible();
    await look('patterns');
    await page.getByTestId('show-sources').click();
    await look('sources');
    await page.getByTestId('add-log').click();
    await page.getByTestId('log-path').fill(file);
    await page.getByTestId('editor-try').click();
    await expect(page.getByTestId('log-trial')).toBeVisible();
    await look('form');
  });
}
