// Starting other programs: signals are passed on, so that Ctrl-C or a service manager ends the whole tree.
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { root } from './paths.mjs';

/** True when a program of that name is on the PATH. */
export function hasCommand(name) {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name], { stdio: 'ignore' }).status === 0;
}

/** Runs a program to its end with our stdio and resolves with its exit status (128 + n after signal n). */
export function run(command, args, { env, cwd = root, stdio = 'inherit', onSignal, detached = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio, detached, env: { ...process.env, ...env } });
    const forward = (signal) => (onSignal ? onSignal(signal, child) : child.kill(signal));
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, forward);
    const done = () => {
      for (const signal of signals) process.off(signal, forward);
    };
    child.once('error', (error) => {
      done();
      reject(error);
    });
    child.once('exit', (status, signal) => {
      done();
      resolve(status ?? 128 + (signal === 'SIGINT' ? 2 : signal === 'SIGKILL' ? 9 : 15));
    });
  });
}

/** Path of a file inside an installed package. */
export const inModules = (...parts) => path.join(root, 'node_modules', ...parts);

/** True when there is a screen to draw on. Only Linux runs without one. */
export function hasDisplay() {
  return process.platform !== 'linux' || !!process.env.DISPLAY || !!process.env.WAYLAND_DISPLAY;
}

/** A command line wrapped so that it finds a private session bus and a virtual screen. */
export function onVirtualScreen(command, args, { ownBus = false } = {}) {
  const screen = ['xvfb-run', '-a', '-s', '-screen 0 1600x1000x24', command, ...args];
  const wrapped = ownBus || !process.env.DBUS_SESSION_BUS_ADDRESS ? ['dbus-run-session', '--', ...screen] : screen;
  return [wrapped[0], wrapped.slice(1)];
}
