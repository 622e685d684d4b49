import { Button, Skeleton, Text } from '@mantine/core';
import type { JobPhase, RestoreRecord } from '@shared/models';
import { ErrorNotice } from '@/components/ErrorNotice';
import { JobLine } from '@/components/JobLine';
import { useTexts } from '@/i18n';
import restore from '@/restore/restore.module.css';
import { DoneBox, NotDoneBox, PhaseList, UndoneBox } from '@/restore/RunParts';
import { useJob } from '@/store';
import { backToTables, closePartial, type PartialFlow, startPartial, undoPartial } from './flow';

const PHASES: readonly JobPhase[] = ['safety-backup', 'apply', 'verify'];

/** Step 3: the rows are restored, then what it came to. */
export function RowRunStep({ flow }: { flow: PartialFlow }) {
  if (flow.run.state === 'ready') return <Ended flow={flow} record={flow.run.value} />;
  if (flow.run.state === 'failed') return <Failed flow={flow} thrown={flow.run.thrown} />;
  return <Running flow={flow} />;
}

function Running({ flow }: { flow: PartialFlow }) {
  const { t } = useTexts();
  const job = useJob('restore', flow.input.databaseId);
  return (
    <div className={restore.step} data-testid="restore-running">
      <PhaseList job={job} phases={PHASES} />
      {job ? <JobLine job={job} /> : <Skeleton height={50} />}
      <Text c="dimmed">{t('run.goesOn')}</Text>
      <div className={restore.footer}>
        <Button variant="default" onClick={closePartial}>
          {t('run.close')}
        </Button>
      </div>
    </div>
  );
}

function Failed({ flow, thrown }: { flow: PartialFlow; thrown: unknown }) {
  const { t } = useTexts();
  return (
    <div className={restore.step} data-testid="restore-failed">
      <ErrorNotice
        thrown={thrown}
        context={{ databaseId: flow.input.databaseId, retry: () => void startPartial() }}
        withDetail
      />
      <div className={restore.footer}>
        <Button variant="default" onClick={backToTables}>
          {t('common.back')}
        </Button>
        <Button onClick={closePartial}>{t('common.close')}</Button>
      </div>
    </div>
  );
}

function Ended({ flow, record }: { flow: PartialFlow; record: RestoreRecord }) {
  const { t } = useTexts();
  const undo = flow.undo.state === 'ready' ? flow.undo.value : null;
  const canUndo = record.outcome === 'restored' && record.undoPointId !== null && !undo;
  return (
    <div className={restore.step}>
      {undo?.outcome === 'restored' ? (
        <UndoneBox name={record.database} />
      ) : (
        <Outcome flow={flow} record={undo ?? record} />
      )}
      {flow.undo.state === 'failed' && (
        <ErrorNotice
          thrown={flow.undo.thrown}
          context={{ databaseId: record.databaseId, retry: () => void undoPartial() }}
        />
      )}
      <div className={restore.footer}>
        {canUndo && (
          <Button
            variant="default"
            loading={flow.undo.state === 'loading'}
            onClick={() => void undoPartial()}
            data-testid="undo-restore"
          >
            {t('run.undo')}
          </Button>
        )}
        <Button onClick={closePartial}>{t('common.done')}</Button>
      </div>
    </div>
  );
}

function Outcome({ flow, record }: { flow: PartialFlow; record: RestoreRecord }) {
  const { t, format } = useTexts();
  if (record.outcome !== 'restored') return <NotDoneBox record={record} />;
  const tables = (record.tables ?? [...flow.choices.keys()]).join(', ');
  return (
    <DoneBox title={t('partial.done', { tables, time: format.exact(flow.input.contentAt) })}>
      <Text>{t('partial.doneDetail', { name: record.database })}</Text>
      <Text>{t('run.verified')}</Text>
      {record.undoPointId && <Text>{t('partial.undoNote', { name: record.database })}</Text>}
    </DoneBox>
  );
}
