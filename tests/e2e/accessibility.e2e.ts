/** Every tab and every step of a restore, in both themes and both languages: no fault that axe finds, and a picture. */
import { TABS } from '@shared/ipc';
import type { RestorePoint } from '@shared/models';
import { LANGUAGES, type Language } from '@shared/settings';
import { expect, test } from './fixtures';
import type { Holdfast } from './launch';
import { faults, picture } from './look';
import { backUp, change, drop, guard, JOB_ENDS, makeOrders, selectPoint } from './support';

test.describe.configure({ timeout: 120_000 });

/** A home as it looks after some use: the sample, and a database that has changed since its restore point. */
async function furnish(holdfast: Holdfast, folder: string): Promise<RestorePoint> {
  await holdfast.request('databases:add-sample', undefined);
  const file = makeOrders(folder, 'orders.db', 2000);
  const point = await backUp(holdfast, await guard(holdfast, file));
  change(file, 'DELETE FROM orders WHERE id > 1500');
  await expect
    .poll(
      async () => (await holdfast.request('state:get', undefined)).databases.map(({ protection }) => protection),
      JOB_ENDS,
    )
    .toEqual(['protected', 'protected']);
  return point;
}

/** Every language and every theme; each with each by hand. */
const THEMES: Record<Language, ('light' | 'dark')[]> = process.env['HOLDFAST_EVERY_PICTURE']
  ? { en: ['light', 'dark'], ko: ['light', 'dark'] }
  : { en: ['light'], ko: ['dark'] };

for (const language of LANGUAGES) {
  for (const theme of THEMES[language]) {
    test(`every place: ${theme}, ${language}`, async ({ holdfast, page, folder }) => {
      const look = async (place: string): Promise<void> => {
        await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
        await picture(page, `${place}-${theme}-${language}`);
        expect(await faults(page), `${place} in ${theme}, ${language}`).toEqual([]);
      };
      await holdfast.request('settings:set', { theme, language });
      await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', theme);
      await expect(page.locator('html')).toHaveAttribute('lang', language);
      await expect(page.getByTestId('first-run')).toBeVisible();
      await look('first-run');

      const point = await furnish(holdfast, folder);
      for (const tab of TABS) {
        await page.getByTestId(`tab-${tab}`).click();
        await expect(page.getByTestId(`panel-${tab}`)).toBeVisible();
        if (tab === 'backups') await selectPoint(page, point);
        await look(tab);
      }

      await drop(page, point.file);
      await expect(page.getByTestId('inspection-panel')).toBeVisible(JOB_ENDS);
      await look('restore-what');
      await page.getByTestId('show-preview').click();
      await expect(page.getByTestId('preview-table')).toBeVisible(JOB_ENDS);
      await look('restore-preview');
      await page.getByTestId('confirm-restore').click();
      await expect(page.getByTestId('restore-done')).toBeVisible(JOB_ENDS);
      await look('restore-done');
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
