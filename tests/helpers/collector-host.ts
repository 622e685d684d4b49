/**
 * A process that collects, as the application does, with one path on another mount:
 * collector-host <path> <mounts program> [<folder in place of /proc>]. Says each reading on stdout as a line of JSON; answers the lines `folder` and
 * `stop` on stdin. After `stop` it ends as the command does.
 */
import os from 'node:os';
import { createInterface } from 'node:readline';
import { forkLauncher } from '../../electron/cli/fork-launcher';
import { createCollector } from '../../electron/monitor/collector';

const [, , path = '', program = '', proc = '/proc'] = process.argv;
const say = (message: object): void => void process.stdout.write(`${JSON.stringify(message)}\n`);
let values: Record<string, number> = {};
const launch = forkLauncher(program);

const collector = createCollector({
  keeper: {
    record: (key, value) => void (values[key] = value),
    endTick: (atMs) => ({ atMs, afterGap: false, values }),
    markGap: (gap) => say({ gap: gap.reason }),
  },
  homePath: os.tmpdir(),
  watchedPaths: () => [path],
  intervalMs: 100,
  gpu: () => false,
  launchMounts: () => {
    const helper = launch();
    say({ helper: helper.pid });
    return helper;
  },
  roots: { proc, sys: '/sys' },
  mountTimes: { everyMs: 100, deadlineMs: 800, restMs: 600, longestRestMs: 2_000 },
  onReading: (reading) => {
    say({ atMs: performance.now(), keys: Object.keys(reading.values), hung: collector.hungMounts() });
    values = {};
  },
  onWake: () => undefined,
  report: (error) => say({ error: error.message }),
});
collector.start();

createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === 'folder') void collector.folder(path).then((folder) => say({ folder }));
  if (line !== 'stop') return;
  collector.stop();
  process.exit(0);
});
