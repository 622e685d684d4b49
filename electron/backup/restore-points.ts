/** Restore points as people see them, what retention says of each, and how they are let go. */
import type { CopyView, RestorePoint, RetentionDecision } from '@shared/models';
import type { SYSTEM_CLOCK } from '../core/clock';
import type { CoreContext } from '../core/context';
import { neededBases } from '../continuous/log-of';
import { holdfastError } from '../errors/holdfast-error';
import type { CatalogueEntry } from '../store/backups';
import { erasePoint, needing } from './erase';
import { decideRetention, deletionsOf } from './retention';
import { settleProblems } from './verify-point';

type Copies = ReadonlyMap<string, CopyView[]>;

export class RestorePoints {
  constructor(
    private readonly context: CoreContext,
    private readonly clock: Pick<typeof SYSTEM_CLOCK, 'nowMs'>,
  ) {}

  /** What retention says about each restore point of a database now. Changes nothing. */
  decide(databaseId: string): RetentionDecision[] {
    const entries = this.context.store.backups.list(databaseId);
    return this.decideOf(databaseId, entries, this.copiesOf(entries));
  }

  private decideOf(databaseId: string, entries: CatalogueEntry[], copies: Copies): RetentionDecision[] {
    const { store } = this.context;
    // A copy that waits for nothing (its destination is switched off) holds nothing up.
    const isAwaited = ({ state, nextTryAt }: CopyView) => state !== 'copied' && nextTryAt !== null;
    const { retention, continuous } = this.context.settings();
    const nowMs = this.clock.nowMs();
    return decideRetention(entries, retention, {
      undoPointIds: new Set([...store.restores.undoPointIds(databaseId), ...store.repairs.undoPointIds(databaseId)]),
      notCopied: new Set([...copies].flatMap(([id, views]) => (views.some(isAwaited) ? [id] : []))),
      otherHome: store.backups.ofOtherHome(databaseId),
      logBases: neededBases(store, databaseId, continuous.keepHours, nowMs),
      nowMs,
    });
  }

  private copiesOf(entries: CatalogueEntry[]): Copies {
    const databaseIds = [...new Set(entries.map(({ databaseId }) => databaseId))];
    return new Map(databaseIds.flatMap((id) => [...this.context.copiesByPoint(id)]));
  }

  /** Deletes what retention lets go, nothing before what is built on it; gives all decisions. */
  async runRetention(databaseId: string): Promise<RetentionDecision[]> {
    const entries = this.context.store.backups.list(databaseId);
    const decisions = this.decideOf(databaseId, entries, this.copiesOf(entries));
    for (const entry of deletionsOf(entries, decisions)) {
      // One that a point kept elsewhere is built on, and that is not there itself, waits until it is.
      if (needing(this.context, entry).length === 0) await erasePoint(this.context, entry);
    }
    return decisions;
  }

  /** Restore points, newest first, each with what retention says. */
  points(databaseId?: string): RestorePoint[] {
    const entries = this.context.store.backups.list(databaseId);
    const copies = this.copiesOf(entries);
    const decisions = new Map<string, RetentionDecision>();
    for (const id of new Set(entries.map((entry) => entry.databaseId))) {
      const own = entries.filter((entry) => entry.databaseId === id);
      for (const decision of this.decideOf(id, own, copies)) decisions.set(decision.id, decision);
    }
    return entries.map((entry) => this.toPoint(entry, decisions.get(entry.id) ?? null, copies.get(entry.id) ?? []));
  }

  /** @throws BACKUP_UNKNOWN */
  point(pointId: string): RestorePoint {
    const entry = this.entry(pointId);
    const decision = this.decide(entry.databaseId).find((one) => one.id === pointId);
    return this.toPoint(entry, decision ?? null, this.context.copiesOf(pointId));
  }

  /** @throws BACKUP_UNKNOWN */
  entry(pointId: string): CatalogueEntry {
    const entry = this.context.store.backups.get(pointId);
    if (!entry) throw holdfastError('BACKUP_UNKNOWN', { params: { name: pointId } });
    return entry;
  }

  /**
   * Deletes a backup and its file; where destinations have it, it stays as kept elsewhere.
   * @throws BACKUP_KEPT for the last proved one of its database, and {points} for one that others are built on
   */
  async delete(pointId: string): Promise<void> {
    const entry = this.entry(pointId);
    const isLastProved = this.context.store.backups.newestProved(entry.databaseId)?.id === entry.id;
    const others = this.context.store.backups
      .list(entry.databaseId)
      .some((other) => other.id !== entry.id && other.state === 'proved');
    if (isLastProved && !others) {
      const params = { name: this.databaseName(entry.databaseId), createdAt: entry.createdAt };
      throw holdfastError('BACKUP_KEPT', { params });
    }
    await erasePoint(this.context, entry);
    settleProblems(this.context, entry.databaseId);
  }

  private toPoint(entry: CatalogueEntry, retention: RetentionDecision | null, copies: CopyView[]): RestorePoint {
    return { ...entry, database: this.databaseName(entry.databaseId), retention, copies };
  }

  private databaseName(databaseId: string): string {
    return this.context.store.databases.get(databaseId)?.name ?? databaseId;
  }
}
