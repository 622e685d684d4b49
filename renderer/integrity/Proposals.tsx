import { Button, Text } from '@mantine/core';
import type { RepairProposal } from '@shared/integrity';
import type { GuardedDatabase, RestorePoint } from '@shared/models';
import { useTexts } from '@/i18n';
import { useBackups } from '@/queries';
import { chooseScope, openRestore } from '@/restore/flow';
import { salvageNow } from './actions';
import classes from './integrity.module.css';

interface Props {
  proposals: readonly RepairProposal[];
  database: GuardedDatabase;
  busy: boolean;
}

/** What is never done by itself. Each leads to the place where a person does it. */
export function Proposals({ proposals, database, busy }: Props) {
  const { t, format } = useTexts();
  const points = useBackups(database.id).data;
  const newest = points?.find(({ state }) => state === 'proved');
  return (
    <div className={classes.part}>
      <h3 className={classes.partHead}>{t('integrity.repair.proposals')}</h3>
      <ul className={classes.proposals}>
        {proposals.map((proposal) => {
          const { kind, pointId, count } = proposal;
          const point = points?.find(({ id }) => id === pointId) ?? newest;
          return (
            <li key={kind} data-testid={`proposal-${kind}`}>
              <div>
                <Text>{t(`integrity.repair.${kind}`, { count, rows: format.number(count) })}</Text>
                <Text size="xs" c="dimmed">
                  {t(kind === 'salvage' || point ? `integrity.repair.${kind}Effect` : 'integrity.repair.noPoint')}
                </Text>
              </div>
              <Button
                variant="default"
                size="compact-sm"
                disabled={busy || (kind !== 'salvage' && !point)}
                onClick={() => act(kind, database.id, point)}
                data-testid={`propose-${kind}`}
              >
                {t(`integrity.repair.${kind}Action`)}
              </Button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function act(kind: RepairProposal['kind'], databaseId: string, point: RestorePoint | undefined): void {
  if (kind === 'salvage') {
    void salvageNow(databaseId);
    return;
  }
  if (!point) return;
  openRestore({ kind: 'point', point });
  if (kind === 'orphans') chooseScope('rows');
}
