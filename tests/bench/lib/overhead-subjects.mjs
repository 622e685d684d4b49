/** What is compared, each started as a person would start it, and ended in order. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { electronBinary, root } from '../../../scripts/lib/paths.mjs';
import { hasCommand } from '../../../scripts/lib/run.mjs';

// Apart from the ports that a person's own programs use.
const EXPORTER_PORT = 49_100;
const SERVE_PORT = 49_101;
const SCRAPE_EVERY_MS = 5_000;
const END_LIMIT_MS = 10_000;
const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const empty = join(import.meta.dirname, 'overhead-empty');

/** @typedef {{ name: string, pid: number, running: () => boolean, end: () => Promise<void> }} Subject */

/** Names in the order of the table, and how each is started; null when its program is not installed. */
export const SUBJECTS = {
  'empty Electron, tray': (folder) => electron(folder, [empty]),
  'Holdfast, tray': (folder) => electron(folder, [root, '--hidden']),
  'empty Electron, window': (folder) => electron(folder, [empty, '--window']),
  'Holdfast, window': (folder) => electron(folder, [root]),
  'holdfast serve': (folder) =>
    program(process.execPath, [
      join(root, 'out/main/cli.js'),
      '--home',
      join(folder, 'home'),
      'serve',
      '--port',
      String(SERVE_PORT),
    ]),
  'node_exporter, every 5 s': () => exporter(),
  'Glances, every 5 s': (folder) =>
    hasCommand('glances')
      ? program('glances', ['--quiet', '-t', '5', '--export', 'csv', '--export-csv-file', join(folder, 'glances.csv')])
      : null,
};

/** @param {string} name @param {string} folder of this subject alone @returns {Subject | null} */
export function startSubject(name, folder) {
  mkdirSync(join(folder, 'config'), { recursive: true });
  const started = SUBJECTS[name](folder);
  return started && { name, ...started };
}

function electron(folder, args) {
  return program(electronBinary(), [...sandbox, `--user-data-dir=${join(folder, 'profile')}`, ...args], {
    HOLDFAST_HOME: join(folder, 'home'),
    XDG_CONFIG_HOME: join(folder, 'config'),
    ELECTRON_RENDERER_URL: '',
  });
}

function exporter() {
  if (!hasCommand('prometheus-node-exporter')) return null;
  const address = `127.0.0.1:${EXPORTER_PORT}`;
  const started = program('prometheus-node-exporter', [`--web.listen-address=${address}`, '--log.level=error']);
  const timer = setInterval(() => {
    // While it starts nobody listens; that it runs at the end is checked by the bench.
    get(`http://${address}/metrics`, (answer) => answer.resume()).on('error', () => undefined);
  }, SCRAPE_EVERY_MS);
  return {
    ...started,
    end: () => {
      clearInterval(timer);
      return started.end();
    },
  };
}

function program(command, args, env = {}) {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'ignore'] });
  const exit = once(child, 'exit');
  return {
    pid: child.pid,
    running: () => child.exitCode === null && child.signalCode === null,
    end: async () => {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), END_LIMIT_MS);
      await exit;
      clearTimeout(timer);
    },
  };
}
