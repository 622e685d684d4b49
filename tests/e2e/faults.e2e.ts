/** Parts of the window, and the processes behind it, break: each is recorded, told and recovered. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { AppState } from '@shared/models';
import { until } from '../helpers/desktop/until';
import { expect, test } from './fixtures';
import { environment, type Holdfast, root } from './launch';

const state = (holdfast: Holdfast): Promise<AppState> => holdfast.request('state:get', undefined);
const openCodes = async (holdfast: Holdfast) =>
  (await holdfast.request('problems:list', { includeResolved: false })).map(({ code }) => code);
const groups = async (holdfast: Holdfast) =>
  (await holdfast.request('errors:groups', { filter: EVERYTHING, limit: 50 })).groups;
const EVERYTHING = { applicationId: null, states: null, severities: null, type: null, search: null, fromMs: null };

/** As the main process would send it. */
const sendState = (holdfast: Holdfast, sent: object): Promise<void> =>
  holdfast.app.evaluate(({ BrowserWindow }, event) => {
    for (const { webContents } of BrowserWindow.getAllWindows()) webContents.send('state', event);
  }, sent);

test('a tab, then the whole window cannot be drawn: the rest stays, it is on record, and comes back', async ({
  holdfast,
  page,
}) => {
  // Ahead of what the main process sends meanwhile: the window shows no state that is older than its own.
  const now = await state(holdfast);
  const good = { ...now, revision: now.revision + 1_000_000 };
  await sendState(holdfast, { ...good, firstRun: false, health: null });
  const fault = page.getByTestId('fault-status');
  await expect(fault).toContainText('could not be drawn: Status');
  await fault.getByTestId('fault-details').click();
  await expect(fault.locator('pre')).toContainText('TypeError');
  await expect(page.getByTestId('sentence')).toBeVisible();
  await page.getByTestId('tab-backups').click();
  await expect(page.getByTestId('panel-backups')).toBeVisible();
  await expect(fault).toHaveCount(0);
  await expect.poll(async () => (await groups(holdfast)).map(({ title }) => title).join('\n')).toContain('TypeError');
  await page.getByTestId('tab-status').click();
  await expect(fault).toBeVisible();
  await sendState(holdfast, good);
  await fault.getByTestId('fault-retry').click();
  await expect(fault).toHaveCount(0);

  await sendState(holdfast, { ...good, problems: null });
  await expect(page.getByTestId('fault-window')).toContainText('The window could not be drawn');
  await sendState(holdfast, good);
  await page.getByTestId('fault-retry').click();
  await expect(page.getByTestId('sentence')).toBeVisible();
  // React tells of what a boundary caught.
  expect(holdfast.consoleErrors.splice(0).join('\n')).toContain('TypeError');

  // The graphics process dies: Chromium starts another one, and it is on record.
  const gpu = () =>
    holdfast.app.evaluate(({ app }) => app.getAppMetrics().find(({ type }) => type === 'GPU')?.pid ?? null);
  const before = await gpu();
  expect(before).not.toBeNull();
  process.kill(before ?? 0, 'SIGKILL');
  await expect.poll(() => openCodes(holdfast)).toContain('CHILD_CRASHED');
  await expect.poll(gpu).not.toBe(before);

  // The window hangs: whoever sits before it has it loaded anew.
  await holdfast.app.evaluate(({ dialog }) => {
    dialog.showMessageBox = () => Promise.resolve({ response: 1, checkboxChecked: false });
  });
  const anew = await holdfast.nextWindow(() =>
    holdfast.app.evaluate(({ BrowserWindow }) => void BrowserWindow.getAllWindows()[0]?.emit('unresponsive')),
  );
  await expect(anew.getByTestId('sentence')).toBeVisible();
  expect(await openCodes(holdfast)).toContain('WINDOW_HANGS');
});

test('three faults within a minute end in a fresh start', async ({ folder, home }) => {
  // Loaded before the program, in the main process alone: throws to nobody when it is told to.
  const faults = path.join(folder, 'faults.cjs');
  writeFileSync(
    faults,
    "if (process.type === 'browser') process.on('SIGUSR2', () => { throw new TypeError('thrown to nobody'); });",
  );
  const json = (name: string) => JSON.parse(readFileSync(path.join(home, name), 'utf8'));
  const owner = (): number | null => {
    try {
      return json('owner.json').pid;
    } catch {
      // Not there yet, or gone.
      return null;
    }
  };
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const electron = createRequire(import.meta.url)('electron') as unknown as string;
  const first = spawn(electron, [...asRoot, root, '--hidden'], {
    env: { ...environment({ home }), NODE_OPTIONS: `--require ${faults}` },
    stdio: 'ignore',
  });
  const exited = once(first, 'exit');
  await until('the first run', () => owner() !== null, 20_000);
  // Until the crash is noted: a process that is ending hears no signal any more, it dies of it.
  const throwing = setInterval(() => {
    if (json('run.json').runs.at(-1).end === 'running') first.kill('SIGUSR2');
    else clearInterval(throwing);
  }, 100);
  expect((await exited)[0]).toBe(1);
  clearInterval(throwing);

  await until('the next run', () => owner() !== null && owner() !== first.pid, 20_000);
  const second = owner() ?? 0;
  await until('its note', () => json('run.json').runs.length === 2, 20_000);
  expect(json('run.json').runs).toMatchObject([
    { end: 'crashed', detail: expect.stringContaining('TypeError') },
    { end: 'running' },
  ]);
  process.kill(second, 'SIGTERM');
  await until('its end', () => owner() === null, 20_000);
  expect(json('run.json').runs.map(({ end }: { end: string }) => end)).toEqual(['crashed', 'in-order']);
});

test.describe('after a crash loop', () => {
  test.use({
    args: ['--hidden'],
    home: async ({ folder }, use) => {
      mkdirSync(path.join(folder, 'config'));
      const home = path.join(folder, 'home');
      mkdirSync(home);
      const runs = [3, 2, 1].map((minutes) => {
        const atMs = Date.now() - minutes * 60_000;
        return { startedAtMs: atMs, end: 'crashed', endedAtMs: atMs + 1_000, detail: 'Error: out of order' };
      });
      writeFileSync(path.join(home, 'run.json'), JSON.stringify({ version: 1, runs }));
      await use(home);
    },
  });

  test('the window opens although it should stay hidden, says why, and leads out', async ({
    holdfast,
    page,
    tray,
    notifications,
  }) => {
    const banner = page.getByTestId('safe-mode');
    await expect(banner).toContainText('3 times');
    await expect(page.getByTestId('sentence')).toContainText('safe mode');
    await banner.getByTestId('safe-mode-details').click();
    await expect(banner.getByTestId('safe-mode-detail')).toContainText('Error: out of order');
    await expect.poll(() => notifications.displayed()).toBe(1);
    expect((await notifications.dismissNewest()).title).toContain('safe mode');
    await expect.poll(() => tray.tooltip()).toContain('safe mode');
    expect(await openCodes(holdfast)).toEqual(['CRASH_LOOP']);

    await banner.getByTestId('leave-safe-mode').click();
    await expect(banner).toHaveCount(0);
    expect((await state(holdfast)).safeMode).toBeNull();
    expect(await openCodes(holdfast)).toEqual([]);
  });
});
