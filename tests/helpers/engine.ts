/** A place for one test: a folder, the processes started in it, jobs and cores that run in it. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { JobPhase } from '@shared/models';
import { createCore } from '../../electron/core/core';
import type { Core, JobLauncher } from '../../electron/core/types';
import { HoldfastError } from '../../electron/errors/holdfast-error';
import { runInProcess } from '../../electron/jobs/job-process';
import type { JobName, JobRequest, JobResults } from '../../electron/jobs/protocol';
import { App } from './app';
import type { Programs } from './build-programs';
import { Writer } from './live-writer';

export interface LaunchOptions {
  /** A command in front of the job's own, such as `prlimit --fsize=…`. */
  wrap?: string[];
  /** Called with each job process that starts. */
  onStart?: (pid: number) => void;
}

export interface JobOptions extends LaunchOptions {
  signal?: AbortSignal;
  onProgress?: (phase: JobPhase, doneBytes: number, totalBytes: number) => void;
}

/** Starts real job processes, as the command does, wrapped where a test wants that. */
export function launcher(program: string, { wrap = [], onStart }: LaunchOptions = {}): JobLauncher {
  return () => {
    const [command = process.execPath, ...args] = [...wrap, process.execPath, program];
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], serialization: 'advanced' });
    if (child.pid !== undefined) onStart?.(child.pid);
    const ended = new Promise<number | null>((resolve) => {
      let code: number | null = null;
      let [exited, disconnected] = [false, false];
      const tell = (): void => {
        if (exited && disconnected) resolve(code);
      };
      child.once('exit', (status) => {
        [code, exited] = [status, true];
        tell();
      });
      child.once('disconnect', () => {
        disconnected = true;
        tell();
      });
    });
    return {
      pid: child.pid,
      send: (message) => {
        if (child.connected) child.send(message as object, () => undefined);
      },
      onMessage: (listener) => child.on('message', listener),
      onExit: (listener) => void ended.then(listener),
      kill: () => child.kill('SIGKILL'),
    };
  };
}

export class Place {
  private readonly apps: App[] = [];
  private readonly writers: Writer[] = [];
  private readonly cores: Core[] = [];
  private homes = 0;

  private constructor(
    readonly folder: string,
    readonly programs: Programs,
  ) {}

  static async make(programs: Programs): Promise<Place> {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-engine-'));
    await mkdir(join(folder, 'scratch'));
    return new Place(folder, programs);
  }

  /** Path of a file in the place. */
  file(name: string): string {
    return join(this.folder, name);
  }

  /** Runs one job in a process of its own. Rejects with the job's `HoldfastError`. */
  job<J extends JobName>(name: J, request: JobRequest<J>, options: JobOptions = {}): Promise<JobResults[J]> {
    return runInProcess(launcher(this.programs.job, options), name, request, {
      onProgress: options.onProgress ?? (() => undefined),
      signal: options.signal ?? new AbortController().signal,
    });
  }

  /** A core with a home of its own; `home` names one that is there already. */
  async core(
    options: LaunchOptions & { home?: string; role?: 'command' | 'serve'; onCapture?: (pid: number) => void } = {},
  ): Promise<Core> {
    const home = options.home ?? this.file(`home${this.homes++ || ''}`);
    const core = await createCore({
      home,
      role: options.role ?? 'command',
      launchJob: launcher(this.programs.job, options),
      launchCapture: launcher(this.programs.capture, options.onCapture ? { onStart: options.onCapture } : {}),
      defaultBackupFolder: join(home, 'backups'),
      helperThreads: 'inline',
    });
    return this.keep(core);
  }

  /** A core that ends with the place. */
  keep(core: Core): Core {
    this.cores.push(core);
    return core;
  }

  async app(file: string, options: { timeoutMs?: number; readonly?: boolean } = {}): Promise<App> {
    const app = await App.holding(file, options);
    this.apps.push(app);
    return app;
  }

  async writer(file: string, perSecond: number): Promise<Writer> {
    const writer = await Writer.start(file, perSecond);
    this.writers.push(writer);
    return writer;
  }

  /** Files and folders below `folder`, as paths relative to it. */
  list(folder: string): string[] {
    return existsSync(folder) ? (readdirSync(folder, { recursive: true }) as string[]).toSorted() : [];
  }

  /** Makes the folder that a file of the place lies in. */
  async folderFor(file: string): Promise<void> {
    await mkdir(dirname(file), { recursive: true });
  }

  remove(file: string): Promise<void> {
    return rm(file);
  }

  async end(): Promise<void> {
    await Promise.all(this.writers.map((writer) => writer.kill()));
    await Promise.all(this.apps.map((app) => app.kill()));
    await Promise.all(this.cores.map((core) => core.stop()));
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** The code that `work` fails with; fails the test when it does not fail, or not with an error of ours. */
export async function codeOf(work: Promise<unknown> | (() => unknown)): Promise<string> {
  return (await errorOf(work)).code;
}

export async function errorOf(work: Promise<unknown> | (() => unknown)): Promise<HoldfastError> {
  let value: unknown;
  try {
    value = await (typeof work === 'function' ? work() : work);
  } catch (thrown) {
    if (thrown instanceof HoldfastError) return thrown;
    throw thrown;
  }
  throw new Error(`it did not fail but gave ${JSON.stringify(value)}`);
}
