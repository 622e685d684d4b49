import { Badge, Button, Group, Text } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import type { DatabaseStatus } from '@shared/models';
import { BackUpButton } from '@/components/BackUpButton';
import { type Fact, Facts } from '@/components/Facts';
import { JobLine } from '@/components/JobLine';
import { Mark } from '@/components/Mark';
import { PathText } from '@/components/PathText';
import { TimeText } from '@/components/TimeText';
import { useTexts } from '@/i18n';
import { navigate, usePlace } from '@/navigation';
import { useJob } from '@/store';
import { PROTECTION_TONE, shownProtection } from '@/tone';
import { CardProblem } from './CardProblem';
import { CopyRule } from './CopyRule';
import { DayStrip } from './DayStrip';
import { DrillLine } from './DrillLine';
import { IntegrityLine } from './IntegrityLine';
import { LossWindow } from './LossWindow';
import classes from './status.module.css';

/** Everything about one database at a glance: what could be lost, what proves it, where it is kept. */
export function DatabaseCard({ status }: { status: DatabaseStatus }) {
  const { t, shared } = useTexts();
  const { databaseId } = usePlace();
  const { database, problem } = status;
  const protection = shownProtection(status);
  const chosen = databaseId === database.id;
  const card = useRef<HTMLElement>(null);
  useEffect(() => {
    if (chosen) card.current?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    <article
      ref={card}
      className={classes.card}
      aria-label={database.name}
      data-testid={`database-card-${database.name}`}
      data-protection={protection}
      data-chosen={chosen || undefined}
    >
      <div className={classes.cardHead}>
        <Group gap={8} wrap="nowrap" style={{ minWidth: 0 }}>
          <h3 className={`${classes.name} hf-selectable`}>{database.name}</h3>
          {database.sample && (
            <Badge variant="default" size="sm" tt="none" fw={500} style={{ flexShrink: 0 }}>
              {t('status.sample')}
            </Badge>
          )}
        </Group>
        <Mark tone={PROTECTION_TONE[protection]}>{shared(`protection.${protection}`)}</Mark>
        <PathText path={database.path} oneLine />
      </div>
      {problem && <CardProblem problem={problem} />}
      <div className={classes.cardBody}>
        <div>
          <LossWindow status={status} />
          <DayStrip days={status.days} />
        </div>
        <div className={classes.cardSide}>
          <CopyRule places={status.places} />
          <DrillLine status={status} />
          <IntegrityLine status={status} />
          <Facts stacked facts={useFacts(status)} />
        </div>
      </div>
      <CardFoot status={status} />
    </article>
  );
}

function useFacts(status: DatabaseStatus): Fact[] {
  const { t, shared, format } = useTexts();
  const { lastBackup, nextRun, liveBytes, storedBytes, restorePoints } = status;
  return [
    {
      name: t('status.lastBackup'),
      value: lastBackup ? (
        <TimeText iso={lastBackup.createdAt} rounding="up" />
      ) : (
        <span className="hf-tone-muted">{t('status.never')}</span>
      ),
    },
    {
      name: t('status.nextBackup'),
      value: nextRun ? (
        <>
          <TimeText iso={nextRun.at} /> <span className="hf-tone-muted">({shared(`kind.${nextRun.kind}`)})</span>
        </>
      ) : (
        <span className="hf-tone-warn">{t('status.noSchedule')}</span>
      ),
    },
    { name: t('status.restorePoints'), value: format.number(restorePoints) },
    { name: t('status.liveSize'), value: liveBytes === null ? t('status.unseen') : format.bytes(liveBytes) },
    { name: t('status.storedSize'), value: format.bytes(storedBytes) },
  ];
}

function CardFoot({ status }: { status: DatabaseStatus }) {
  const { t } = useTexts();
  const { id, name } = status.database;
  const backup = useJob('backup', id);
  const restore = useJob('restore', id);
  const verify = useJob('verify', id);
  // Copies and drills go on beside these; they have lines of their own.
  const job = restore ?? backup ?? verify;
  return (
    <div className={classes.cardFoot}>
      {job ? (
        <JobLine job={job} withSubject={job.kind !== 'backup'} />
      ) : (
        <Group gap="xs">
          <BackUpButton database={status.database} variant="light" />
          <Button
            variant="subtle"
            color="gray"
            leftSection={<IconHistory size={15} />}
            onClick={() => navigate({ tab: 'backups', databaseId: id })}
          >
            {t('status.openPoints')}
          </Button>
        </Group>
      )}
      <Text component="span" className="hf-visually-hidden" role="status">
        {job ? t('status.busy', { name }) : ''}
      </Text>
    </div>
  );
}
