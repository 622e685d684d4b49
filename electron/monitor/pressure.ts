/** Pressure stall information: the share of time in which some task waited for a resource. Linux 4.20 and later. */
import { CounterRates } from './rates';
import { KERNEL, OptionalKernelFile } from './proc';

export const RESOURCES = ['cpu', 'memory', 'io'] as const;
export type Resource = (typeof RESOURCES)[number];

const MICROSECONDS = 1e6;

export class PressureReader {
  private readonly files: [Resource, OptionalKernelFile][];
  private readonly rates = new CounterRates();

  constructor(proc = KERNEL.proc) {
    this.files = RESOURCES.map((resource) => [resource, new OptionalKernelFile(`${proc}/pressure/${resource}`)]);
  }

  /** Shares since the look before, 0…1; only of what the kernel tells. */
  read(atMs: number): Map<Resource, number> {
    const totals = new Map<string, number>();
    for (const [resource, file] of this.files) {
      const total = parsePressure(file.read() ?? '');
      if (total !== null) totals.set(resource, total);
    }
    const shares = new Map<Resource, number>();
    const rates = this.rates.perSecond(totals, atMs);
    for (const resource of RESOURCES) {
      const rate = rates.get(resource);
      if (rate !== undefined) shares.set(resource, Math.min(1, rate / MICROSECONDS));
    }
    return shares;
  }

  restart(): void {
    this.rates.restart();
  }

  close(): void {
    for (const [, file] of this.files) file.close();
  }
}

/** Microseconds since the machine started in which some task waited; null when the text does not say. */
export function parsePressure(text: string): number | null {
  const total = /^some .*\btotal=(\d+)/m.exec(text)?.[1];
  return total === undefined ? null : Number(total);
}
