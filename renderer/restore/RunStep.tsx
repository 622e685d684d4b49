import { Button, Skeleton, Text } from '@mantine/core';
import type { JobPhase, RestoreRecord } from '@shared/models';
import { ErrorNotice } from '@/components/ErrorNotice';
import { JobLine } from '@/components/JobLine';
import { useTexts } from '@/i18n';
import { navigate } from '@/navigation';
import { useDatabase, useJob } from '@/store';
import { backToWhat, closeRestore, contentTime, type RestoreFlow, startRestore, undoHere } from './flow';
import classes from './restore.module.css';
import { DoneBox, NotDoneBox, PhaseList, UndoneBox } from './RunParts';

/** Step 3: the restore runs, then what it came to. */
export function RunStep({ flow }: { flow: RestoreFlow }) {
  if (flow.run.state === 'ready') return <Ended flow={flow} record={flow.run.value} />;
  if (flow.run.state === 'failed') return <Failed flow={flow} thrown={flow.run.thrown} />;
  return <Running flow={flow} />;
}

const PHASES: readonly JobPhase[] = ['extract', 'safety-backup', 'apply', 'verify'];
/** One from a destination is fetched first. */
const FETCHED_PHASES: readonly JobPhase[] = ['download', ...PHASES];

function Running({ flow }: { flow: RestoreFlow }) {
  const { t } = useTexts();
  const job = useJob('restore', flow.targetId);
  return (
    <div className={classes.step} data-testid="restore-running">
      <PhaseList job={job} phases={flow.destinationId === null ? PHASES : FETCHED_PHASES} />
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
        <UndoneBox name={record.database} />
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
  const { t, format } = useTexts();
  const at = contentTime(flow);
  if (record.outcome !== 'restored' || !at) return <NotDoneBox record={record} />;
  return (
    <DoneBox title={t('run.done', { name: record.database, time: format.exact(at) })}>
      <Text>{t('run.verified')}</Text>
      {record.undoPointId && <Text>{t('run.undoKept')}</Text>}
    </DoneBox>
  );
}
