/** All errors that came in, as groups. */
import { type ErrorGroup, type ErrorGroupDetails, type ErrorSummary, KEPT_EVENTS } from '@shared/error-groups';
import type { ErrorFilter, WindowError } from '@shared/ipc-diagnosis';
import type { Operation } from '@shared/metrics';
import type { Settings } from '@shared/settings';
import { systemTimeZone } from '../backup/local-time';
import type { Errors, EventSink } from '../core/diagnosis-types';
import type { GroupStanding, StoredGroup } from '../store/error-groups';
import type { Store } from '../store/open';
import { ErrorApplications } from './applications';
import { BookCare } from './book-care';
import { type ExportedGroup, toCsv, toJson } from './export';
import { type HoldfastError, holdfastError } from './holdfast-error';
import { hourOf } from './hours';
import { Intake } from './intake';
import { mergeGroups, requireGroup, splitGroup } from './merging';
import { acknowledged, DAY_MS, muted, reopened, resolved, standingOf } from './states';
import { summaryOf } from './summary';
import { eventView, groupViews } from './views';
import { windowEvent } from './window-event';

export interface ErrorBookParts {
  store: Store;
  settings: () => Settings['errors'];
  /** `http://127.0.0.1:<port>`; null while the endpoint is closed. */
  address: () => string | null;
  nowMs: () => number;
  /** Groups, applications or counts changed; at most twice a second. */
  onChange: () => void;
  /** Zone of the local days; the machine's when it is left out. */
  timeZone?: () => string;
  /** Takes what cannot be written or cleared up; it is tried again. */
  report?: (error: HoldfastError) => void;
  /** Groups were let go because an application had too many: so many. */
  onCrowdedOut?: (groups: number) => void;
  /** The window reported an error of its own, which is taken already. */
  onWindowError?: (error: WindowError) => void;
}

const NO_ABOUT = { databaseId: null, params: {} };
/** What `needing` found is asked for again after this, without any event: days go by, mutes end. */
const NEEDING_KEPT_MS = 10_000;
const MOST_NEEDING = 50;
const MOST_UNDONE = 200;
const MOST_EXPORTED = { groups: 10_000, withEvents: 1_000, events: 5_000 };

export class ErrorBook implements Errors, EventSink {
  private readonly intake: Intake;
  private readonly care: BookCare;
  private readonly registered: ErrorApplications;
  /** What was so before the last decision about a group, the newest decision last. */
  private readonly decided = new Map<string, GroupStanding>();
  private known: { groups: ErrorGroup[]; atMs: number; revision: number } | null = null;

  constructor(readonly parts: ErrorBookParts) {
    const { store, nowMs, address } = parts;
    const report = parts.report ?? (() => undefined);
    this.care = new BookCare({
      store,
      nowMs,
      keepDays: () => parts.settings().keepDays,
      endGrowth: () => this.intake.writer.endGrowth(),
      onChange: parts.onChange,
      onCrowdedOut: (groups) => parts.onCrowdedOut?.(groups),
      report,
    });
    this.intake = new Intake({
      store,
      nowMs,
      ...(parts.timeZone ? { timeZone: parts.timeZone } : {}),
      onWritten: (groups) => this.care.written(groups),
      report,
    });
    this.registered = new ErrorApplications(store, address, nowMs);
  }

  start(): void {
    this.care.start();
  }

  /** Writes what is in memory. */
  stop(): void {
    this.intake.stop();
    this.care.stop();
  }

  /** Everything that is due now, and one step of clearing up; true: more is left. `start` does this every minute. */
  look(): boolean {
    this.intake.write();
    return this.care.look();
  }

  take: EventSink['take'] = (applicationId, event, about = NO_ABOUT) => this.intake.take(applicationId, event, about);

  /** One of Holdfast's own operations ended. What was cancelled is no operation that ended: it is not counted. */
  countOperation(operation: Operation, ok: boolean): void {
    this.intake.countOperation(operation, ok);
  }

  /**
   * New, returned and growing groups that nobody has looked at, for alerts and for the badge: at most `MOST_NEEDING` of each
   * application, the worst first. Asked for all the time, so it waits for nothing to be written: at most `WRITE_AFTER_MS` old.
   */
  needing(): ErrorGroup[] {
    this.care.endMutes();
    const nowMs = this.parts.nowMs();
    const { revision } = this.care;
    const dayAgo = new Date(nowMs - DAY_MS).toISOString();
    const { known } = this;
    if (known?.revision === revision && Math.abs(nowMs - known.atMs) < NEEDING_KEPT_MS) return known.groups;
    const groups = this.views(this.parts.store.errorGroups.needing(dayAgo, MOST_NEEDING));
    this.known = { groups, atMs: nowMs, revision };
    return groups;
  }

  groups(filter: ErrorFilter, limit: number): { groups: ErrorGroup[]; total: number } {
    const { errorGroups } = this.fresh();
    const dayAgo = new Date(this.parts.nowMs() - DAY_MS).toISOString();
    return { groups: this.views(errorGroups.list(filter, dayAgo, limit)), total: errorGroups.total(filter) };
  }

  group(groupId: string): ErrorGroupDetails {
    const store = this.fresh();
    const group = this.view(groupId);
    return {
      group,
      events: store.errorEvents.of(groupId, KEPT_EVENTS).map((event) => eventView(groupId, event)),
      parts: store.errorFingerprints.of(groupId).map(({ fingerprint, because, title, count, lastSeenAt }) => ({
        fingerprint,
        because,
        title,
        count,
        lastSeenAt,
      })),
    };
  }

  summary(filter: ErrorFilter, fromMs: number, toMs: number): ErrorSummary {
    const timeZone = (this.parts.timeZone ?? systemTimeZone)();
    return summaryOf(this.fresh(), this.parts.settings().objectivePercent, { filter, fromMs, toMs, timeZone });
  }

  acknowledge(groupId: string): ErrorGroup {
    return this.decide(groupId, (group, nowMs) => acknowledged(group, nowMs));
  }

  mute(groupId: string, until: { minutes: number | null; untilPerHour: number | null }): ErrorGroup {
    return this.decide(groupId, (group, nowMs) => {
      const hour = hourOf(nowMs);
      const count = this.parts.store.errorHours.of([groupId], hour, hour).reduce((sum, row) => sum + row.count, 0);
      return muted(group, until, { nowMs, hour, count });
    });
  }

  resolve(groupId: string): ErrorGroup {
    return this.decide(groupId, (group, nowMs) => resolved(group, nowMs));
  }

  reopen(groupId: string): ErrorGroup {
    return this.decide(groupId, (group, nowMs) => reopened(group, nowMs));
  }

  undo(groupId: string): ErrorGroup {
    const store = this.fresh();
    requireGroup(store, groupId);
    const before = this.decided.get(groupId);
    if (!before) throw holdfastError('ITEM_UNKNOWN', { detail: `what was decided about error group ${groupId}` });
    this.decided.delete(groupId);
    store.errorGroups.setStanding(groupId, before);
    this.care.changed();
    return this.view(groupId);
  }

  merge(intoId: string, groupIds: readonly string[]): ErrorGroup {
    mergeGroups(this.fresh(), intoId, groupIds);
    this.care.changed();
    return this.view(intoId);
  }

  split(groupId: string, fingerprint: string): ErrorGroup {
    const id = splitGroup(this.fresh(), groupId, fingerprint);
    this.care.changed();
    return this.view(id);
  }

  exported(filter: ErrorFilter, format: 'json' | 'csv'): string {
    const { groups, total } = this.groups(filter, format === 'csv' ? MOST_EXPORTED.groups : MOST_EXPORTED.withEvents);
    if (format === 'csv') return toCsv(groups);
    let left = MOST_EXPORTED.events;
    let complete = groups.length === total;
    const withEvents = groups.map((group): ExportedGroup => {
      const events = this.parts.store.errorEvents.of(group.id, KEPT_EVENTS);
      const shown = events.slice(0, left);
      if (shown.length < events.length) complete = false;
      left -= shown.length;
      return { ...group, events: shown.map((event) => eventView(group.id, event)) };
    });
    return toJson(withEvents, new Date(this.parts.nowMs()).toISOString(), complete);
  }

  reportWindow(error: WindowError): void {
    this.take(null, windowEvent(error, this.parts.nowMs()), { databaseId: null, params: { where: error.where } });
    this.parts.onWindowError?.(error);
  }

  applications() {
    this.intake.write();
    return this.registered.list();
  }

  /** Application by the key of its DSN; null: unknown. */
  applicationByKey(projectId: number, key: string): { id: string; name: string } | null {
    return this.registered.byKey(projectId, key);
  }

  /** Events of an application were refused because there were too many. */
  countRefused(applicationId: string, count: number): void {
    this.intake.refuse(applicationId, count);
  }

  saveApplication: Errors['saveApplication'] = (input) => this.changing(() => this.registered.save(input));
  newKey: Errors['newKey'] = (id) => this.changing(() => this.registered.renewKey(id));
  /** Its groups are not shown any more at once, and are deleted little by little. */
  removeApplication: Errors['removeApplication'] = (id) =>
    this.changing(() => {
      this.registered.remove(id);
      this.care.soon();
    });

  private changing<T>(work: () => T): T {
    const answer = work();
    this.care.changed();
    return answer;
  }

  private decide(groupId: string, next: (group: StoredGroup, nowMs: number) => GroupStanding): ErrorGroup {
    const store = this.fresh();
    const group = requireGroup(store, groupId);
    store.errorGroups.setStanding(groupId, next(group, this.parts.nowMs()));
    this.decided.delete(groupId);
    this.decided.set(groupId, standingOf(group));
    const [oldest] = this.decided.keys();
    if (oldest !== undefined && this.decided.size > MOST_UNDONE) this.decided.delete(oldest);
    this.care.changed();
    return this.view(groupId);
  }

  /** What is asked is never older than what was taken. */
  private fresh(): Store {
    this.intake.write();
    this.care.endMutes();
    return this.parts.store;
  }

  private view(groupId: string): ErrorGroup {
    const [view] = this.views([requireGroup(this.parts.store, groupId)]);
    if (!view) throw new RangeError('a group has a view');
    return view;
  }

  private views(groups: readonly StoredGroup[]): ErrorGroup[] {
    return groupViews(this.parts.store, groups, this.parts.nowMs());
  }
}
