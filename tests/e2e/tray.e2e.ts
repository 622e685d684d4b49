/** The tray: state by shape, one sentence, a menu that acts. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from './fixtures';
import { type Holdfast, root } from './launch';
import { backUp, guard, JOB_ENDS, makeOrders, points } from './support';

/** Outline of a picture: which of its pixels are seen, the colours left out. `alphaAt`: its byte within a pixel. */
function outline(pixels: Uint8Array, alphaAt: 0 | 3): string {
  return [...pixels.filter((_byte, at) => at % 4 === alphaAt)].map((alpha) => (alpha > 127 ? '#' : '.')).join('');
}

/** Outline of the image that belongs to a state, in the size that the panel gets. */
async function outlineOf(holdfast: Holdfast, state: string): Promise<string> {
  const file = path.join(root, 'resources', 'tray', `${state}-24.png`);
  const bgra = await holdfast.app.evaluate(
    ({ nativeImage }, source) => [...nativeImage.createFromPath(source).toBitmap({ scaleFactor: 2 })],
    file,
  );
  return outline(Uint8Array.from(bgra), 3);
}

test('says that nothing is guarded, and offers to open and to quit', async ({ page, tray }) => {
  await expect(page.getByTestId('sentence')).toBeVisible();
  await expect.poll(() => tray.tooltip()).toBe('Holdfast: No database is guarded yet.');
  expect(await tray.labels()).toEqual([
    'No database is guarded yet.',
    '-',
    'Pause alerts',
    'Open Holdfast',
    '-',
    'Quit',
  ]);
  const [status] = (await tray.menu()).children;
  expect(status?.enabled).toBe(false);
});

test('its sentence and its shape follow the state: unguarded, protected, broken', async ({
  holdfast,
  page,
  tray,
  folder,
}) => {
  const shape = async (): Promise<string> => outline((await tray.icon())[0]!.argb, 0);
  const file = makeOrders(folder, 'orders.db', 10);
  const id = await guard(holdfast, file);
  await backUp(holdfast, id);
  await expect.poll(() => tray.tooltip()).toBe('Holdfast: orders is protected.');
  await expect(page.getByTestId('sentence')).toContainText('orders is protected.');
  expect(await shape()).toBe(await outlineOf(holdfast, 'ok'));

  rmSync(file);
  await tray.click('Back up now');
  await expect.poll(() => tray.tooltip()).toMatch(/^Holdfast: orders: /);
  expect(await shape()).toBe(await outlineOf(holdfast, 'critical'));
  const [worst] = (await tray.menu()).children;
  expect(worst).toMatchObject({ enabled: true });
  expect(worst?.label).toContain('orders');
});

test('its states differ in shape, for eyes that do not tell the colours apart', async ({ holdfast }) => {
  const states = ['ok', 'busy', 'warning', 'critical'];
  const outlines = new Set<string>();
  // One after the other: each is a large answer.
  for (const state of states) outlines.add(await outlineOf(holdfast, state));
  expect(outlines.size).toBe(states.length);
});

test('backs up one of several databases, or all', async ({ holdfast, tray, folder }) => {
  const first = await guard(holdfast, makeOrders(folder, 'a_first & best.db', 10));
  const second = await guard(holdfast, makeOrders(folder, 'second.db', 10));
  const counts = async () => [(await points(holdfast, first)).length, (await points(holdfast, second)).length];
  await expect.poll(() => tray.labels()).toContain('Back up now');
  expect(await counts()).toEqual([1, 1]);
  await tray.click('Back up now', 'a_first & best');
  await expect.poll(counts, JOB_ENDS).toEqual([2, 1]);
  await tray.click('Back up now', 'Back up all databases');
  await expect.poll(counts, JOB_ENDS).toEqual([3, 2]);
});

test('alerts are paused, and told again, from the menu', async ({ holdfast, page, tray }) => {
  await expect(page.getByTestId('sentence')).toBeVisible();
  const pausedUntil = async () => (await holdfast.request('state:get', undefined)).alertsPausedUntil;
  await tray.click('Pause alerts', 'For 30 minutes');
  await expect.poll(pausedUntil).not.toBeNull();
  await expect.poll(async () => (await tray.labels()).find((label) => label.startsWith('Resume alerts'))).toBeTruthy();
  await tray.click((await tray.labels()).find((label) => label.startsWith('Resume alerts'))!);
  await expect.poll(pausedUntil).toBeNull();
  await expect.poll(() => tray.labels()).toContain('Pause alerts');
});

test('a problem in the menu leads to that problem, also when the window is closed', async ({
  holdfast,
  page,
  tray,
  folder,
}) => {
  const file = makeOrders(folder, 'orders.db', 10);
  const id = await guard(holdfast, file);
  await backUp(holdfast, id);
  rmSync(file);
  await tray.click('Back up now');
  await expect(page.getByTestId('tab-errors')).toContainText('1');
  await holdfast.closeWindow();
  await expect.poll(() => holdfast.windowCount()).toBe(0);
  const worst = (await tray.menu()).children.find((node) => node.enabled && node.label.includes('orders'));
  const again = await holdfast.nextWindow(() => tray.click(worst!.label));
  await expect(again.getByTestId('tab-errors')).toHaveAttribute('aria-selected', 'true');
  await expect(again.getByTestId('problem-row')).toHaveCount(1);
});

test('a click on the icon opens the window', async ({ holdfast, page, tray }) => {
  await page.close();
  await expect.poll(() => holdfast.windowCount()).toBe(0);
  await holdfast.nextWindow(() => tray.activate());
});

test('Quit ends Holdfast in order: the home is free again and the tray empty', async ({ holdfast, page, tray }) => {
  await expect(page.getByTestId('sentence')).toBeVisible();
  await tray.click('Quit');
  expect(await holdfast.exitStatus()).toBe(0);
  await expect.poll(() => tray.hasItem()).toBe(false);
});

test.describe('in Korean', () => {
  test.use({ language: 'ko' });
  test('the menu speaks Korean, and English after the setting says so', async ({ holdfast, tray }) => {
    await expect.poll(() => tray.labels()).toContain('Holdfast 열기');
    await holdfast.request('settings:set', { language: 'en' });
    await expect.poll(() => tray.labels()).toContain('Open Holdfast');
  });
});

test.describe('started hidden', () => {
  test.use({ args: ['--hidden'] });
  test('Holdfast is in the tray only, until it is opened', async ({ holdfast, tray }) => {
    await expect.poll(() => tray.hasItem()).toBe(true);
    expect(await holdfast.windowCount()).toBe(0);
    await holdfast.nextWindow(() => tray.click('Open Holdfast'));
  });
});
