import type { Dirent } from 'node:fs';
import fs from 'node:fs/promises';
import { afterEach, expect, test, vi } from 'vitest';
import type { CoreContext } from '../../../electron/core/context';
import { LiveFiles } from '../../../electron/core/live-files';
import type { Guard } from '../../../electron/database/guard';

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Files below /dead never answer; /gone has none; the rest is there. */
function scene(paths: string[]) {
  const asked: string[] = [];
  vi.spyOn(fs, 'stat').mockImplementation((path) => {
    const name = String(path);
    if (!name.endsWith('-wal')) asked.push(name);
    if (name.startsWith('/dead')) return new Promise(() => undefined);
    if (name.startsWith('/gone') || name.endsWith('-wal')) {
      return Promise.reject(Object.assign(new Error('no such file'), { code: 'ENOENT' }));
    }
    return Promise.resolve({ size: 100 } as unknown as Dirent as never);
  });
  const missing: string[] = [];
  const context = {
    problems: { reportOnce: (_error: unknown, id: string) => missing.push(id), settle: () => undefined },
  } as unknown as CoreContext;
  const guard = { list: () => paths.map((path) => ({ id: path, name: path, path })) } as unknown as Guard;
  const pointOf = (path: string) => Promise.resolve(/^\/dead\d?/.exec(path)?.[0] ?? null);
  vi.useFakeTimers();
  return { files: new LiveFiles(context, guard, pointOf), asked, missing };
}

async function look(files: LiveFiles): Promise<void> {
  const looked = files.look();
  await vi.advanceTimersByTimeAsync(60_000);
  await looked;
}

test('a dead mount holds one look, not one for each database on it, and never again while it hangs', async () => {
  const { files, asked, missing } = scene(['/dead/a', '/dead/b', '/dead/c', '/srv/d', '/gone/e']);
  await look(files);
  await look(files);
  expect(asked.filter((path) => path.startsWith('/dead'))).toEqual(['/dead/a']);
  expect(files.sizeBytes('/srv/d')).toBe(100);
  expect(files.sizeBytes('/dead/a')).toBeNull();
  // What cannot be seen is not said to be gone.
  expect(new Set(missing)).toEqual(new Set(['/gone/e']));
});

test('with several dead mounts the threads of file work are left to the others', async () => {
  const { files, asked } = scene(['/dead1/a', '/dead2/b', '/dead3/c', '/dead4/d', '/srv/e']);
  await look(files);
  await look(files);
  expect(asked.filter((path) => path.startsWith('/dead'))).toEqual(['/dead1/a', '/dead2/b']);
  expect(files.sizeBytes('/srv/e')).toBe(100);
});
