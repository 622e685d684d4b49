/** Brings the catalogue to what the backup folder holds, without waiting for ever, and again when that was not possible. */
import type { CatalogueKeeper } from '../backup/catalogue';
import { holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import type { CoreContext } from './context';

const START_WAITS_MS = 15_000;
const AGAIN_AFTER_MS = 15 * 60_000;

export interface ReconcilerOptions {
  /** Proves a restore point; rejects when that was not possible. */
  prove: (pointId: string) => Promise<unknown>;
  /** How long a start waits for the folder. */
  startWaitsMs?: number;
  againAfterMs?: number;
}

export class Reconciler {
  /** The folder could not be looked at: what is there is not known yet. */
  private isBehind = false;
  /** A look under way. On a dead mount it never ends, and holds a thread of file work: there is only one. */
  private looking: Promise<unknown> | null = null;
  private unproved: readonly string[] = [];
  private timer: NodeJS.Timeout | undefined;
  private state: 'new' | 'running' | 'stopped' = 'new';
  private readonly stopping = new AbortController();

  constructor(
    private readonly catalogue: Pick<CatalogueKeeper, 'reconcile'>,
    private readonly context: Pick<CoreContext, 'settings' | 'problems'>,
    private readonly options: ReconcilerOptions,
  ) {}

  /**
   * For the start. A folder that cannot be read, or on a dead mount never answers, must not keep Holdfast from starting:
   * that is recorded, and nothing counts as found or as missing until a later look.
   */
  async first(): Promise<void> {
    const late = new AbortController();
    const waitMs = this.options.startWaitsMs ?? START_WAITS_MS;
    const timer = setTimeout(() => late.abort(new Error('it does not answer')), waitMs);
    const tooLate = new Promise<never>((_resolve, reject) => {
      late.signal.addEventListener('abort', () => reject(late.signal.reason));
    });
    try {
      await Promise.race([this.look(late.signal), tooLate]);
    } catch (thrown) {
      this.isBehind = true;
      this.report(thrown, late.signal.aborted);
    } finally {
      clearTimeout(timer);
    }
  }

  /** From now on what was found is proved, one after the other so that backups have their turn between, and looks go on. */
  start(): void {
    this.state = 'running';
    void this.proveFound();
    this.arm();
  }

  stop(): void {
    this.state = 'stopped';
    clearTimeout(this.timer);
    this.stopping.abort(holdfastError('CANCELLED'));
  }

  /** Looks again when the last look did not get through: from time to time, and when a backup shows that the folder is back. */
  async again(): Promise<void> {
    if (!this.isBehind || this.looking || this.state !== 'running') return;
    clearTimeout(this.timer);
    try {
      await this.look(this.stopping.signal);
      void this.proveFound();
    } catch (thrown) {
      if (!this.stopping.signal.aborted) this.report(thrown, false);
    } finally {
      this.arm();
    }
  }

  private arm(): void {
    clearTimeout(this.timer);
    if (!this.isBehind || this.state !== 'running') return;
    const againAfterMs = this.options.againAfterMs ?? AGAIN_AFTER_MS;
    // A look that hangs still is not begun again, and must not end the looking.
    this.timer = setTimeout(() => void this.again().finally(() => this.arm()), againAfterMs);
  }

  private async look(signal: AbortSignal): Promise<void> {
    const looking = this.catalogue.reconcile(signal);
    this.looking = looking;
    try {
      const unproved = await looking;
      this.isBehind = unproved === null;
      this.unproved = unproved ?? [];
    } finally {
      this.looking = null;
    }
  }

  private async proveFound(): Promise<void> {
    for (const id of this.unproved) {
      if (this.stopping.signal.aborted) return;
      try {
        await this.options.prove(id);
      } catch (thrown) {
        if (!this.stopping.signal.aborted) this.context.problems.report(wrapError(thrown).toView(), null);
      }
    }
  }

  private report(thrown: unknown, isLate: boolean): void {
    const path = this.context.settings().backupFolder;
    const error = isLate
      ? holdfastError('BACKUP_FOLDER_UNUSABLE', { params: { path, reason: 'it does not answer' }, cause: thrown })
      : wrapError(thrown, { path });
    this.context.problems.report(error.toView(), null);
  }
}
