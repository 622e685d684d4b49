/** Backups and restores that ended since the process began, for those who fetch totals: counts only grow. */
import type { BackupKind, RestoreRecord } from '@shared/models';

type BackupResult = 'proved' | 'failed';

export class RunTotals {
  private readonly backupCounts = new Map<string, { kind: BackupKind; result: BackupResult; count: number }>();
  private readonly restoreCounts = new Map<RestoreRecord['outcome'], number>();

  backup(kind: BackupKind, result: BackupResult): void {
    const key = `${kind} ${result}`;
    const entry = this.backupCounts.get(key) ?? { kind, result, count: 0 };
    entry.count++;
    this.backupCounts.set(key, entry);
  }

  restore(outcome: RestoreRecord['outcome']): void {
    this.restoreCounts.set(outcome, (this.restoreCounts.get(outcome) ?? 0) + 1);
  }

  backups(): { kind: BackupKind; result: BackupResult; count: number }[] {
    return [...this.backupCounts.values()].map((entry) => ({ ...entry }));
  }

  restores(): { outcome: RestoreRecord['outcome']; count: number }[] {
    return [...this.restoreCounts].map(([outcome, count]) => ({ outcome, count }));
  }
}
