import { Radio, Stack, Text } from '@mantine/core';
import type { DatabaseStatus } from '@shared/models';
import { PathText } from '@/components/PathText';
import { type TextValues, useTexts } from '@/i18n';
import { useApp } from '@/store';
import { chooseTarget, type RestoreFlow, takenOf } from './flow';
import classes from './restore.module.css';

/** Choice of the database to restore into: the ones that fit first, each with the reason. */
export function TargetChoice({ flow }: { flow: RestoreFlow }) {
  const { t } = useTexts();
  const databases = useApp((state) => state.databases);
  if (databases.length === 0) {
    return (
      <div>
        <Text fw={600}>{t('restore.target')}</Text>
        <Text c="dimmed">{t('restore.noTarget')}</Text>
      </div>
    );
  }
  const reasons = new Map(
    candidatesOf(flow).map((candidate, index) => [candidate.databaseId, { ...candidate, index }]),
  );
  const rank = (status: DatabaseStatus): number => reasons.get(status.database.id)?.index ?? reasons.size;
  const ordered = [...databases].sort((a, b) => rank(a) - rank(b));
  return (
    <Radio.Group
      label={t('restore.target')}
      description={reasons.size === 0 ? t('restore.noCandidate') : undefined}
      value={flow.targetId ?? ''}
      onChange={chooseTarget}
      data-testid="restore-target"
    >
      <Stack gap={6} mt="xs" mah={260} style={{ overflowY: 'auto' }}>
        {ordered.map(({ database }) => {
          const reason = reasons.get(database.id);
          return (
            <label key={database.id} className={classes.target}>
              <Radio value={database.id} mt={2} aria-label={database.name} />
              <span style={{ minWidth: 0, flex: 1 }}>
                <Text component="span" fw={600}>
                  {database.name}
                </Text>
                <Text component="span" c="dimmed" size="xs" ml={8}>
                  {reason ? t(`restore.why.${reason.why}`, {} satisfies TextValues) : t('restore.why.other')}
                </Text>
                <PathText path={database.path} oneLine />
              </span>
            </label>
          );
        })}
      </Stack>
    </Radio.Group>
  );
}

type Candidate = { databaseId: string; why: 'manifest' | 'application-id' | 'schema' | 'name' | 'own' };

function candidatesOf(flow: RestoreFlow): Candidate[] {
  if (flow.input.kind !== 'file') return [{ databaseId: takenOf(flow.input), why: 'own' }];
  return flow.inspection.state === 'ready' ? flow.inspection.value.candidates : [];
}
