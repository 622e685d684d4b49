import { Skeleton } from '@mantine/core';
import type { DatabaseStatus } from '@shared/models';
import { ErrorNotice } from '@/components/ErrorNotice';
import { RulesPanel } from '@/rules/RulesPanel';
import { ChecksPanel } from './ChecksPanel';
import { FaultsPanel } from './FaultsPanel';
import classes from './integrity.module.css';
import { useChecks } from './queries';
import { ReferencesPanel } from './ReferencesPanel';
import { RepairPanel } from './RepairPanel';
import { SalvagePanel } from './SalvagePanel';
import { standingChecks } from './words';

/** Whether one database is sound: its checks, what they found, what can be done, and its business rules. */
export function IntegrityView({ status }: { status: DatabaseStatus }) {
  const { id } = status.database;
  const query = useChecks(id);
  const checks = query.data ?? [];
  const standing = standingChecks(checks, status.integrity.damaged);
  const damaged = standing.find(({ outcome, faults }) => outcome === 'damaged' && faults.length > 0);
  const orphaned = standing.find(({ foreignKeyViolations }) => foreignKeyViolations > 0);
  return (
    <div className={classes.page} data-testid="integrity-view">
      {query.isError && <ErrorNotice thrown={query.error} context={{ retry: () => void query.refetch() }} />}
      {query.isPending && <Skeleton height={150} aria-busy />}
      {query.isSuccess && <ChecksPanel status={status} checks={checks} standing={standing} />}
      {damaged && <FaultsPanel check={damaged} />}
      {orphaned && <ReferencesPanel check={orphaned} />}
      {query.isSuccess && <RepairPanel status={status} unsound={standing.some(({ outcome }) => outcome !== 'ok')} />}
      <SalvagePanel databaseId={id} />
      <RulesPanel database={status.database} />
    </div>
  );
}
