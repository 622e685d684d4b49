import { ActionIcon, Table, Tooltip } from '@mantine/core';
import { IconDatabaseExport } from '@tabler/icons-react';
import { memo } from 'react';
import type { DatabaseStatus } from '@shared/models';
import { backUpNow } from '@/commands';
import { DrillMark } from '@/components/DrillMark';
import { Mark } from '@/components/Mark';
import { Panel } from '@/components/Panel';
import { PathText } from '@/components/PathText';
import { TimeText } from '@/components/TimeText';
import { usePending } from '@/components/usePending';
import { useTexts } from '@/i18n';
import { useJob } from '@/store';
import { PROTECTION_TONE, shownProtection } from '@/tone';
import { RuleMarks } from './CopyRule';
import { DayStrip } from './DayStrip';
import { LossFigure } from './LossWindow';
import classes from './status.module.css';

/** Many databases, one line each. */
export function DatabaseTable({ databases }: { databases: DatabaseStatus[] }) {
  const { t } = useTexts();
  return (
    <Panel title={t('status.many', { count: databases.length })}>
      <Table.ScrollContainer minWidth={960}>
        <Table verticalSpacing={5} horizontalSpacing="xs" highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('status.database')}</Table.Th>
              <Table.Th>{t('status.state')}</Table.Th>
              <Table.Th>{t('status.couldLose')}</Table.Th>
              <Table.Th>{t('status.nextBackup')}</Table.Th>
              <Table.Th>{t('rule.title')}</Table.Th>
              <Table.Th>{t('drills.line')}</Table.Th>
              <Table.Th w={120}>{t('days.from', { count: 30 })}</Table.Th>
              <Table.Th>
                <span className="hf-visually-hidden">{t('status.backUpNow')}</span>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {databases.map((status) => (
              <Row key={status.database.id} status={status} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Panel>
  );
}

/** Draws again only when its own database changed: there may be hundreds. */
const Row = memo(function Row({ status }: { status: DatabaseStatus }) {
  const { t, shared } = useTexts();
  const { database, nextRun } = status;
  const protection = shownProtection(status);
  const job = useJob('backup', database.id);
  const [start, starting] = usePending(backUpNow);
  return (
    <Table.Tr data-testid={`database-card-${database.name}`} data-protection={protection}>
      <Table.Td maw={200}>
        <b className="hf-selectable">{database.name}</b>
        <PathText path={database.path} oneLine />
      </Table.Td>
      <Table.Td className={classes.whole}>
        <Mark tone={PROTECTION_TONE[protection]}>{shared(`protection.${protection}`)}</Mark>
      </Table.Td>
      <Table.Td className={classes.whole}>
        <LossFigure status={status} />
      </Table.Td>
      <Table.Td>{nextRun ? <TimeText iso={nextRun.at} /> : t('status.noSchedule')}</Table.Td>
      <Table.Td className={classes.whole}>
        <RuleMarks places={status.places} short />
      </Table.Td>
      <Table.Td>
        <DrillMark drill={status.lastDrill} size="xs" />
      </Table.Td>
      <Table.Td>
        <DayStrip days={status.days} bare />
      </Table.Td>
      <Table.Td>
        <Tooltip label={t('status.backUpNow')}>
          <ActionIcon
            variant="light"
            color="tide"
            aria-label={t('palette.backUp', { name: database.name })}
            loading={starting || job !== null}
            onClick={() => void start(database.id)}
            data-testid={`back-up-now-${database.name}`}
          >
            <IconDatabaseExport size={16} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Table.Td>
    </Table.Tr>
  );
});
