import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { importProblem } from '../../../scripts/lint/imports.mjs';
import { domains } from '../../../scripts/lint/layers.mjs';

const root = path.resolve(import.meta.dirname, '../../..');

test.each([
  ['shared/models.ts', './errors'],
  ['shared/models.ts', 'zod'],
  ['renderer/tabs/status/Status.tsx', '@shared/ipc'],
  ['renderer/main.tsx', '@/App'],
  ['renderer/main.tsx', '@mantine/core'],
  ['electron/preload.ts', 'electron'],
  ['electron/preload.ts', '@shared/channels'],
  ['electron/main.ts', './desktop/tray'],
  ['electron/main.ts', './ipc/door'],
  ['electron/main.ts', 'electron'],
  ['electron/desktop/tray.ts', 'electron'],
  ['electron/desktop/tray.ts', '../health/summary'],
  ['electron/ipc/door.ts', 'electron'],
  ['electron/backup/run.ts', '../store/open'],
  ['electron/backup/run.ts', 'node:fs/promises'],
  ['electron/backup/run.ts', 'better-sqlite3'],
  ['electron/workers/job.ts', '../backup/run'],
  ['electron/cli/main.ts', '../restore/run'],
  ['tests/unit/any.test.ts', '../../electron/main'],
])('%s may import %s', (file, source) => {
  expect(importProblem(file, source)).toBe('');
});

test.each([
  // shared/ imports nothing of ours, no Node, no Electron
  ['shared/models.ts', '../electron/store/open', 'shared/ only'],
  ['shared/models.ts', '../renderer/App', 'shared/ only'],
  ['shared/models.ts', 'node:fs', "Node's modules"],
  ['shared/models.ts', 'fs', "Node's modules"],
  ['shared/models.ts', 'electron', 'electron/desktop/'],
  ['shared/models.ts', 'dayjs', 'zod'],
  // the window sees shared/ only
  ['renderer/App.tsx', '../electron/store/open', 'renderer/, shared/ only'],
  ['renderer/App.tsx', 'electron', 'electron/desktop/'],
  ['renderer/App.tsx', 'node:path', "Node's modules"],
  ['renderer/App.tsx', 'better-sqlite3', 'main process'],
  // the preload stays small
  ['electron/preload.ts', './store/open', 'shared/ only'],
  ['electron/preload.ts', 'node:fs', "Node's modules"],
  ['electron/preload.ts', 'zod', 'no npm package'],
  // Electron itself in four places
  ['electron/backup/run.ts', 'electron', 'electron/preload.ts'],
  ['electron/workers/job.ts', 'electron', 'electron/preload.ts'],
  ['electron/cli/main.ts', 'electron/main', 'electron/preload.ts'],
  // domains do not look up
  ...domains.flatMap((domain) =>
    ['desktop/tray', 'ipc/door', 'cli/main', 'workers/job', 'main', '../renderer/App'].map((target) => [
      `electron/${domain}/some.ts`,
      target === 'main' ? '../main' : target.startsWith('..') ? `../${target}` : `../${target}`,
      'electron/store/',
    ]),
  ),
  // the parts around the domains do not know each other
  ['electron/workers/job.ts', '../ipc/door', 'electron/workers/'],
  ['electron/workers/job.ts', '../cli/main', 'electron/workers/'],
  ['electron/cli/main.ts', '../desktop/tray', 'electron/cli/'],
  ['electron/cli/main.ts', '../workers/job', 'electron/cli/'],
  ['electron/ipc/door.ts', '../desktop/tray', 'electron/ipc/'],
  ['electron/ipc/door.ts', '../cli/main', 'electron/ipc/'],
  ['electron/desktop/tray.ts', '../ipc/door', 'electron/desktop/'],
  ['electron/desktop/tray.ts', '../main', 'electron/desktop/'],
  // a folder nobody placed
  ['electron/utilities/some.ts', './other', 'no known folder'],
])('%s may not import %s', (file, source, names) => {
  expect(importProblem(file, source)).toContain(names);
});

test('the linter applies the rules, for every form of import and for raw messaging', async () => {
  const copy = await mkdtemp(path.join(tmpdir(), 'holdfast-lint-'));
  try {
    const file = path.join(copy, 'electron', 'backup', 'bad.ts');
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(
      file,
      [
        "import { app } from 'electron';",
        "export { tray } from '../desktop/tray';",
        "export * from '../ipc/door';",
        "export const later = (): Promise<unknown> => import('../cli/main');",
        "export type Main = typeof import('../main');",
        'export function tell(window: { webContents: { send(name: string): void } }): void {',
        '  window.webContents.send(app.getName());',
        '}',
        'export const raw = (ipcMain: unknown): unknown => ipcMain;',
      ].join('\n'),
    );
    const output = await lintIn(copy);
    for (const refused of [
      "'electron' may be imported only in",
      'not electron/desktop/tray',
      'not electron/ipc/door',
      'not electron/cli/main',
      'not electron/main',
      'webContents.send may be used only in electron/ipc/ and electron/preload.ts',
      'ipcMain may be used only in',
    ]) {
      expect(output).toContain(refused);
    }
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
});

/** Runs the linter with the project's rules on a folder laid out like the project. */
async function lintIn(folder: string): Promise<string> {
  const config = {
    jsPlugins: [path.join(root, 'scripts/lint/imports.mjs')],
    categories: { correctness: 'off' },
    rules: { 'holdfast/layers': 'error', 'holdfast/raw-messaging': 'error' },
    settings: { holdfast: { root: folder } },
  };
  const file = path.join(folder, 'oxlintrc.json');
  await writeFile(file, JSON.stringify(config));
  const args = [path.join(root, 'node_modules/oxlint/bin/oxlint'), '-c', file, '--no-ignore', '-f', 'json', 'electron'];
  return new Promise((resolve) => {
    // The linter is a tool of plain Node; these tests themselves run inside the Electron runtime.
    execFile(process.env.npm_node_execpath ?? 'node', args, { cwd: folder }, (_error, stdout, stderr) => {
      resolve(stdout + stderr);
    });
  });
}
