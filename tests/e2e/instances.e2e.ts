/** One Holdfast a home: a second start, a second owner, a home that cannot be used. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import Database from 'better-sqlite3';
import { until } from '../helpers/desktop/until';
import { expect, test } from './fixtures';
import { environment, Holdfast, root } from './launch';
import { JOB_ENDS, makeOrders } from './support';

const electron = createRequire(import.meta.url)('electron') as unknown as string;

interface Started {
  process: ChildProcess;
  stderr: Promise<string>;
  exited: Promise<number | null>;
}

/** Starts the application as a desktop does: nobody is attached to it. */
function start(home: string, args: string[] = [], language: 'en' | 'ko' = 'en'): Started {
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const child = spawn(electron, [...asRoot, root, ...args], {
    env: environment({ home, language }),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  return {
    process: child,
    stderr: text(child.stderr),
    exited: once(child, 'exit').then(([code]) => code as number | null),
  };
}

/** What a start that is refused says, after the person read it: its dialog waits, so it is told to end. */
async function refusal(home: string, language: 'en' | 'ko' = 'en'): Promise<{ said: string; status: number | null }> {
  const started = start(home, [], language);
  let said = '';
  started.process.stderr!.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  await until('the refusal is told', () => /\n\w*Error: [A-Z_]+/.test(said), 20_000);
  started.process.kill('SIGTERM');
  return { said, status: await started.exited };
}

test('a second start brings the window of the first to the front and ends', async ({ holdfast, page, home }) => {
  await expect(page.getByTestId('sentence')).toBeVisible();
  await holdfast.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
  const second = start(home);
  expect(await second.exited).toBe(0);
  expect(await second.stderr).toContain('Holdfast is running already');
  await expect
    .poll(() => holdfast.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((w) => w.isVisible())))
    .toEqual([true]);
});

test('a second start opens the window again when it was closed to the tray', async ({ holdfast, page, home }) => {
  await page.close();
  await expect.poll(() => holdfast.windowCount()).toBe(0);
  await holdfast.nextWindow(() => start(home).exited);
});

test('a second hidden start, as at login, disturbs nobody', async ({ holdfast, page, home }) => {
  await page.close();
  await expect.poll(() => holdfast.windowCount()).toBe(0);
  await holdfast.app.evaluate(({ app }) => {
    app.once('second-instance', () => Reflect.set(globalThis, 'noticed', true));
  });
  expect(await start(home, ['--hidden']).exited).toBe(0);
  await expect.poll(() => holdfast.app.evaluate(() => Reflect.get(globalThis, 'noticed') as unknown)).toBe(true);
  expect(await holdfast.windowCount()).toBe(0);
});

test('two homes, two instances, neither in the way of the other', async ({ holdfast, page, folder }) => {
  await expect(page.getByTestId('sentence')).toBeVisible();
  const other = await Holdfast.launch({ home: path.join(folder, 'other') });
  try {
    await expect((await other.window()).getByTestId('sentence')).toBeVisible();
    const [mine, theirs] = await Promise.all([
      holdfast.request('runtime:get', undefined),
      other.request('runtime:get', undefined),
    ]);
    expect([mine.home, theirs.home]).toEqual([holdfast.home, path.join(folder, 'other')]);
  } finally {
    expect(await other.quit()).toBe(0);
  }
});

test('the holdfast command works through the open window', async ({ holdfast, page, home, folder }) => {
  const holdfastCommand = async (...args: string[]): Promise<unknown> => {
    const cli = path.join(root, 'out/main/cli.js');
    const child = spawn(process.execPath, [cli, '--home', home, '--json', ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    return JSON.parse(await text(child.stdout));
  };
  await expect(page.getByTestId('sentence')).toBeVisible();
  const file = makeOrders(folder, 'orders.db', 30);
  expect(await holdfastCommand('db', 'add', file)).toMatchObject({ ok: true });
  await expect(page.getByTestId('database-card-orders')).toHaveAttribute('data-protection', 'protected', JOB_ENDS);
  expect(await holdfastCommand('backup', 'orders')).toMatchObject({ ok: true, value: { verified: true } });
  const { databases } = await holdfast.request('state:get', undefined);
  expect(databases.map(({ restorePoints }) => restorePoints)).toEqual([2]);
});

test('a home that a running service owns is refused, with its owner named', async ({ home }) => {
  const service = spawn(
    process.execPath,
    [path.join(root, 'out/main/cli.js'), '--home', home, 'serve', '--port', '0'],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  try {
    await until('the service owns the home', () => existsSync(path.join(home, 'owner.json')), 20_000);
    const { said, status } = await refusal(home);
    expect(said).toContain('Holdfast cannot start');
    expect(said).toContain(String(service.pid));
    expect(said).toContain('HOME_OWNED');
    expect(status).toBe(1);
  } finally {
    const ended = once(service, 'exit');
    service.kill('SIGTERM');
    await ended;
  }
});

test('a file in the place of the data folder is refused, in the language of the desktop', async ({ home }) => {
  writeFileSync(home, 'not a folder');
  const { said, status } = await refusal(home, 'ko');
  expect(said).toContain(home);
  expect(said).toContain('HOME_UNUSABLE');
  expect(said).toMatch(/[가-힣]/);
  expect(status).toBe(1);
});

test('a store of a newer Holdfast is refused and left as it is', async ({ home }) => {
  const first = await Holdfast.launch({ home });
  await first.window();
  expect(await first.quit()).toBe(0);
  const store = new Database(path.join(home, 'holdfast.sqlite'));
  store.pragma('user_version = 9999');
  store.close();
  const { said, status } = await refusal(home);
  expect(said).toContain('STORE_NEWER');
  expect(status).toBe(1);
  const after = new Database(path.join(home, 'holdfast.sqlite'), { readonly: true });
  expect(after.pragma('user_version', { simple: true })).toBe(9999);
  after.close();
});

test('a store that is no database is refused and left as it is', async ({ home }) => {
  mkdirSync(home, { recursive: true });
  writeFileSync(path.join(home, 'holdfast.sqlite'), 'x'.repeat(8192));
  const { said, status } = await refusal(home);
  expect(said).toContain('STORE_DAMAGED');
  expect(status).toBe(1);
});

test('a request to end, as at logout, ends it in order', async ({ home }) => {
  const started = start(home, ['--hidden']);
  await until('Holdfast owns the home', () => existsSync(path.join(home, 'owner.json')), 20_000);
  started.process.kill('SIGTERM');
  expect(await started.exited).toBe(0);
  expect(existsSync(path.join(home, 'owner.json'))).toBe(false);
});
