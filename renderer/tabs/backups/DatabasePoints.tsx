import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { IconFileImport, IconHistory } from '@tabler/icons-react';
import { useRef } from 'react';
import type { DatabaseStatus, RestorePoint } from '@shared/models';
import { runDrill } from '@/commands';
import { DrillMark } from '@/components/DrillMark';
import { EmptyState } from '@/components/EmptyState';
import { ErrorNotice } from '@/components/ErrorNotice';
import { JobLine } from '@/components/JobLine';
import { usePending } from '@/components/usePending';
import { useTexts } from '@/i18n';
import { useBackups } from '@/queries';
import { chooseFile, importFile } from '@/restore/choose-file';
import { useJob } from '@/store';
import { ContinuousLine } from '@/timeline/ContinuousLine';
import { TimelinePanel } from '@/timeline/TimelinePanel';
import { useValue } from '@/value';
import classes from './backups.module.css';
import { DatabaseHead } from './DatabaseHead';
import { DrillPanel } from './DrillPanel';
import { Leaving } from './Leaving';
import { PointDetails } from './PointDetails';
import { PointTable } from './PointTable';
import { RestoresPanel } from './RestoresPanel';
import { chosenPoint, drillsShown, restoresShown, showDrills, showRestores } from './selection';

interface Props {
  id: string;
  name: string;
  path: string;
  /** Null for a database that is not guarded here. */
  status: DatabaseStatus | null;
}

const NONE: RestorePoint[] = [];

/** The restore points of one database, and at the right the selected one, or its drills. */
export function DatabasePoints({ id, name, path, status }: Props) {
  const { t } = useTexts();
  const query = useBackups(id);
  const selectedId = useValue(chosenPoint);
  const drills = useValue(drillsShown) && status !== null;
  const restores = useValue(restoresShown) && status !== null;
  const scroller = useRef<HTMLDivElement>(null);
  const points = query.data ?? NONE;
  const selected = points.find((point) => point.id === selectedId);
  const leaving = points.filter((point) => point.retention?.keep === false);
  return (
    <div className={classes.content} data-details={selected || drills || restores ? true : undefined}>
      <div className={classes.points}>
        <Head name={name} path={path} status={status} />
        {status && leaving.length > 0 && <Leaving databaseId={id} name={name} leaving={leaving} />}
        {status && <TimelinePanel status={status} selectedPointId={selected?.id ?? null} />}
        <div className={classes.scroll} ref={scroller}>
          {query.isPending && <PointsSkeleton />}
          {query.isError && <ErrorNotice thrown={query.error} context={{ retry: () => void query.refetch() }} />}
          {query.isSuccess && points.length === 0 && (
            <EmptyState
              icon={<IconHistory size={40} stroke={1.3} />}
              title={t(status ? 'backups.noPoints' : 'backups.noFormerPoints', { name })}
              detail={t(status ? 'backups.noPointsDetail' : 'backups.noFormerPointsDetail')}
            />
          )}
          {points.length > 0 && <PointTable points={points} selectedId={selected?.id ?? null} scroller={scroller} />}
        </div>
        <FileBar />
      </div>
      {drills ? (
        <DrillPanel status={status} />
      ) : restores ? (
        <RestoresPanel status={status} />
      ) : (
        selected && <PointDetails point={selected} points={points} guarded={status !== null} />
      )}
    </div>
  );
}

function Head({ name, path, status }: Omit<Props, 'id'>) {
  const job = useJob('backup', status?.database.id ?? null);
  return (
    <>
      <DatabaseHead name={name} path={path} status={status} />
      {status ? <Drills status={status} /> : <Former path={path} />}
      {status && <ContinuousLine status={status} />}
      {status && job && (
        <div className={classes.job}>
          <JobLine job={job} withSubject={false} />
        </div>
      )}
    </>
  );
}

/** How to bring back a database that is not guarded here. */
function Former({ path }: { path: string }) {
  const { t } = useTexts();
  return (
    <div className={classes.former} data-testid="former-note">
      <Text fw={500}>{t('backups.formerTitle')}</Text>
      <Text size="xs" className="hf-selectable" style={{ overflowWrap: 'anywhere' }}>
        {t('backups.formerSteps', { path })}
      </Text>
    </div>
  );
}

/** How the newest drill ended. */
function Drills({ status }: { status: DatabaseStatus }) {
  const { t } = useTexts();
  const job = useJob('drill', status.database.id);
  const [run, running] = usePending(runDrill);
  return (
    <div className={classes.drillLine}>
      <Group gap={8} wrap="nowrap" style={{ minWidth: 0 }}>
        <Text size="xs" c="dimmed">
          {t('drills.line')}
        </Text>
        <DrillMark drill={status.lastDrill} size="xs" />
      </Group>
      <Group gap={6} wrap="nowrap">
        {status.lastDrill && (
          <Button variant="subtle" size="compact-xs" onClick={showDrills} data-drills data-testid="show-drills">
            {t('drills.show')}
          </Button>
        )}
        <Button
          variant="subtle"
          size="compact-xs"
          loading={running || job !== null}
          disabled={status.lastProved === null}
          onClick={() => void run(status.database)}
          data-testid="drill-now"
        >
          {t('drills.run')}
        </Button>
        <Button variant="subtle" size="compact-xs" onClick={showRestores} data-restores data-testid="show-restores">
          {t('restoreList.title')}
        </Button>
      </Group>
    </div>
  );
}

/** What can be done with files from elsewhere. */
function FileBar() {
  const { t } = useTexts();
  const [choose, choosing] = usePending(chooseFile);
  const [take, taking] = usePending(importFile);
  return (
    <div className={classes.hint}>
      <span className={classes.hintWords}>
        <IconFileImport size={16} aria-hidden style={{ flexShrink: 0 }} />
        {t('backups.dropHint')}
      </span>
      <Button
        variant="default"
        size="compact-sm"
        loading={choosing}
        onClick={() => void choose()}
        data-testid="open-backup-file"
      >
        {t('backups.openFile')}
      </Button>
      <Button
        variant="default"
        size="compact-sm"
        loading={taking}
        onClick={() => void take()}
        data-testid="import-backup-file"
      >
        {t('backups.importFile')}
      </Button>
    </div>
  );
}

function PointsSkeleton() {
  return (
    <Stack gap={6} aria-busy>
      {['a', 'b', 'c', 'd', 'e', 'f'].map((row) => (
        <Skeleton key={row} height={40} />
      ))}
    </Stack>
  );
}
