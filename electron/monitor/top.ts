/** The processes that take most, when somebody asks. */
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { TopProcess } from '@shared/metrics';
import { isAbsent, isEnded, KERNEL, kernelUnits } from './proc';
import { type ProcessRow, scanProcesses, treeOf } from './processes';

/** Between the two looks of a first question. */
const FIRST_WAIT_MS = 300;
/** A look before that is older tells of another time. */
const LOOK_HOLDS_MS = 15_000;
/** Two questions in one moment get one answer: shares of a shorter time are rounding. */
const ANSWER_HOLDS_MS = 250;
/** A name of this length was cut by the kernel. */
const CUT_NAME_LENGTH = 15;
/** The command line is memory of that process, and a process in trouble may not let anybody read it. */
const COMMAND_LIMIT_MS = 200;

interface Look {
  atMs: number;
  rows: ProcessRow[];
}
interface Shares {
  atMs: number;
  rows: (ProcessRow & { cpuFraction: number })[];
}

export class TopProcesses {
  private before: Look | null = null;
  private last: Shares | null = null;
  private looking: Promise<Shares> | null = null;
  private readonly units = kernelUnits();

  /** @param ownPids all of Holdfast's; null for this process and what is below it */
  constructor(
    private readonly ownPids: (() => readonly number[]) | null,
    private readonly proc = KERNEL.proc,
    private readonly clockMs: () => number = () => performance.now(),
  ) {}

  /** The first `count` by share of all processors, or by resident memory. Empty where there is no /proc. */
  async top(by: 'cpu' | 'memory', count: number): Promise<TopProcess[]> {
    if (process.platform !== 'linux') return [];
    const { rows } = await this.shares();
    const value =
      by === 'cpu' ? (row: Shares['rows'][number]) => row.cpuFraction : (row: ProcessRow) => row.residentPages;
    const own = new Set(this.ownPids?.() ?? treeOf(rows, process.pid));
    const first = rows.toSorted((a, b) => value(b) - value(a) || b.residentPages - a.residentPages).slice(0, count);
    return Promise.all(
      first.map(async ({ pid, name, cpuFraction, residentPages }) => ({
        pid,
        name: name.length < CUT_NAME_LENGTH ? name : await this.wholeName(pid, name),
        cpuFraction,
        memoryBytes: residentPages * this.units.pageBytes,
        own: own.has(pid),
      })),
    );
  }

  private async shares(): Promise<Shares> {
    if (this.last && this.clockMs() - this.last.atMs < ANSWER_HOLDS_MS) return this.last;
    this.looking ??= this.look().finally(() => {
      this.looking = null;
    });
    return this.looking;
  }

  private async look(): Promise<Shares> {
    if (!this.before || this.clockMs() - this.before.atMs > LOOK_HOLDS_MS) {
      this.before = await this.scan();
      await wait(FIRST_WAIT_MS);
    }
    const { before } = this;
    const now = await this.scan();
    this.before = now;
    const known = new Map(before.rows.map((row) => [row.pid, row]));
    const ticks = ((now.atMs - before.atMs) / this.units.tickMs) * os.availableParallelism();
    const rows = now.rows.map((row) => {
      const earlier = known.get(row.pid);
      // A number that was given to another process begins anew.
      const spent = row.ticks - (earlier?.startedAt === row.startedAt ? earlier.ticks : 0);
      return { ...row, cpuFraction: Math.min(1, Math.max(0, spent / ticks)) };
    });
    this.last = { atMs: this.clockMs(), rows };
    return this.last;
  }

  private async scan(): Promise<Look> {
    const atMs = this.clockMs();
    return { atMs, rows: await scanProcesses(this.proc) };
  }

  /** The program's own name where it begins as the cut one does. */
  private async wholeName(pid: number, cut: string): Promise<string> {
    const late = new AbortController();
    try {
      const line = await Promise.race([
        readFile(`${this.proc}/${pid}/cmdline`, 'utf8'),
        wait(COMMAND_LIMIT_MS, '', { signal: late.signal }),
      ]);
      return programName(line, cut);
    } catch (thrown) {
      if (isEnded(thrown) || isAbsent(thrown)) return cut;
      throw thrown;
    } finally {
      late.abort();
    }
  }
}

/** From a command line whose words end with NUL; some programs write their own with blanks. */
export function programName(commandLine: string, cut: string): string {
  const [program = ''] = commandLine.split('\0', 1);
  const name = program.split(/ -/, 1)[0]?.split('/').at(-1) ?? '';
  return name.startsWith(cut) ? name : cut;
}
