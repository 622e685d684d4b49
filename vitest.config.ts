// Four projects: `unit`, `window` and `integration` are run inside the Electron runtime by scripts/test.mjs (plain Node would hide
// differences), `cli` under plain Node, because that is what the holdfast command runs on.
import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

const root = import.meta.dirname;
const shared = {
  resolve: { alias: { '@shared': resolve(root, 'shared'), '@': resolve(root, 'renderer') } },
};
// Tests wait for processes, disks and clocks more than they compute: on two cores two files at once take half the time.
const common = { environment: 'node', pool: 'forks', maxWorkers: 2, testTimeout: 30_000, hookTimeout: 30_000 } as const;

export default defineConfig({
  ...shared,
  test: {
    passWithNoTests: true,
    projects: [
      {
        ...shared,
        test: {
          ...common,
          name: 'unit',
          include: ['tests/unit/**/*.test.ts'],
          // A process for each of so many small files, and all modules again, took as long as the tests themselves.
          isolate: false,
          restoreMocks: true,
          unstubGlobals: true,
          unstubEnvs: true,
        },
      },
      // Isolated: the window keeps its language and formats in its modules.
      { ...shared, test: { ...common, name: 'window', include: ['tests/unit/renderer/**/*.test.tsx'] } },
      {
        ...shared,
        test: {
          ...common,
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          globalSetup: 'tests/helpers/global-programs.ts',
        },
      },
      { ...shared, test: { ...common, name: 'cli', include: ['tests/cli/**/*.test.ts'] } },
    ],
  },
});
