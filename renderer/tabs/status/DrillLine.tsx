import { Button, Text, UnstyledButton } from '@mantine/core';
import type { DatabaseStatus } from '@shared/models';
import { cancelJob, runDrill } from '@/commands';
import { DrillMark } from '@/components/DrillMark';
import { jobFraction } from '@/components/JobLine';
import { Mark } from '@/components/Mark';
import { usePending } from '@/components/usePending';
import { useTexts } from '@/i18n';
import { navigate } from '@/navigation';
import { useJob } from '@/store';
import classes from './status.module.css';

/** The newest restore drill, and the button that runs one. */
export function DrillLine({ status }: { status: DatabaseStatus }) {
  const { t, shared, format } = useTexts();
  const { id, name } = status.database;
  const job = useJob('drill', id);
  const [run, running] = usePending(runDrill);
  const fraction = job && jobFraction(job);
  return (
    <div className={classes.line} data-testid={`drill-line-${name}`}>
      <Text size="xs" c="dimmed" className={classes.lineName}>
        {t('drills.line')}
      </Text>
      {job ? (
        <Mark tone="busy">
          {shared(`phase.${job.phase}`)} {fraction === null ? '' : format.percent(fraction)}
        </Mark>
      ) : status.lastDrill ? (
        <UnstyledButton
          onClick={() => navigate({ tab: 'backups', databaseId: id, view: 'drills' })}
          title={t('drills.show')}
        >
          <DrillMark drill={status.lastDrill} />
        </UnstyledButton>
      ) : (
        <DrillMark drill={null} />
      )}
      {job?.cancellable ? (
        <Button variant="subtle" color="gray" size="compact-sm" onClick={() => void cancelJob(job.id)}>
          {t('common.cancel')}
        </Button>
      ) : (
        <Button
          variant="subtle"
          size="compact-sm"
          loading={running}
          disabled={status.lastProved === null || job !== null}
          onClick={() => void run(status.database)}
          data-testid={`run-drill-${name}`}
        >
          {t('drills.runNow')}
        </Button>
      )}
    </div>
  );
}
