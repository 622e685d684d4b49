/** What every end-to-end test starts with: a fresh home, a desktop (panel and notification service), the application. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, type Page, test as base, type TestInfo } from '@playwright/test';
import { NotificationDaemon } from '../helpers/desktop/notification-daemon';
import { TrayHost } from '../helpers/desktop/tray-host';
import { until } from '../helpers/desktop/until';
import { Holdfast } from './launch';

export { expect } from '@playwright/test';

const START_LIMIT_MS = 20_000;

interface TestFixtures {
  /** Folder of this test alone. */
  folder: string;
  /** Data folder of the application: below `folder`, not there yet. */
  home: string;
  tray: TrayHost;
  /** Language of the desktop; set with `test.use`. */
  language: 'en' | 'ko';
  /** Arguments of the application; set with `test.use`. */
  args: string[];
  holdfast: Holdfast;
  /** The application's window. */
  page: Page;
}
interface WorkerFixtures {
  daemon: NotificationDaemon;
}

export const test = base.extend<TestFixtures & { notifications: NotificationDaemon }, WorkerFixtures>({
  language: ['en', { option: true }],
  args: [[], { option: true }],
  folder: async ({}, use) => {
    const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'holdfast-e2e-')));
    await use(folder);
    // Processes of the application may still be writing their last when it has ended.
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  },
  home: async ({ folder }, use) => {
    mkdirSync(path.join(folder, 'config'));
    await use(path.join(folder, 'home'));
  },
  // Both must be there before the application looks for them.
  tray: [
    async ({}, use) => {
      const tray = await TrayHost.start();
      await use(tray);
      tray.stop();
    },
    { auto: true },
  ],
  daemon: [
    async ({}, use) => {
      const daemon = await NotificationDaemon.start();
      await use(daemon);
      await daemon.stop();
    },
    { scope: 'worker' },
  ],
  notifications: [
    async ({ daemon }, use) => {
      await daemon.clear();
      await use(daemon);
    },
    { auto: true },
  ],
  holdfast: async ({ folder, home, language, args, tray }, use, info) => {
    const holdfast = await Holdfast.launch({ home, language, args, tracesDir: path.join(folder, 'traces') });
    // Its core is up then, and the line to the main process is steady.
    await until('Holdfast is in the tray', () => tray.hasItem(), START_LIMIT_MS);
    await holdfast.app.context().tracing.start({ snapshots: true });
    await use(holdfast);
    if (info.status !== info.expectedStatus) await keepEvidence(holdfast, info);
    expect(await holdfast.quit(), `exit status; stderr was:\n${holdfast.stderr}`).toBe(0);
    expect(holdfast.consoleErrors, 'errors on the console of the window').toEqual([]);
  },
  page: async ({ holdfast }, use) => {
    await use(await holdfast.window());
  },
});

/** What a failed test leaves behind: a picture of the window, the steps, and what was written to stderr. */
async function keepEvidence(holdfast: Holdfast, info: TestInfo): Promise<void> {
  await info.attach('stderr', { body: holdfast.stderr });
  if (!holdfast.running()) return;
  for (const page of holdfast.app.windows()) {
    // A window that is gone or hangs has no picture; the test has failed already.
    await page.screenshot({ path: info.outputPath('window.png'), timeout: 5_000 }).catch(() => undefined);
  }
  await holdfast.app.context().tracing.stop({ path: info.outputPath('trace.zip') });
}
