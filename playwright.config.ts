// End-to-end tests drive the built application in a real Electron window (npm run test:e2e).
import { defineConfig } from '@playwright/test';

/** The test command runs several shards side by side, each with a display, a bus and results of its own. */
const results = process.env.HOLDFAST_E2E_RESULTS ?? 'test-results/e2e';

export default defineConfig({
  testDir: 'tests/e2e',
  testMatch: '**/*.e2e.ts',
  fullyParallel: false,
  workers: 1, // one display, one D-Bus session, one-instance lock
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: !!process.env.CI,
  retries: 0, // a test that needs a second try is a failing test
  reporter: [['line'], ['json', { outputFile: `${results}.json` }]],
  outputDir: results,
  use: { actionTimeout: 10_000 },
});
