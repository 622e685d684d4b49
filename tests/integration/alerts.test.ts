/** A process that watches and tells is killed at any moment: nothing is told twice, nothing is forgotten. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore, type Store } from '../../electron/store/open';
import { buildSources } from '../helpers/build-sources.mjs';
import { CHANNEL, COURSE_EVERY_MS, CourseRun, endOfCourse, EPOCH_MS, lookAt, TOLD } from './alerts-course';

const RUNS = 12;

let built: Awaited<ReturnType<typeof buildSources>>;

beforeAll(async () => {
  built = await buildSources('alerts', { alerts: 'tests/integration/alerts-process.ts' });
});
afterAll(() => built.remove());

/** Kills it a moment after its `looks`th look began; gives the number of the last look that began. */
async function killAfter(file: string, from: number, looks: number): Promise<number> {
  const child = spawn(process.execPath, [built.file('alerts'), file, String(from)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  let last = from;
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line);
    if (last >= from + looks) child.kill('SIGKILL');
  }
  const [, signal] = (await exited) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
  return last;
}

/** What was told, by course. */
function told(store: Store): Map<number, string[]> {
  const courses = new Map<number, string[]>();
  for (const { message, createdAt } of store.outbox.newest(CHANNEL, 100_000)) {
    const course = Math.floor((Date.parse(createdAt) - EPOCH_MS) / COURSE_EVERY_MS);
    const group = message.alerts.some(({ titleKey }) => titleKey === 'probe-down') ? 'probes' : 'machine';
    courses.set(course, [...(courses.get(course) ?? []), `${message.kind} ${message.severity} ${group}`]);
  }
  return courses;
}

test('killed in the midst: no repeated alert, none forgotten', async () => {
  const home = await mkdtemp(join(tmpdir(), 'holdfast-alerts-'));
  try {
    const file = join(home, 'holdfast.db');
    let count = 0;
    for (let run = 0; run < RUNS; run += 1) {
      // Spread over the course: while messages are collected, told, while it recovers.
      const last = await killAfter(file, count, 3 + run * 7);
      // The look in which it was killed may have been written or not: it is made again.
      const store = openStore(file);
      const rest = new CourseRun(store, last);
      for (count = last; count < endOfCourse(last); ) count = rest.step();
      const { course } = lookAt(last);
      const messages = told(store);
      for (let each = 0; each <= course; each += 1) expect(messages.get(each)?.toSorted(), `run ${run}`).toEqual(TOLD);
      expect(store.alerts.open()).toEqual([]);
      store.close();
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
