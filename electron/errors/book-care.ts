/** What goes on in the error book by itself: mutes and growth end, old groups go, changes are told. */
import type { Store } from '../store/open';
import type { HoldfastError } from './holdfast-error';
import { unmuted } from './states';
import { upkeepStep } from './upkeep';
import { wrapError } from './wrap';

const EVERY_MS = 60_000;
/** Between two steps of clearing up: others have their turn. */
const STEP_GAP_MS = 25;
/** After so many new groups it is looked whether there are too many. */
const MADE_BEFORE_CARE = 200;
const CHANGE_GAP_MS = 500;

export interface CareParts {
  store: Store;
  nowMs: () => number;
  keepDays: () => number;
  endGrowth: () => boolean;
  onChange: () => void;
  onCrowdedOut: (groups: number) => void;
  report: (error: HoldfastError) => void;
}

export class BookCare {
  private timer: NodeJS.Timeout | undefined;
  private changeTimer: NodeJS.Timeout | undefined;
  private toldAtMs = Number.NEGATIVE_INFINITY;
  private state: 'new' | 'running' | 'stopped' = 'new';
  private made = 0;
  /** Grows with each change, before it is told. */
  revision = 0;

  constructor(private readonly parts: CareParts) {}

  start(): void {
    this.state = 'running';
    this.arm(STEP_GAP_MS);
  }

  stop(): void {
    this.state = 'stopped';
    clearTimeout(this.timer);
    clearTimeout(this.changeTimer);
    this.changeTimer = undefined;
  }

  /** Events were written, and so many groups made. */
  written(groups: number): void {
    this.made += groups;
    if (this.made >= MADE_BEFORE_CARE) this.soon();
    this.changed();
  }

  /** There is something to clear up. */
  soon(): void {
    if (this.state === 'running') this.arm(STEP_GAP_MS);
  }

  /** Told at once, but never from within whoever changes or asks; and at most twice a second. */
  changed(): void {
    this.revision++;
    if (this.state === 'stopped') return;
    this.changeTimer ??= setTimeout(
      () => {
        this.changeTimer = undefined;
        this.toldAtMs = performance.now();
        this.parts.onChange();
      },
      Math.max(0, this.toldAtMs + CHANGE_GAP_MS - performance.now()),
    ).unref();
  }

  /** Muted groups whose time is over are open again. */
  endMutes(): void {
    const { store, nowMs } = this.parts;
    if (store.inTransaction()) return;
    const over = store.errorGroups.muteOver(new Date(nowMs()).toISOString());
    if (over.length === 0) return;
    store.atomically(() => {
      for (const group of over) store.errorGroups.setStanding(group.id, unmuted(group));
    });
    this.changed();
  }

  /** Everything that is due, one step of clearing up. True: more is left. */
  look(): boolean {
    const { store, nowMs, keepDays, endGrowth, onCrowdedOut } = this.parts;
    this.endMutes();
    if (store.atomically(endGrowth)) this.changed();
    this.made = 0;
    const step = upkeepStep(store, keepDays(), nowMs());
    if (step.crowdedOut > 0) onCrowdedOut(step.crowdedOut);
    if (step.changed) this.changed();
    return step.more;
  }

  private arm(afterMs: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.turn(), afterMs).unref();
  }

  private turn(): void {
    let more = false;
    try {
      more = this.look();
    } catch (thrown) {
      this.parts.report(wrapError(thrown));
    }
    // What people see depends on the time, too: new becomes known, steady becomes quiet.
    if (!more) this.changed();
    if (this.state === 'running') this.arm(more ? STEP_GAP_MS : EVERY_MS);
  }
}
