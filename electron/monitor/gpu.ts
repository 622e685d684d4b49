/** Graphics processors: load, memory and temperature, without waking one that sleeps. */
import { join } from 'node:path';
import { NvidiaReader, nvidiaDevices } from './nvidia';
import { KERNEL } from './proc';
import { isAsleep, namesIn, textOf } from './sysfs';

export interface GpuFigures {
  name: string;
  busy: number | null;
  /** Share of its own memory. */
  memory: number | null;
  celsius: number | null;
}

/** A driver asks the device for these figures, which takes milliseconds and keeps it from falling asleep. */
const EVERY_MS = { live: 5_000, resting: 30_000 };
/** Starts a program, which takes half a second of a processor. */
const NVIDIA_EVERY_MS = { live: 30_000, resting: 60_000 };
const LOOK_FOR_DEVICES_EVERY_MS = 10 * 60_000;

export interface GpuParts {
  sys?: string;
  /** NVIDIA's tool. */
  program?: string;
  /** Hears of what is not simply an absent device. */
  failed(thrown: unknown): void;
}

interface Source {
  askedAtMs: number;
  readAtMs: number;
  figures: GpuFigures[];
  busy: boolean;
}
const source = (): Source => ({
  askedAtMs: Number.NEGATIVE_INFINITY,
  readAtMs: Number.NEGATIVE_INFINITY,
  figures: [],
  busy: false,
});

/** Reads apart from the tick: what a driver holds up, holds up only the next reading of that driver. */
export class GpuReader {
  private readonly sys: string;
  private readonly nvidia: NvidiaReader;
  private cards: string[] = [];
  private nvidiaFolders: string[] = [];
  private readonly devices = source();
  private readonly sysfs = source();
  private readonly tool = source();

  constructor(private readonly parts: GpuParts) {
    this.sys = parts.sys ?? KERNEL.sys;
    this.nvidia = new NvidiaReader(parts.program ?? 'nvidia-smi');
  }

  /** What was read lately; begins the readings that are due. Never waits. */
  read(live: boolean, atMs: number): GpuFigures[] {
    this.refresh(this.devices, LOOK_FOR_DEVICES_EVERY_MS, atMs, async () => {
      this.cards = await cardsIn(this.sys);
      this.nvidiaFolders = await nvidiaDevices(this.sys);
      return [];
    });
    const cadence = live ? 'live' : 'resting';
    if (this.cards.length > 0) this.refresh(this.sysfs, EVERY_MS[cadence], atMs, () => this.readCards());
    if (this.nvidiaFolders.length > 0) {
      this.refresh(this.tool, NVIDIA_EVERY_MS[cadence], atMs, () => this.nvidia.read(this.nvidiaFolders));
    }
    const fresh = (of: Source, everyMs: number) => (atMs - of.readAtMs <= 2 * everyMs ? of.figures : []);
    return distinct([...fresh(this.sysfs, EVERY_MS.resting), ...fresh(this.tool, NVIDIA_EVERY_MS.resting)]);
  }

  /** Switched off: what was read is not told any more, and nothing is under way. */
  rest(): void {
    this.nvidia.stop();
    for (const of of [this.sysfs, this.tool]) of.figures = [];
  }

  private refresh(of: Source, everyMs: number, atMs: number, look: () => Promise<GpuFigures[]>): void {
    // Sooner when somebody begins to watch: the time is counted from the last reading.
    if (of.busy || atMs - of.askedAtMs < everyMs) return;
    of.busy = true;
    of.askedAtMs = atMs;
    void this.finish(of, atMs, look);
  }

  private async finish(of: Source, atMs: number, look: () => Promise<GpuFigures[]>): Promise<void> {
    try {
      of.figures = await look();
      of.readAtMs = atMs;
    } catch (thrown) {
      this.parts.failed(thrown);
    } finally {
      of.busy = false;
    }
  }

  private async readCards(): Promise<GpuFigures[]> {
    const figures: GpuFigures[] = [];
    for (const card of this.cards) {
      const one = await readCard(join(this.sys, 'class/drm', card, 'device'), card);
      if (one) figures.push(one);
    }
    return figures;
  }
}

/** Two of one make are told apart by their order. */
function distinct(all: GpuFigures[]): GpuFigures[] {
  return all.map((one, index) => {
    const same = all.slice(0, index).filter(({ name }) => name === one.name).length;
    return same === 0 ? one : { ...one, name: `${one.name} ${same + 1}` };
  });
}

/** Cards whose driver tells anything: amdgpu all, i915 and xe a temperature at most. */
async function cardsIn(sys: string): Promise<string[]> {
  const cards = (await namesIn(join(sys, 'class/drm'))).filter((name) => /^card\d+$/.test(name));
  const telling = await Promise.all(
    cards.map(async (card) => {
      const names = await namesIn(join(sys, 'class/drm', card, 'device'));
      return names.includes('gpu_busy_percent') || names.includes('mem_info_vram_total') || names.includes('hwmon');
    }),
  );
  return cards.filter((_card, index) => telling[index]);
}

async function readCard(device: string, card: string): Promise<GpuFigures | null> {
  // Any other question would wake it.
  if (await isAsleep(device)) return null;
  const number = async (...names: string[]): Promise<number | null> => {
    const text = await textOf(join(device, ...names));
    return text === '' ? null : Number(text);
  };
  const [percent, used, total] = [
    await number('gpu_busy_percent'),
    await number('mem_info_vram_used'),
    await number('mem_info_vram_total'),
  ];
  const sensor = (await namesIn(join(device, 'hwmon')))[0];
  const millidegrees = sensor === undefined ? null : await number('hwmon', sensor, 'temp1_input');
  if (percent === null && total === null && millidegrees === null) return null;
  return {
    name: (await textOf(join(device, 'product_name'))) || card,
    busy: percent === null ? null : percent / 100,
    memory: used === null || !total ? null : used / total,
    celsius: millidegrees === null ? null : millidegrees / 1_000,
  };
}
