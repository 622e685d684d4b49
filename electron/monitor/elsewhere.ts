/** Traffic of disks and network where there is no /proc. Asking may start programs: seldom, and apart from the tick. */
import type { Systeminformation } from 'systeminformation';
import { type InterfaceCounters, NetworkReader, type Traffic } from './network';
import { CounterRates } from './rates';
import type { DiskActivity } from './disk-io';

const EVERY_MS = 60_000;
/** All disks together: that is what can be had. */
const ALL_DISKS = 'all';

export interface ElsewhereFigures {
  traffic: Traffic[];
  disks: DiskActivity[];
}

export class ElsewhereReader {
  private readonly network = new NetworkReader();
  private readonly bytes = new CounterRates();
  private figures: ElsewhereFigures = { traffic: [], disks: [] };
  private askedAtMs = Number.NEGATIVE_INFINITY;
  private answeredAtMs = Number.NEGATIVE_INFINITY;
  private asking = false;

  constructor(
    private readonly failed: (thrown: unknown) => void,
    private readonly clockMs: () => number = () => performance.now(),
  ) {}

  /** The last answer while it is fresh; begins a question when one is due. Never waits. */
  read(): ElsewhereFigures {
    const nowMs = this.clockMs();
    if (!this.asking && nowMs - this.askedAtMs >= EVERY_MS) {
      this.asking = true;
      this.askedAtMs = nowMs;
      void this.learn();
    }
    return nowMs - this.answeredAtMs <= 2 * EVERY_MS ? this.figures : { traffic: [], disks: [] };
  }

  restart(): void {
    this.network.restart();
    this.bytes.restart();
    this.answeredAtMs = Number.NEGATIVE_INFINITY;
  }

  private async learn(): Promise<void> {
    try {
      await this.ask();
    } catch (thrown) {
      this.failed(thrown);
    } finally {
      this.asking = false;
    }
  }

  private async ask(): Promise<void> {
    const { fsStats, networkStats } = await import('systeminformation');
    // One after the other: each starts a program, or keeps the system's inventory busy.
    const interfaces = await networkStats('*');
    // It is null where the system does not tell (Windows), though its type does not say so.
    const disk = (await fsStats()) as Systeminformation.FsStatsData | null;
    const atMs = this.clockMs();
    const rates = this.bytes.perSecond(
      new Map(disk ? [['read', disk.rx] as const, ['written', disk.wx] as const] : []),
      atMs,
    );
    const [readPerSecond, writtenPerSecond] = [rates.get('read'), rates.get('written')];
    this.figures = {
      traffic: this.network.since(interfaces.flatMap(countersOf), atMs),
      disks:
        readPerSecond === undefined || writtenPerSecond === undefined
          ? []
          : [{ device: ALL_DISKS, readPerSecond, writtenPerSecond }],
    };
    this.answeredAtMs = atMs;
  }
}

function countersOf({ iface, rx_bytes, tx_bytes }: Systeminformation.NetworkStatsData): InterfaceCounters[] {
  return /^lo\d*$/.test(iface) || !(rx_bytes + tx_bytes > 0)
    ? []
    : [{ name: iface, received: rx_bytes, sent: tx_bytes }];
}
