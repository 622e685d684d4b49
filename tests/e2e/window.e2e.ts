/** The window: what its page may and may not do, where it opens, what its closing means. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from './fixtures';
import { configFolder, environment, root } from './launch';

test('the page has no Node, no other origin, no permission, and only the channels of the contract', async ({
  holdfast,
  page,
}) => {
  const seen = await page.evaluate(async () => {
    const inline = document.createElement('script');
    inline.textContent = 'document.title = "inline script ran"';
    document.head.append(inline);
    const bridge = window.holdfast as unknown as { request(channel: string, payload: unknown): Promise<unknown> };
    return {
      origin: location.origin,
      node: [typeof Reflect.get(window, 'require'), typeof Reflect.get(window, 'process')],
      bridge: Object.keys(window.holdfast).toSorted(),
      title: document.title,
      opened: window.open('https://example.com'),
      notifications: await Notification.requestPermission(),
      unknownChannel: await bridge.request('shell:execute', { command: 'true' }),
      wrongPayload: await bridge.request('databases:add', { file: 7 }),
      surplusPayload: await bridge.request('state:get', { everything: true }),
    };
  });
  expect(seen).toMatchObject({
    origin: 'app://holdfast',
    node: ['undefined', 'undefined'],
    bridge: ['on', 'pathForFile', 'request'],
    title: 'Holdfast',
    opened: null,
    notifications: 'denied',
    unknownChannel: { ok: false, error: { code: 'INVALID_INPUT' } },
    wrongPayload: { ok: false, error: { code: 'INVALID_INPUT' } },
    surplusPayload: { ok: false, error: { code: 'INVALID_INPUT' } },
  });

  const elsewhere = await page.evaluate(async () => {
    const reach = (url: string) =>
      fetch(url).then(
        (response) => response.status,
        (error: Error) => error.name,
      );
    return {
      remote: await reach('https://example.com'),
      outside: await reach('app://holdfast/../main/main.js'),
      encoded: await reach('app://holdfast/..%2f..%2fpackage.json'),
      otherHost: await reach('app://elsewhere/index.html'),
    };
  });
  expect(elsewhere).toEqual({ remote: 'TypeError', outside: 404, encoded: 404, otherHost: 'TypeError' });

  // Refusals of the policy are told on the console; here they are what was asked for.
  expect(
    holdfast.consoleErrors.splice(0).every((text) => /Content Security Policy|Failed to load|Not allowed/i.test(text)),
  ).toBe(true);
});

test('a page that wants to go elsewhere stays where it is', async ({ holdfast, page }) => {
  await holdfast.app.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    contents?.once('will-navigate', (event) => {
      Reflect.set(globalThis, 'attempt', { to: event.url, refused: event.defaultPrevented });
    });
  });
  await page.evaluate(() => {
    location.href = 'https://example.com/';
  });
  await expect
    .poll(() => holdfast.app.evaluate(() => Reflect.get(globalThis, 'attempt') as unknown))
    .toEqual({ to: 'https://example.com/', refused: true });
  // Asked of the main process: the test's line to the page waits for a navigation that never comes.
  const url = await holdfast.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.webContents.getURL(),
  );
  expect(url).toBe('app://holdfast/index.html');
});

test('closing the window destroys it and Holdfast stays; it opens again where it was', async ({
  holdfast,
  page,
  tray,
}) => {
  const bounds = { x: 140, y: 90, width: 1010, height: 680 };
  await holdfast.app.evaluate(({ BrowserWindow }, where) => BrowserWindow.getAllWindows()[0]?.setBounds(where), bounds);
  const closed = page.waitForEvent('close');
  await holdfast.closeWindow();
  await closed;
  await expect.poll(() => holdfast.windowCount()).toBe(0);
  expect(holdfast.running()).toBe(true);

  await holdfast.nextWindow(() => tray.click('Open Holdfast'));
  const state = await holdfast.app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    return { bounds: window?.getBounds(), visible: window?.isVisible(), least: window?.getMinimumSize() };
  });
  expect(state).toEqual({ bounds, visible: true, least: [900, 600] });
});

test('with "close to tray" off, closing the window quits', async ({ holdfast, page }) => {
  await holdfast.request('settings:set', { closeToTray: false });
  await expect(page.getByTestId('sentence')).toBeVisible();
  await holdfast.closeWindow();
  expect(await holdfast.exitStatus()).toBe(0);
});

test('a window whose process dies is opened again, and the death is recorded', async ({ holdfast, page }) => {
  const died = page.waitForEvent('crash');
  const again = await holdfast.nextWindow(async () => {
    await holdfast.app.evaluate(({ BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer();
    });
    await died;
  });
  await expect(again.getByTestId('sentence')).toBeVisible();
  expect(await holdfast.windowCount()).toBe(1);
  const problems = await holdfast.request('problems:list', { includeResolved: true });
  expect(problems.map(({ code }) => code)).toEqual(['CHILD_CRASHED']);
});

test('a window that dies a fourth time within ten minutes stays closed; Holdfast runs on', async ({
  holdfast,
  page,
  tray,
}) => {
  let current = page;
  const crash = () =>
    holdfast.app.evaluate(({ BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer();
    });
  for (let time = 1; time <= 3; time += 1) {
    const died = current.waitForEvent('crash');
    current = await holdfast.nextWindow(async () => {
      await crash();
      await died;
    });
  }
  await crash();
  await expect.poll(() => holdfast.windowCount()).toBe(0);
  await holdfast.nextWindow(() => tray.click('Open Holdfast'));
});

test('the theme of the settings is the theme of the desktop parts', async ({ holdfast, page }) => {
  for (const theme of ['dark', 'light'] as const) {
    await holdfast.request('settings:set', { theme });
    await expect
      .poll(() =>
        holdfast.app.evaluate(({ nativeTheme }) => [nativeTheme.themeSource, nativeTheme.shouldUseDarkColors]),
      )
      .toEqual([theme, theme === 'dark']);
    const prefersDark = () => page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
    await expect.poll(prefersDark).toBe(theme === 'dark');
  }
});

test('launch at login writes the autostart file of this home, and takes only its own away', async ({
  holdfast,
  home,
}) => {
  const file = path.join(configFolder(home), 'autostart', 'holdfast.desktop');
  await holdfast.request('settings:set', { launchAtLogin: true });
  await expect.poll(() => existsSync(file)).toBe(true);
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(`"${root}" "--hidden" "--home" "${home}"`);
  expect(text).toContain(`X-Holdfast-Home=${home}`);
  await holdfast.request('settings:set', { launchAtLogin: false });
  await expect.poll(() => existsSync(file)).toBe(false);
});

test('the page loads under the policy it is given, without a word from the network', async ({ page, home }) => {
  const policy = await page.evaluate(async () => (await fetch('index.html')).headers.get('content-security-policy'));
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toContain('unsafe-eval');
  expect(environment({ home })['ELECTRON_RENDERER_URL']).toBe('');
});
