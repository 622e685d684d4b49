/** Settings: applied at once everywhere, kept over a restart, refused with a reason. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from './fixtures';
import { Holdfast } from './launch';
import { backUp, guard, makeOrders } from './support';

test('language and theme change window and tray at once, and are kept over a restart', async ({
  holdfast,
  page,
  tray,
  home,
}) => {
  await page.getByTestId('tab-settings').click();
  await page.getByTestId('language-select').click();
  await page.getByRole('option', { name: '한국어' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
  await expect.poll(() => tray.labels()).toContain('Holdfast 열기');
  await page.getByTestId('theme-select').click();
  // By its value: the options of the language are hidden, but still in the page.
  await page.locator('[role=option][value=dark]').click();
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');

  expect(await holdfast.quit()).toBe(0);
  const again = await Holdfast.launch({ home });
  try {
    const window = await again.window();
    await expect(window.locator('html')).toHaveAttribute('lang', 'ko');
    await expect(window.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
    await expect.poll(() => tray.labels()).toContain('Holdfast 열기');
  } finally {
    expect(await again.quit()).toBe(0);
  }
});

test('backups go to the folder that is chosen', async ({ holdfast, page, folder }) => {
  const id = await guard(holdfast, makeOrders(folder, 'orders.db', 20));
  const chosen = path.join(folder, 'elsewhere');
  await holdfast.stubDialogs(chosen);
  await page.getByTestId('tab-settings').click();
  await page.getByTestId('choose-backup-folder').click();
  await expect(page.getByText(chosen)).toBeVisible();
  const point = await backUp(holdfast, id);
  expect(point.file.startsWith(chosen + path.sep)).toBe(true);
  expect(existsSync(point.file)).toBe(true);
  expect(readdirSync(chosen)).toEqual(['orders']);
});

test('a schedule that is no schedule is refused beside its field, and the old one stays', async ({
  holdfast,
  page,
  folder,
}) => {
  await guard(holdfast, makeOrders(folder, 'orders.db', 20));
  const schedule = async () =>
    (await holdfast.request('state:get', undefined)).databases[0]?.database.schedules.daily.cron;
  await page.getByTestId('tab-settings').click();
  const field = page.getByTestId('cron-orders-daily');
  await field.fill('every day');
  await field.press('Enter');
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  expect(await schedule()).toBe('0 2 * * *');
  await field.fill('30 4 * * *');
  await field.press('Enter');
  await expect.poll(schedule).toBe('30 4 * * *');
});

test('interval points, changes only and drills are set where schedules are, and can be taken back', async ({
  holdfast,
  page,
  folder,
}) => {
  await guard(holdfast, makeOrders(folder, 'orders.db', 20));
  const state = () => holdfast.request('state:get', undefined);
  const schedules = async () => (await state()).databases[0]?.database.schedules;
  await page.getByTestId('tab-settings').click();
  await page.getByTestId('cron-orders-incremental-on').press('Space');
  await expect.poll(async () => (await schedules())?.incremental.enabled).toBe(true);
  await page.getByTestId('cron-orders-incremental-span').click();
  await page.getByRole('option', { name: 'Every 5 minutes' }).click();
  await expect.poll(async () => (await schedules())?.incremental.cron).toBe('*/5 * * * *');
  await page.getByTestId('cron-orders-incremental-span').click();
  await page.getByRole('option', { name: 'Own pattern' }).click();
  await page.getByTestId('cron-orders-incremental').fill('*/20 8-18 * * 1-5');
  await page.getByTestId('cron-orders-incremental').press('Enter');
  await expect.poll(async () => (await schedules())?.incremental.cron).toBe('*/20 8-18 * * 1-5');
  await page.getByTestId('changes-only-orders').press('Space');
  await expect
    .poll(async () => (await schedules())?.daily)
    .toEqual({
      enabled: true,
      cron: '0 2 * * *',
      changesOnly: true,
    });
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(async () => (await schedules())?.daily.changesOnly).not.toBe(true);

  await page.getByTestId('cron-drills').fill('30 5 * * 6');
  await page.getByTestId('cron-drills').press('Enter');
  await expect.poll(async () => (await state()).settings.drills).toEqual({ enabled: true, cron: '30 5 * * 6' });
  await page.getByTestId('settings-power').getByRole('switch').press('Space');
  await expect.poll(async () => (await state()).settings.pauseOnBattery).toBe(true);
});

test('a value that no setting can have is refused by name', async ({ page }) => {
  const refused = await page.evaluate(() => {
    const bridge = window.holdfast as unknown as { request(channel: string, payload: unknown): Promise<unknown> };
    return Promise.all([
      bridge.request('settings:set', { theme: 'purple' }),
      bridge.request('settings:set', { retention: { daily: 0, weekly: 0, monthly: 0 } }),
    ]);
  });
  expect(refused).toMatchObject([
    { ok: false, error: { code: 'SETTING_INVALID', params: { setting: 'theme' } } },
    { ok: false, error: { code: 'SETTING_INVALID', params: { setting: 'retention' } } },
  ]);
});

test('quiet hours apply at once, say what they do, and can be taken back', async ({ holdfast, page }) => {
  const quietHours = async () => (await holdfast.request('state:get', undefined)).settings.quietHours;
  await page.getByTestId('tab-settings').click();
  const section = page.getByTestId('settings-quiet');
  await section.getByRole('switch').press('Space');
  await expect.poll(quietHours).toEqual({ enabled: true, from: '22:00', to: '07:00' });
  await expect(section).toContainText('only critical alerts are told');
  await page.getByTestId('quiet-from').fill('23:30');
  await page.getByTestId('quiet-from').press('Enter');
  await expect.poll(quietHours).toEqual({ enabled: true, from: '23:30', to: '07:00' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(quietHours).toEqual({ enabled: true, from: '22:00', to: '07:00' });
});

test('an address that is none is refused beside its field', async ({ holdfast, page }) => {
  const url = async () => (await holdfast.request('state:get', undefined)).settings.deadMan.url;
  await page.getByTestId('tab-settings').click();
  const field = page.getByTestId('dead-man-url');
  await field.fill('https://user:secret@example.com/ping');
  await field.press('Enter');
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  expect(await url()).toBe('');
  await field.press('Escape');
  await expect(field).toHaveValue('');
});

test('the search of Settings finds the sections by their words', async ({ page }) => {
  await page.getByTestId('tab-settings').click();
  const sections = page.getByRole('navigation', { name: 'Sections of Settings' }).getByRole('button');
  for (const [search, found] of [
    ['slack', 'Alert channels'],
    ['prometheus', 'Local endpoint'],
    ['simulate', 'Alert rules'],
    ['graphics', 'Measurements'],
    ['digest', 'Quiet hours and pause'],
    ['sftp', 'Destinations'],
    ['pause on', 'Power'],
  ] as const) {
    await page.getByTestId('settings-search').fill(search);
    await expect(sections).toHaveText([found]);
  }
});
