/**
 * Keeps destinations as they are to be. It pulls: at each look it works out what is to be done from the catalogue, so
 * that sleep, edits, restarts and clock changes only need another look. One worker a destination: one that fails holds up
 * no other.
 */
import { decideRetention } from '../backup/retention';
import { neededBases } from '../continuous/log-of';
import { wrapError } from '../errors/wrap';
import type { CatalogueEntry } from '../store/backups';
import type { StoredCopy } from '../store/copies';
import type { StoredDestination } from '../store/destinations';
import { waitMs } from './backoff';
import { syncProblems } from './copy-problems';
import type { CopySteps, StepEnd } from './copy-steps';
import { remoteNameOf } from './names';
import { type CopyParts, isoOf } from './parts';
import { type CopyPlan, planCopies, pointsFor } from './planner';
import type { SegmentCopies } from './segment-copies';

const MINUTE_MS = 60_000;
/** Timers stand still while a machine sleeps and know nothing of a clock that is set. */
const LONGEST_WAIT_MS = 15 * MINUTE_MS;
const SHORTEST_WAIT_MS = 1_000;
const REREAD_EVERY_MS = 24 * 60 * MINUTE_MS;

export interface LoopWork {
  steps: CopySteps;
  /** Files of transaction logs. */
  segments: SegmentCopies;
  /** Compares what lies there with what is known. */
  lookAt: (destination: StoredDestination) => Promise<StepEnd>;
}

interface Worker {
  running: Promise<void> | null;
  /** Something changed while it ran: it looks once more. */
  again: boolean;
  /** Somebody asked for it: the battery does not hold it up. */
  byHand: boolean;
}

export class CopyLoop {
  private readonly workers = new Map<string, Worker>();
  private started = false;
  private stopped = false;
  private disarm: (() => void) | null = null;

  constructor(
    private readonly parts: CopyParts,
    private readonly work: LoopWork,
  ) {}

  start(): void {
    if (this.stopped) return;
    this.started = true;
    this.look();
  }

  /** Starts nothing more; resolves when the steps in hand have ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.disarm?.();
    await this.idle();
  }

  /** Resolves when no worker runs. */
  async idle(): Promise<void> {
    for (;;) {
      const running = [...this.workers.values()].flatMap((worker) => worker.running ?? []);
      if (running.length === 0) return;
      await Promise.all(running);
    }
  }

  /** Resolves when nothing is done for this destination. */
  async idleAt(id: string): Promise<void> {
    for (let running = this.workers.get(id)?.running; running; running = this.workers.get(id)?.running) await running;
  }

  /** After sleep, after the network came back: pauses after failures are over. */
  wake(): void {
    for (const { id } of this.parts.context.store.destinations.list()) this.endPauses(id);
    this.look();
  }

  /** Somebody asks for it: whatever failed is tried once more now. */
  tryNow(id: string): void {
    this.endPauses(id);
    this.run(id, true);
  }

  private endPauses(id: string): void {
    const { store } = this.parts.context;
    store.destinations.note(id, { nextTryAt: null });
    for (const { pointId, nextTryAt } of store.copies.at(id)) {
      if (nextTryAt !== null) store.copies.update(pointId, id, { nextTryAt: null });
    }
    this.work.segments.endPauses(id);
  }

  /** Works out what is to be copied, and starts on it where the core runs on its own. */
  look(): void {
    if (this.stopped) return;
    for (const destination of this.parts.context.store.destinations.list()) {
      // What is wrong with one destination must not keep the others from being looked at.
      this.attempt(() => this.plan(destination));
      if (this.started) this.run(destination.id, false);
    }
    this.attempt(() => syncProblems(this.parts.context));
    if (this.started) this.armAgain();
  }

  /** Starts a pass over one destination now. */
  run(id: string, byHand: boolean): void {
    if (this.stopped) return;
    const worker = this.workers.get(id) ?? { running: null, again: false, byHand: false };
    this.workers.set(id, worker);
    worker.byHand ||= byHand;
    if (worker.running) {
      worker.again = true;
      return;
    }
    worker.running = this.passes(id, worker).finally(() => {
      worker.running = null;
      worker.byHand = false;
      if (this.started) this.armAgain();
    });
  }

  private async passes(id: string, worker: Worker): Promise<void> {
    do {
      worker.again = false;
      try {
        await this.pass(id, worker);
      } catch (thrown) {
        this.parts.context.problems.report(wrapError(thrown).toView(), null);
        return;
      }
    } while (worker.again && !this.stopped);
  }

  /** Step after step, each decided anew, until there is nothing to do now. */
  private async pass(id: string, worker: Worker): Promise<void> {
    const { store, settings } = this.parts.context;
    for (;;) {
      const destination = store.destinations.get(id);
      if (this.stopped || !destination?.config.enabled) return;
      if (!worker.byHand && settings().pauseOnBattery && this.parts.onBattery()) return;
      if (destination.config.kind !== 'folder' && this.parts.isOffline()) return;
      if (waitMs(destination.facts.nextTryAt, this.parts.clock.nowMs()) > 0) return;
      const end = await this.step(destination);
      if (end === null || end === 'stop') return;
    }
  }

  /** Null when there is nothing to do now. */
  private async step(destination: StoredDestination): Promise<StepEnd | null> {
    if (destination.facts.lookFirst) return this.work.lookAt(destination);
    const { store } = this.parts.context;
    const plans = this.plan(destination);
    const next = plans.flatMap(({ copy }) => copy).find((one) => one.waitMs === 0);
    const entry = next && store.backups.get(next.pointId);
    if (entry) return this.work.steps.copy(destination, entry);
    // A log is worth nothing without what it is replayed on.
    const segment = await this.work.segments.copyNext(destination);
    if (segment) return segment;
    // One at a time: what was to stay in its stead may be found damaged meanwhile.
    const [going] = plans
      .flatMap(({ forget }) => forget)
      .flatMap(({ pointId }) => store.copies.get(pointId, destination.id) ?? [])
      .filter((copy) => !this.isNeededElsewhere(copy));
    if (going) return this.work.steps.forget(destination, [going]);
    return (await this.work.segments.forgetNext(destination)) ?? this.rereadNext(destination);
  }

  /** It is the only whole one left, and copies at other destinations are built on it: theirs was lost there. */
  private isNeededElsewhere({ pointId, destinationId, state }: StoredCopy): boolean {
    const { backups, copies } = this.parts.context.store;
    const isAtAnother = (id: string): boolean =>
      copies.of(id).some((copy) => copy.state === 'copied' && copy.destinationId !== destinationId);
    if (state !== 'copied' || backups.get(pointId)?.state === 'proved' || isAtAnother(pointId)) return false;
    return backups.children(pointId).some(({ id }) => isAtAnother(id));
  }

  /** The plan of each guarded database for a destination; copies that are to be made get their row. */
  private plan(destination: StoredDestination): CopyPlan[] {
    const { store } = this.parts.context;
    if (!destination.config.enabled) return [];
    const nowMs = this.parts.clock.nowMs();
    const copiesThere = store.copies.at(destination.id);
    return store.databases.list().map(({ id: databaseId }) => {
      const points = store.backups.list(databaseId);
      const known = new Map(points.map((point) => [point.id, point]));
      const copies = copiesThere.filter(({ pointId }) => known.has(pointId));
      const plan = this.decide(destination, databaseId, points, copies, nowMs);
      for (const { pointId } of plan.copy) this.await(destination, known.get(pointId), copies);
      return plan;
    });
  }

  private decide(
    { config }: StoredDestination,
    databaseId: string,
    points: readonly CatalogueEntry[],
    copies: readonly StoredCopy[],
    nowMs: number,
  ): CopyPlan {
    const { store, settings } = this.parts.context;
    const decisions = decideRetention(pointsFor(points, copies), config.retention, {
      undoPointIds: new Set(),
      otherHome: store.backups.ofOtherHome(databaseId),
      // Files of the log are worth nothing there without the restore point that they are replayed on.
      logBases: neededBases(store, databaseId, settings().continuous.keepHours, nowMs),
      nowMs,
      ...(this.parts.timeZone === undefined ? {} : { timeZone: this.parts.timeZone }),
    });
    return planCopies(points, decisions, copies, { guarded: true }, nowMs);
  }

  private await(
    { id, config }: StoredDestination,
    entry: CatalogueEntry | undefined,
    copies: readonly StoredCopy[],
  ): void {
    if (!entry || copies.some(({ pointId }) => pointId === entry.id)) return;
    const remoteName = remoteNameOf(entry.file, config.encryption.mode !== 'none');
    this.parts.context.store.copies.add({ pointId: entry.id, destinationId: id, remoteName });
  }

  /** Once a day: the newest copy when it never was, else the one that was read back the longest ago. */
  private async rereadNext(destination: StoredDestination): Promise<StepEnd | null> {
    const { store, jobs } = this.parts.context;
    const nowMs = this.parts.clock.nowMs();
    const lastMs = Date.parse(destination.facts.rereadRoundAt ?? '');
    // A round in the future was noted by a clock that stood wrong.
    if (lastMs <= nowMs && nowMs - lastMs < REREAD_EVERY_MS) return null;
    store.destinations.note(destination.id, { rereadRoundAt: isoOf(nowMs) });
    for (const copy of this.rereadRound(destination)) {
      const entry = store.backups.get(copy.pointId);
      if (this.stopped || !entry) continue;
      try {
        await jobs.start({
          ...{ kind: 'verify-copy', databaseId: entry.databaseId, subject: destination.config.name },
          body: (job) => this.work.steps.reread(job, destination, copy),
        }).done;
      } catch (thrown) {
        // A destination that cannot be used is recorded; the round is due again when it can.
        if (wrapError(thrown).code !== 'CANCELLED') store.destinations.note(destination.id, { rereadRoundAt: null });
        return 'stop';
      }
    }
    const end = await this.work.segments.reread(destination, () => this.stopped);
    if (end === 'stop' && !this.stopped) store.destinations.note(destination.id, { rereadRoundAt: null });
    return end;
  }

  private rereadRound({ id }: StoredDestination): StoredCopy[] {
    const { store } = this.parts.context;
    const copies = store.copies.at(id).filter(({ state }) => state === 'copied');
    const created = (copy: StoredCopy): string => store.backups.get(copy.pointId)?.createdAt ?? '';
    const [newest] = copies.toSorted((a, b) => created(b).localeCompare(created(a)));
    const [oldest] = copies.toSorted(
      (a, b) => (a.rereadAt ?? '').localeCompare(b.rereadAt ?? '') || created(a).localeCompare(created(b)),
    );
    const round = newest && newest.rereadAt === null ? [newest] : [];
    return oldest && oldest !== newest
      ? [...round, oldest]
      : [...round, ...(round.length === 0 && oldest ? [oldest] : [])];
  }

  private armAgain(): void {
    this.disarm?.();
    if (this.stopped) return;
    const nowMs = this.parts.clock.nowMs();
    const { store } = this.parts.context;
    const waits = store.destinations
      .list()
      .flatMap((destination) => [
        waitMs(destination.facts.nextTryAt, nowMs),
        ...store.copies.at(destination.id).map(({ nextTryAt }) => waitMs(nextTryAt, nowMs)),
        ...this.work.segments.waits(destination).map((at) => waitMs(at, nowMs)),
      ]);
    const next = Math.min(LONGEST_WAIT_MS, ...waits.filter((ms) => ms > 0));
    this.disarm = this.parts.arm(Math.max(SHORTEST_WAIT_MS, next), () => this.look());
  }

  private attempt(work: () => void): void {
    try {
      work();
    } catch (thrown) {
      this.parts.context.problems.report(wrapError(thrown).toView(), null);
    }
  }
}
