/** Takes one look at everything and records it by key. One part that fails costs its own figures only. */
import type { MetricName } from '@shared/metrics';
import { metricKey } from '@shared/metrics';
import type { MetricSample } from '@shared/models';
import type { MetricSink } from '../metrics/types';
import { CpuReader } from './cpu';
import { DiskIoReader } from './disk-io';
import type { DiskFigures } from './disks';
import { ElsewhereReader } from './elsewhere';
import { SpaceTrends } from './forecast';
import { GpuReader } from './gpu';
import { LoopDelay } from './loop-delay';
import { type MemoryFigures, MemoryReader } from './memory';
import { NetworkReader } from './network';
import { OwnCost } from './own';
import { PressureReader } from './pressure';
import type { KernelRoots } from './proc';
import type { SpaceReader } from './space';

export interface FiguresParts {
  sink: Pick<MetricSink, 'record'>;
  space: SpaceReader;
  /** Paths whose disks matter, Holdfast's own first. */
  paths(): readonly string[];
  gpu(): boolean;
  ownPids(): readonly number[];
  roots: KernelRoots;
  /** Names the part. Called at each tick at which it fails. */
  failed(part: string, thrown: unknown): void;
  worked(part: string): void;
}

export interface Look {
  /** Of the record, milliseconds since 1970. */
  atMs: number;
  monotonicMs: number;
  live: boolean;
}

export class Figures {
  readonly loop = new LoopDelay();
  private readonly cpu: CpuReader;
  private readonly memory: MemoryReader;
  private readonly pressure: PressureReader;
  private readonly network: NetworkReader;
  private readonly diskIo: DiskIoReader;
  private readonly own: OwnCost;
  private readonly gpu: GpuReader;
  private readonly elsewhere: ElsewhereReader | null;
  private readonly trends = new SpaceTrends();
  private cpuFraction = 0;
  private ownCpuFraction = 0;

  constructor(private readonly parts: FiguresParts) {
    const { roots } = parts;
    this.cpu = new CpuReader(roots.proc);
    this.memory = new MemoryReader(roots.proc);
    this.pressure = new PressureReader(roots.proc);
    this.network = new NetworkReader(roots.proc);
    this.diskIo = new DiskIoReader(roots);
    this.own = new OwnCost(() => parts.ownPids());
    this.gpu = new GpuReader({ sys: roots.sys, failed: (thrown) => parts.failed('gpu', thrown) });
    this.elsewhere =
      process.platform === 'linux' ? null : new ElsewhereReader((thrown) => parts.failed('traffic', thrown));
  }

  /** Rates need two looks: until then they are not recorded. Null when the machine does not tell its memory. */
  async take(look: Look): Promise<MetricSample | null> {
    const record = (name: MetricName, value: number | null | undefined, subject?: string): void => {
      if (value !== null && value !== undefined) this.parts.sink.record(metricKey(name, subject), value, look.atMs);
    };
    const [memory, disks] = await Promise.all([
      this.part('memory', () => this.memory.read()),
      this.part('disks', () => this.parts.space.read(this.parts.paths(), look.monotonicMs)),
    ]);
    const cpu = await this.part('cpu', () => this.cpu.read());
    this.cpuFraction = cpu ?? this.cpuFraction;
    record('cpu.busy', cpu);
    await this.part('pressure', () => {
      for (const [resource, share] of this.pressure.read(look.monotonicMs)) record(`pressure.${resource}`, share);
    });
    await this.part('traffic', () => this.recordTraffic(record, look.monotonicMs));
    await this.part('gpu', () => this.recordGpu(record, look));
    const own = await this.part('own', () => this.own.read(look.monotonicMs));
    const loop = this.loop.read();
    this.ownCpuFraction = own?.cpuFraction ?? this.ownCpuFraction;
    record('own.cpu', own?.cpuFraction);
    record('own.memory', own?.memoryBytes);
    record('own.loop-p99', loop.p99Ms);
    record('own.loop-max', loop.maxMs);
    if (memory) recordMemory(record, memory);
    if (disks) this.recordDisks(record, disks, look.monotonicMs);
    if (!memory) return null;
    return {
      at: new Date(look.atMs).toISOString(),
      cpuFraction: this.cpuFraction,
      memoryUsedBytes: memory.usedBytes,
      memoryTotalBytes: memory.totalBytes,
      swapUsedBytes: memory.swapUsedBytes,
      swapTotalBytes: memory.swapTotalBytes,
      disks: (disks ?? []).map(({ mount, usedBytes, totalBytes }) => ({ mount, usedBytes, totalBytes })),
      own: {
        cpuFraction: this.ownCpuFraction,
        memoryBytes: own?.memoryBytes ?? process.memoryUsage.rss(),
        loopDelayP99Ms: loop.p99Ms,
        loopDelayMaxMs: loop.maxMs,
      },
    };
  }

  /** After a gap no rate may span it. */
  restart(): void {
    for (const part of [this.cpu, this.pressure, this.network, this.diskIo, this.own, this.loop]) part.restart();
    this.elsewhere?.restart();
  }

  close(): void {
    this.loop.stop();
    this.gpu.rest();
    for (const part of [this.cpu, this.memory, this.pressure, this.network, this.diskIo, this.own]) part.close();
  }

  private async part<T>(name: string, read: () => T | Promise<T>): Promise<T | undefined> {
    try {
      const figures = await read();
      this.parts.worked(name);
      return figures;
    } catch (thrown) {
      this.parts.failed(name, thrown);
      return undefined;
    }
  }

  private recordTraffic(record: Record, atMs: number): void {
    const far = this.elsewhere?.read();
    for (const { name, receivedPerSecond, sentPerSecond } of far?.traffic ?? this.network.read(atMs)) {
      record('network.received', receivedPerSecond, name);
      record('network.sent', sentPerSecond, name);
    }
    for (const { device, readPerSecond, writtenPerSecond } of far?.disks ?? this.diskIo.read(atMs)) {
      record('disk.read', readPerSecond, device);
      record('disk.write', writtenPerSecond, device);
    }
  }

  private recordGpu(record: Record, { live, monotonicMs }: Look): void {
    if (!this.parts.gpu()) {
      this.gpu.rest();
      return;
    }
    for (const { name, busy, memory, celsius } of this.gpu.read(live, monotonicMs)) {
      record('gpu.busy', busy, name);
      record('gpu.memory', memory, name);
      record('gpu.temperature', celsius, name);
    }
  }

  private recordDisks(record: Record, disks: readonly DiskFigures[], atMs: number): void {
    this.trends.keep(new Set(disks.map(({ mount }) => mount)));
    for (const { mount, usedBytes, totalBytes } of disks) {
      if (totalBytes <= 0) continue;
      const freeBytes = totalBytes - usedBytes;
      record('disk.used', usedBytes / totalBytes, mount);
      record('disk.free', freeBytes, mount);
      record('disk.total', totalBytes, mount);
      record('disk.full-in', this.trends.hours(mount, freeBytes, totalBytes, atMs), mount);
    }
  }
}

type Record = (name: MetricName, value: number | null | undefined, subject?: string) => void;

function recordMemory(record: Record, figures: MemoryFigures): void {
  record('memory.used', figures.totalBytes > 0 ? figures.usedBytes / figures.totalBytes : null);
  record('memory.used-bytes', figures.usedBytes);
  if (figures.swapTotalBytes > 0) record('swap.used', figures.swapUsedBytes / figures.swapTotalBytes);
}
