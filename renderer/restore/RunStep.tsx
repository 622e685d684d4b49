import { Button, Skeleton, Text } from '@mantine/core';
import type { JobPhase, JobView, RestoreRecord } from '@shared/models';
import { describeError } from '@shared/text';
import { ErrorNotice } from '@/components/ErrorNotice';
import { JobLine } from '@/components/JobLine';
import { ToneIcon } from '@/components/ToneIcon';
import { useTexts } from '@/i18n';
import { navigate } from '@/navigation';
import { useDatabase, useJob } from '@/store';
import { RESTORE_TONE } from '@/tone';
import { backToWhat, closeRestore, contentTime, type RestoreFlow, startRestore, undoHere } from './flow';
import classes from './restore.module.css';

/** Step 3: the restore runs, then what it came to. */
export function RunStep({ flow }: { flow: RestoreFlow }) {
  if (flow.run.state === 'ready') return <Ended flow={flow} record={flow.run.value} />;
  if (flow.run.state === 'failed') return <Failed flow={flow} thrown={flow.run.thrown} />;
  return <Running flow={flow} />;
}

const PHASES: readonly JobPhase[] = ['extract', 'safety-backup', 'apply', 'verify'];

function Running({ flow }: { flow: RestoreFlow }) {
  const { t } = useTexts();
  const job = useJob('restore', flow.targetId);
  return (
    <div className={classes.step} data-testid="restore-running">
      <PhaseList job={job} fetched={flow.destinationId !== null} />
      {job ? <JobLine job={job} /> : <Skeleton height={50} />}
      <Text c="dimmed">{t('run.goesOn')}</Text>
      <div className={classes.footer}>
        <Button variant="default" onClick={closeRestore}>
          {t('run.close')}
        </Button>
      </div>
    </div>
  );
}

/** The phases of a restore; one from a destination is fetched first. */
function PhaseList({ job, fetched }: { job: JobView | null; fetched: boolean }) {
  const { shared } = useTexts();
  const phases: JobPhase[] = [
    ...(fetched ? ['download' as const] : []),
    ...PHASES,
    ...(job?.phase === 'roll-back' ? ['roll-back' as const] : []),
  ];
  const current = job ? phases.indexOf(job.phase) : -1;
  return (
    <ol className={classes.phases}>
      {phases.map((phase, index) => (
        <li key={phase} aria-current={index === current ? 'step' : undefined}>
          <ToneIcon tone={index < current ? 'ok' : index === current ? 'busy' : 'muted'} size={16} />
          {shared(`phase.${phase}`)}
        </li>
      ))}
    </ol>
  );
}

function Failed({ flow, thrown }: { flow: RestoreFlow; thrown: unknown }) {
  const { t } = useTexts();
  return (
    <div className={classes.step} data-testid="restore-failed">
      <ErrorNotice
        thrown={thrown}
        context={{ databaseId: flow.targetId, retry: () => void startRestore(), chooseFile: backToWhat }}
        withDetail
      />
      <div className={classes.footer}>
        <Button variant="default" onClick={backToWhat}>
          {t('common.back')}
        </Button>
        <Button onClick={closeRestore}>{t('common.close')}</Button>
      </div>
    </div>
  );
}

function Ended({ flow, record }: { flow: RestoreFlow; record: RestoreRecord }) {
  const { t } = useTexts();
  const target = useDatabase(record.databaseId);
  const undo = flow.undo.state === 'ready' ? flow.undo.value : null;
  const canUndo = record.outcome === 'restored' && record.undoPointId !== null && !undo;
  const openBackups = (): void => {
    closeRestore();
    navigate({ tab: 'backups', databaseId: record.databaseId });
  };
  return (
    <div className={classes.step}>
      {undo?.outcome === 'restored' ? (
        <Undone name={record.database} />
      ) : (
        <Outcome flow={flow} record={undo ?? record} />
      )}
      {flow.undo.state === 'failed' && (
        <ErrorNotice
          thrown={flow.undo.thrown}
          context={{ databaseId: record.databaseId, retry: () => void undoHere() }}
        />
      )}
      <div className={classes.footer}>
        {canUndo && (
          <Button
            variant="default"
            loading={flow.undo.state === 'loading'}
            onClick={() => void undoHere()}
            data-testid="undo-restore"
          >
            {t('run.undo')}
          </Button>
        )}
        {target && record.outcome !== 'restored' && (
          <Button variant="default" onClick={openBackups}>
            {t('run.openBackups')}
          </Button>
        )}
        <Button onClick={closeRestore}>{t('common.done')}</Button>
      </div>
    </div>
  );
}

function Outcome({ flow, record }: { flow: RestoreFlow; record: RestoreRecord }) {
  const { t, shared, format } = useTexts();
  const tone = RESTORE_TONE[record.outcome];
  const at = contentTime(flow);
  if (record.outcome === 'restored' && at) {
    return (
      <div className={`${classes.verdict} hf-tone-ok`} data-testid="restore-done">
        <ToneIcon tone="ok" size={22} />
        <div>
          <Text fw={600} size="md">
            {t('run.done', { name: record.database, time: format.exact(at) })}
          </Text>
          <Text>{t('run.verified')}</Text>
          {record.undoPointId && <Text>{t('run.undoKept')}</Text>}
        </div>
      </div>
    );
  }
  const words = record.errorCode
    ? describeError(shared, { code: record.errorCode, params: { name: record.database } })
    : null;
  return (
    <div className={`${classes.verdict} hf-tone-${tone}`} role="alert" data-testid="restore-failed">
      <ToneIcon tone={tone} size={22} />
      <div>
        <Text fw={600} size="md">
          {shared(`restoreOutcome.${record.outcome}`)}
        </Text>
        {words && (
          <>
            <Text>{words.what}</Text>
            <Text>{words.meaning}</Text>
            <Text>{words.action}</Text>
          </>
        )}
      </div>
    </div>
  );
}

function Undone({ name }: { name: string }) {
  const { t } = useTexts();
  return (
    <div className={`${classes.verdict} hf-tone-ok`} role="status" data-testid="restore-undone">
      <ToneIcon tone="ok" size={22} />
      <div>
        <Text fw={600} size="md">
          {t('restore.undone', { name })}
        </Text>
        <Text>{t('run.undoneDetail')}</Text>
      </div>
    </div>
  );
}
