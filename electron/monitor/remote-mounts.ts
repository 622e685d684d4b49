/**
 * Asks file systems that may hang: network and FUSE mounts. A question to a dead one never returns, holds one of the
 * few threads of the process that asks, and can keep that process from ending. So another process asks, and is killed
 * when an answer is late.
 */
import { z } from 'zod';
import type { JobLauncher, JobProcess } from '../core/types';
import type { HoldfastError } from '../errors/holdfast-error';
import { holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import { deferred } from '../jobs/deferred';
import { type DiskFigures, figuresOf } from './disks';
import type { FolderState } from './folder';

/** What is asked of a path: how much space there is, or whether the folder can be used. */
export interface MountQuestion {
  id: number;
  kind: 'space' | 'folder';
  path: string;
}

const Bytes = z.number().nonnegative();
const Answer = z.object({
  type: z.literal('done'),
  value: z.object({
    id: z.number(),
    space: z.object({ blocks: Bytes, bfree: Bytes, bavail: Bytes, bsize: Bytes }).optional(),
    folder: z.enum(['usable', 'absent', 'unusable']).optional(),
  }),
});
export type MountAnswer = z.infer<typeof Answer>['value'];

export interface RemoteTimes {
  /** Between two questions to one mount. */
  everyMs: number;
  deadlineMs: number;
  /** A mount that hung rests so long; twice as long after each further time, up to the longest. */
  restMs: number;
  longestRestMs: number;
}
const TIMES: RemoteTimes = { everyMs: 30_000, deadlineMs: 5_000, restMs: 60_000, longestRestMs: 30 * 60_000 };
/** A process inside a hung call may not even die: no more than so many are left behind at a time. */
const MOST_UNDEAD = 2;

interface Pending {
  question: MountQuestion;
  point: string;
  timer: NodeJS.Timeout;
  answer: Promise<MountAnswer | null>;
  settle(answer: MountAnswer | null): void;
}
interface Known {
  askedAtMs: number;
  answeredAtMs: number;
  figures: DiskFigures | null;
  hung: boolean;
  restMs: number;
  askAgainAtMs: number;
}

export class RemoteMounts {
  private helper: JobProcess | null = null;
  private undead = 0;
  private nextId = 1;
  private crashes = 0;
  private startAgainAtMs = Number.NEGATIVE_INFINITY;
  private stopped = false;
  private readonly pending = new Map<number, Pending>();
  private readonly known = new Map<string, Known>();

  constructor(
    private readonly launch: JobLauncher,
    private readonly report: (error: HoldfastError) => void,
    private readonly clockMs: () => number = () => performance.now(),
    private readonly times: RemoteTimes = TIMES,
  ) {}

  /** Figures of those mount points that have answered lately; begins the questions that are due. Never waits. */
  space(points: ReadonlyMap<string, string>): DiskFigures[] {
    for (const point of this.known.keys()) if (!points.has(point)) this.known.delete(point);
    if (points.size === 0 && this.pending.size === 0) this.endHelper();
    return [...points].flatMap(([point, device]) => {
      const known = this.of(point);
      if (this.clockMs() - known.askedAtMs >= this.times.everyMs) {
        this.refresh(point, device).catch((thrown: unknown) => this.report(wrapError(thrown)));
      }
      const fresh = this.clockMs() - known.answeredAtMs <= this.times.everyMs + 2 * this.times.deadlineMs;
      return known.figures && fresh ? [known.figures] : [];
    });
  }

  /** A folder on a mount that does not answer cannot be used. Null when nobody could ask. */
  async folder(path: string, point: string): Promise<FolderState | null> {
    const answer = await this.ask('folder', path, point);
    return answer?.folder ?? (this.of(point).hung ? 'unusable' : null);
  }

  /** Mount points that did not answer in time and have not answered since. */
  hung(): string[] {
    return [...this.known].flatMap(([point, { hung }]) => (hung ? [point] : []));
  }

  stop(): void {
    this.stopped = true;
    this.endHelper();
  }

  private async refresh(point: string, device: string): Promise<void> {
    const known = this.of(point);
    known.askedAtMs = this.clockMs();
    const answer = await this.ask('space', point, point);
    if (!answer) return;
    known.answeredAtMs = this.clockMs();
    // A mount that is gone has no figures.
    known.figures = answer.space ? figuresOf(answer.space, point, device) : null;
  }

  /** The same question is asked once at a time. Null when there is no answer. */
  private async ask(kind: MountQuestion['kind'], path: string, point: string): Promise<MountAnswer | null> {
    const same = [...this.pending.values()].find(({ question }) => question.kind === kind && question.path === path);
    if (same) return same.answer;
    if (this.stopped || this.clockMs() < this.of(point).askAgainAtMs) return null;
    const helper = this.ready();
    if (!helper) return null;
    const question: MountQuestion = { id: this.nextId, kind, path };
    this.nextId += 1;
    const { promise: answer, resolve: settle } = deferred<MountAnswer | null>();
    const timer = setTimeout(() => this.late(question.id), this.times.deadlineMs).unref();
    this.pending.set(question.id, { question, point, timer, answer, settle });
    helper.send(question);
    return answer;
  }

  private ready(): JobProcess | null {
    if (this.helper) return this.helper;
    if (this.undead >= MOST_UNDEAD || this.clockMs() < this.startAgainAtMs) return null;
    const helper = this.launch();
    this.helper = helper;
    helper.onMessage((message) => {
      if (this.helper === helper) this.take(message);
    });
    helper.onExit((code) => this.ended(helper, code));
    return helper;
  }

  private take(message: unknown): void {
    const parsed = Answer.safeParse(message);
    if (!parsed.success) {
      this.report(holdfastError('CHILD_CRASHED', { params: { job: 'mounts' }, detail: parsed.error.message }));
      return;
    }
    const { value } = parsed.data;
    const pending = this.pending.get(value.id);
    if (!pending) return;
    this.crashes = 0;
    const known = this.of(pending.point);
    known.hung = false;
    known.restMs = this.times.restMs;
    this.settle(pending, value);
  }

  /** Its thread is lost: the helper goes, and the mount rests. */
  private late(id: number): void {
    const pending = this.pending.get(id);
    if (!pending) return;
    const known = this.of(pending.point);
    known.hung = true;
    known.figures = null;
    known.askAgainAtMs = this.clockMs() + known.restMs;
    known.restMs = Math.min(known.restMs * 2, this.times.longestRestMs);
    this.endHelper();
  }

  private endHelper(): void {
    const { helper } = this;
    this.helper = null;
    for (const pending of this.pending.values()) {
      // What was asked of the others is asked again at once, of the next helper.
      if (!this.of(pending.point).hung) this.of(pending.point).askedAtMs = Number.NEGATIVE_INFINITY;
      this.settle(pending, null);
    }
    if (!helper) return;
    this.undead += 1;
    helper.kill();
  }

  private ended(helper: JobProcess, code: number | null): void {
    if (this.helper !== helper) {
      this.undead -= 1;
      return;
    }
    this.helper = null;
    this.crashes += 1;
    this.startAgainAtMs = this.clockMs() + Math.min(this.times.restMs * this.crashes, this.times.longestRestMs);
    for (const pending of this.pending.values()) this.settle(pending, null);
    this.report(holdfastError('CHILD_CRASHED', { params: { job: 'mounts' }, detail: `exit code ${String(code)}` }));
  }

  private settle(pending: Pending, answer: MountAnswer | null): void {
    clearTimeout(pending.timer);
    this.pending.delete(pending.question.id);
    pending.settle(answer);
  }

  private of(point: string): Known {
    const known = this.known.get(point);
    if (known) return known;
    const fresh: Known = {
      askedAtMs: Number.NEGATIVE_INFINITY,
      answeredAtMs: Number.NEGATIVE_INFINITY,
      figures: null,
      hung: false,
      restMs: this.times.restMs,
      askAgainAtMs: Number.NEGATIVE_INFINITY,
    };
    this.known.set(point, fresh);
    return fresh;
  }
}
