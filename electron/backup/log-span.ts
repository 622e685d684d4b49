/** Marks of the transaction log around a snapshot: they make its restore point one that the log can be replayed on. */
import type { CoreContext } from '../core/context';
import type { LogMark } from '../continuous/types';

type Log = Pick<CoreContext, 'logMark' | 'logBase'>;

export class LogSpan {
  private after: Promise<(LogMark & { at: string }) | null> | undefined;

  private constructor(
    private readonly log: Log,
    private readonly databaseId: string,
    private readonly before: LogMark | null,
  ) {}

  /** Before a snapshot is pinned, or before it is looked whether anything changed. */
  static async begin(log: Log, databaseId: string): Promise<LogSpan> {
    return new LogSpan(log, databaseId, await log.logMark(databaseId));
  }

  /** The snapshot is complete: what is committed from now on is not in it. */
  end(): void {
    if (this.before) this.after ??= this.mark();
  }

  private async mark(): Promise<(LogMark & { at: string }) | null> {
    const mark = await this.log.logMark(this.databaseId);
    return mark && { ...mark, at: new Date().toISOString() };
  }

  /** The restore point holds a state of the database from within. Nothing is noted when the log has a gap there. */
  async holds(pointId: string): Promise<void> {
    this.end();
    const { before } = this;
    const after = await this.after;
    if (!before || after?.generationId !== before.generationId) return;
    const { generationId, transaction: replayFrom } = before;
    this.log.logBase({ pointId, generationId, replayFrom, usableFrom: after.transaction, usableAt: after.at });
  }
}
