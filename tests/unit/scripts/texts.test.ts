import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { textProblem } from '../../../scripts/lint/texts.mjs';

const root = path.resolve(import.meta.dirname, '../../..');

test.each(['Save', 'a word', '저장', 'OK', 'Retry in 5 min', 'http', 'not/a path', 'name@'])(
  '%s belongs into the catalogue',
  (text) => {
    expect(textProblem(text)).toContain('renderer/locales');
  },
);

test.each([
  ...['', ' · ', '—', '5 ms', '×', '100 %', 'https://example.com/health', '/var/log/app/*.log', 'admin@example.com'],
  ...['SELECT id FROM t', 'NULL', 'orders_total', 'http_, process_', 'Holdfast', 'Ctrl K', 'E', 'smtp.example.com:587'],
])('%j is the same in every language', (text) => {
  expect(textProblem(text)).toBe('');
});

test('the linter finds texts in every place where people read them, and nowhere else', async () => {
  const found = await lintIn({
    'renderer/Bad.tsx': `
      export const Bad = ({ on, t }: { on: boolean; t: (key: string) => string }) => (
        <div aria-label="heard" data-testid="not-read" className="not read">
          shown
          {'quoted'}
          {on ? 'when on' : t('some.key')}
          {\`with \${t('value')}\`}
          <input placeholder={on ? 'typed here' : undefined} title={t('some.key')} />
          {['a', 'b'].map((key) => <i key={key} />)}
        </div>
      );
      export const choice = { value: 'not-read', label: 'chosen' };
      export const tone = { error: 'bad', warning: 'warn' };
      export const told = (notifyDone: (text: string) => void) => notifyDone('was done');
    `,
    'renderer/locales/en/some.ts': `export const some = { title: 'A title', label: 'A label' };`,
    'electron/core/some.ts': `export const view = { title: 'No window here' };`,
  });
  const texts = found.map(({ message }) => /"(.*)" is read/.exec(message)?.[1]);
  expect(texts).toHaveLength(8);
  expect(new Set(texts)).toEqual(
    new Set(['chosen', 'heard', 'quoted', 'shown', 'typed here', 'was done', 'when on', 'with']),
  );
  expect(found.every(({ filename }) => filename.endsWith('Bad.tsx'))).toBe(true);
});

test('the linter finds numbers and times that are written by hand', async () => {
  const found = await lintIn({
    'renderer/bad.ts': `
      export const a = (1.5).toFixed(1);
      export const b = new Date().toLocaleString();
      export const c = new Intl.NumberFormat('en').format(2);
      export const options: Intl.NumberFormatOptions = {};
      export const rounded = Number((0.1 * 3).toPrecision(12));
    `,
    'renderer/format/good.ts': `export const a = new Intl.NumberFormat('en').format(2) + (1.5).toFixed(1);`,
  });
  const names = found.map(({ message }) => message.split(' ')[0]);
  expect(names).toHaveLength(3);
  expect(new Set(names)).toEqual(new Set(['Intl.NumberFormat', 'toFixed', 'toLocaleString']));
});

interface Finding {
  message: string;
  filename: string;
}

/** Runs the linter with these rules on a folder laid out like the project. */
async function lintIn(files: Record<string, string>): Promise<Finding[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'holdfast-lint-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(folder, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    const config = {
      jsPlugins: [path.join(root, 'scripts/lint/imports.mjs')],
      categories: { correctness: 'off' },
      rules: { 'holdfast/catalogue': 'error', 'holdfast/format': 'error' },
      settings: { holdfast: { root: folder } },
    };
    const file = path.join(folder, 'oxlintrc.json');
    await writeFile(file, JSON.stringify(config));
    const args = [path.join(root, 'node_modules/oxlint/bin/oxlint'), '-c', file, '--no-ignore', '-f', 'json', '.'];
    const output = await new Promise<string>((resolve) => {
      // The linter is a tool of plain Node; these tests themselves run inside the Electron runtime.
      execFile(process.env.npm_node_execpath ?? 'node', args, { cwd: folder }, (_error, stdout) => resolve(stdout));
    });
    return (JSON.parse(output) as { diagnostics: Finding[] }).diagnostics;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
