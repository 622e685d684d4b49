/** Every tab, in both themes and both languages: no accessibility fault that axe can find, and a picture of it. */
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { TABS } from '@shared/ipc';
import { LANGUAGES } from '@shared/settings';
import { expect, test } from './fixtures';
import { type Holdfast, root } from './launch';
import { backUp, guard, JOB_ENDS, makeOrders } from './support';

test.describe.configure({ timeout: 120_000 });

const pictures = path.join(root, 'test-results', 'screenshots');

/** A home as it looks after some use: the sample, a database with points, one that is in trouble. */
async function furnish(holdfast: Holdfast, folder: string): Promise<void> {
  await holdfast.request('databases:add-sample', undefined);
  const id = await guard(holdfast, makeOrders(folder, 'orders.db', 2000));
  await backUp(holdfast, id);
  await expect
    .poll(
      async () => (await holdfast.request('state:get', undefined)).databases.map(({ protection }) => protection),
      JOB_ENDS,
    )
    .toEqual(['protected', 'protected']);
}

for (const language of LANGUAGES) {
  for (const theme of ['light', 'dark'] as const) {
    test(`every tab: ${theme}, ${language}`, async ({ holdfast, page, folder }) => {
      await page.screenshot({ path: path.join(pictures, `first-run-${theme}-${language}.png`) });
      await furnish(holdfast, folder);
      await holdfast.request('settings:set', { theme, language });
      await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', theme);
      await expect(page.locator('html')).toHaveAttribute('lang', language);
      for (const tab of TABS) {
        await page.getByTestId(`tab-${tab}`).click();
        await expect(page.getByTestId(`panel-${tab}`)).toBeVisible();
        await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
        if (tab === 'backups') await page.getByTestId('restore-point-row').first().click();
        await page.screenshot({ path: path.join(pictures, `${tab}-${theme}-${language}.png`) });
        const { violations } = await new AxeBuilder({ page })
          .setLegacyMode(true)
          .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
          .analyze();
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
        expect(found, `${tab} in ${theme}, ${language}`).toEqual([]);
      }
    });
  }
}

test('the five tabs are reached by keyboard alone', async ({ page }) => {
  await page.getByTestId('tab-status').focus();
  for (const tab of TABS.slice(1)) {
    await page.keyboard.press('ArrowDown');
    await expect(page.getByTestId(`tab-${tab}`)).toBeFocused();
    await expect(page.getByTestId(`panel-${tab}`)).toBeVisible();
  }
  await page.keyboard.press('Control+1');
  await expect(page.getByTestId('panel-status')).toBeVisible();
});
