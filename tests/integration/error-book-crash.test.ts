/** A process that takes errors is killed: what somebody saw is there, and all counts are of the same events. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ANY_ERROR_FILTER } from '@shared/error-groups';
import { openStore, type Store } from '../../electron/store/open';
import { buildSources } from '../helpers/build-sources.mjs';
import { scratchFolder } from '../unit/store/fixture';

let built: Awaited<ReturnType<typeof buildSources>>;

beforeAll(async () => {
  built = await buildSources('errors', { errors: 'tests/integration/error-book-process.ts' });
});
afterAll(() => built.remove());

/** Kills it after its `answers`th answer; gives the last one that came. */
async function killAfter(file: string, application: string, answers: number): Promise<number> {
  const child = spawn(process.execPath, [built.file('errors'), file, application], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  let [last, came] = [0, 0];
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line);
    if (++came === answers) child.kill('SIGKILL');
  }
  const [, signal] = (await exited) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
  return last;
}

function counts(store: Store) {
  const groups = store.errorGroups.list(ANY_ERROR_FILTER, '', 100);
  const hours = store.errorHours.course(ANY_ERROR_FILTER, 0, 1e9);
  const parts = groups.flatMap(({ id }) => store.errorFingerprints.of(id));
  const sum = (rows: { count: number }[]): number => rows.reduce((all, { count }) => all + count, 0);
  return {
    groups: sum(groups),
    parts: sum(parts),
    hours: sum(hours),
    events: store.errorApplications.get('app')?.events,
  };
}

test('killed at any moment: nothing that was seen is lost, and every count is of the same events', async () => {
  const file = join(scratchFolder(), 'holdfast.db');
  let store = openStore(file);
  store.errorApplications.add({ id: 'app', name: 'shop', key: 'k', createdAt: '2026-05-04T12:00:00.000Z' });
  store.close();
  for (const answers of [1, 6, 17]) {
    // oxlint-disable-next-line no-await-in-loop -- one process after the other, on one store
    const seen = await killAfter(file, 'app', answers);
    store = openStore(file);
    const { groups, parts, hours, events } = counts(store);
    expect(groups).toBeGreaterThanOrEqual(seen);
    expect([parts, hours, events]).toEqual([groups, groups, groups]);
    expect(store.errorGroups.total(ANY_ERROR_FILTER)).toBe(7);
    expect(store.check()).toBeNull();
    store.close();
  }
});
