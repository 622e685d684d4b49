/** What one tick of the collector takes of a processor, all figures, one after the other. */
import { resolve } from 'node:path';
import { runnerImport } from 'vite';

const root = resolve(import.meta.dirname, '../../..');
const TICKS = 300;

/** @returns {Promise<number>} microseconds of user and system time a tick */
export async function tickCost() {
  const load = async (file) => {
    const alias = { '@shared': resolve(root, 'shared') };
    const { module } = await runnerImport(resolve(root, file), { configFile: false, root, resolve: { alias } });
    return module;
  };
  const [{ Figures }, { createSpaceReader }, { KERNEL }] = await Promise.all([
    load('electron/monitor/figures.ts'),
    load('electron/monitor/space.ts'),
    load('electron/monitor/proc.ts'),
  ]);
  const failures = [];
  const figures = new Figures({
    sink: { record: () => undefined },
    space: createSpaceReader(null, KERNEL),
    paths: () => [root],
    gpu: () => true,
    ownPids: () => [process.pid],
    roots: KERNEL,
    failed: (part, thrown) => failures.push(new Error(part, { cause: thrown })),
    worked: () => undefined,
  });
  const tick = (index) => figures.take({ atMs: Date.now(), monotonicMs: index * 5_000, live: false });
  for (let index = 0; index < TICKS; index += 1) await tick(index);
  const before = process.cpuUsage();
  for (let index = TICKS; index < 2 * TICKS; index += 1) await tick(index);
  const { user, system } = process.cpuUsage(before);
  figures.close();
  if (failures.length > 0) throw failures[0];
  return (user + system) / TICKS;
}
