/** NVIDIA's graphics processors tell their figures through a program alone. */
import { type ChildProcess, execFile } from 'node:child_process';
import { join } from 'node:path';
import type { GpuFigures } from './gpu';
import { isAsleep, namesIn, textOf } from './sysfs';

const VENDOR = '0x10de';
/** Display controllers; the sound and USB parts of a card have other classes. */
const DISPLAY_CLASS = /^0x03/;
const LIMIT_MS = 5_000;
const MOST_OUTPUT_BYTES = 64 * 1_024;
/** Without the program (another driver) it is looked for again after this; with one that fails, too. */
const REST_MS = 10 * 60_000;
const COLUMNS = 'name,utilization.gpu,memory.used,memory.total,temperature.gpu';

export class NvidiaReader {
  private child: ChildProcess | null = null;
  private restUntilMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly program: string,
    private readonly limitMs = LIMIT_MS,
    private readonly clockMs: () => number = () => performance.now(),
  ) {}

  /** Starts the program once, unless one of `devices` sleeps: it would wake them all. None when it fails. */
  async read(devices: readonly string[]): Promise<GpuFigures[]> {
    if (this.clockMs() < this.restUntilMs) return [];
    const asleep = await Promise.all(devices.map(isAsleep));
    if (asleep.includes(true)) return [];
    const output = await this.run();
    // No driver for it, or one that does not match the program: no figures, which is no fault of Holdfast's.
    if (output === null) this.restUntilMs = this.clockMs() + REST_MS;
    return output === null ? [] : parseNvidia(output);
  }

  stop(): void {
    this.child?.kill('SIGKILL');
  }

  /** What it printed; null when it could not be started, failed or was late. */
  private run(): Promise<string | null> {
    return new Promise((resolve) => {
      const child = execFile(
        this.program,
        [`--query-gpu=${COLUMNS}`, '--format=csv,noheader,nounits'],
        { timeout: this.limitMs, killSignal: 'SIGKILL', maxBuffer: MOST_OUTPUT_BYTES, windowsHide: true },
        (error, output) => {
          this.child = null;
          resolve(error ? null : output);
        },
      );
      this.child = child;
      // One that hangs in its driver outlives even that; this process does not wait for it.
      child.unref();
    });
  }
}

/** Folders of NVIDIA's display devices below /sys. */
export async function nvidiaDevices(sys: string): Promise<string[]> {
  const found: string[] = [];
  const folder = join(sys, 'bus/pci/devices');
  for (const name of await namesIn(folder)) {
    const device = join(folder, name);
    if ((await textOf(join(device, 'vendor'))) !== VENDOR) continue;
    if (DISPLAY_CLASS.test(await textOf(join(device, 'class')))) found.push(device);
  }
  return found;
}

/** Lines of five columns; what a device does not have is `[N/A]`. */
export function parseNvidia(output: string): GpuFigures[] {
  return output.split('\n').flatMap((line) => {
    const columns = line.split(',').map((column) => column.trim());
    const [name = '', ...rest] = columns;
    if (columns.length !== 5) return [];
    const [busy, used, total, celsius] = rest.map((text) => (/^\d+(\.\d+)?$/.test(text) ? Number(text) : null));
    return [
      {
        name,
        busy: busy === null || busy === undefined ? null : busy / 100,
        memory: used === null || used === undefined || !total ? null : used / total,
        celsius: celsius ?? null,
      },
    ];
  });
}
