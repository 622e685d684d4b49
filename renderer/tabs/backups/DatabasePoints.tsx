import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { IconDatabaseExport, IconFileImport, IconHistory } from '@tabler/icons-react';
import type { DatabaseStatus, RestorePoint } from '@shared/models';
import { backUpNow, cleanUp } from '@/commands';
import { EmptyState } from '@/components/EmptyState';
import { ErrorNotice } from '@/components/ErrorNotice';
import { JobLine } from '@/components/JobLine';
import { PathText } from '@/components/PathText';
import { usePending } from '@/components/usePending';
import { useTexts } from '@/i18n';
import { useBackups } from '@/queries';
import { chooseFile } from '@/restore/choose-file';
import { useJob } from '@/store';
import { useValue } from '@/value';
import classes from './backups.module.css';
import { PointDetails } from './PointDetails';
import { PointTable } from './PointTable';
import { chosenPoint } from './selection';

/** The restore points of one database, and the selected one in detail. */
export function DatabasePoints({ status }: { status: DatabaseStatus }) {
  const { t } = useTexts();
  const { id } = status.database;
  const query = useBackups(id);
  const selectedId = useValue(chosenPoint);
  const points = query.data ?? [];
  const selected = points.find((point) => point.id === selectedId);
  const leaving = points.filter((point) => point.retention?.keep === false);
  return (
    <div className={classes.content} data-details={selected ? true : undefined}>
      <div className={classes.points}>
        <Head status={status} />
        {leaving.length > 0 && <Leaving status={status} leaving={leaving} />}
        <div className={classes.scroll}>
          {query.isPending && <PointsSkeleton />}
          {query.isError && <ErrorNotice thrown={query.error} context={{ retry: () => void query.refetch() }} />}
          {query.isSuccess && points.length === 0 && (
            <EmptyState
              icon={<IconHistory size={40} stroke={1.3} />}
              title={t('backups.noPoints', { name: status.database.name })}
              detail={t('backups.noPointsDetail')}
            />
          )}
          {points.length > 0 && <PointTable points={points} selectedId={selected?.id ?? null} />}
        </div>
        <div className={classes.hint}>
          <IconFileImport size={16} aria-hidden />
          {t('backups.dropHint')}
        </div>
      </div>
      {selected && <PointDetails point={selected} others={points.length - 1} />}
    </div>
  );
}

function Head({ status }: { status: DatabaseStatus }) {
  const { t } = useTexts();
  const { id, name, path } = status.database;
  const job = useJob('backup', id);
  const [start, starting] = usePending(backUpNow);
  return (
    <>
      <div className={classes.head}>
        <Text component="h2" m={0} size="lg" fw={600} className="hf-selectable" truncate>
          {name}
        </Text>
        <Group gap="xs" wrap="nowrap">
          <Button variant="default" onClick={() => void chooseFile()} data-testid="open-backup-file">
            {t('backups.openFile')}
          </Button>
          <Button
            leftSection={<IconDatabaseExport size={15} />}
            loading={starting}
            disabled={job !== null}
            onClick={() => void start(id)}
            data-testid={`back-up-now-${name}`}
          >
            {t('status.backUpNow')}
          </Button>
        </Group>
        <PathText path={path} oneLine />
      </div>
      {job && (
        <div className={classes.job}>
          <JobLine job={job} withSubject={false} />
        </div>
      )}
    </>
  );
}

function Leaving({ status, leaving }: { status: DatabaseStatus; leaving: RestorePoint[] }) {
  const { t } = useTexts();
  const [clean, cleaning] = usePending(cleanUp);
  return (
    <div className={classes.leaving} data-testid="leaving">
      <Text size="xs">{t('backups.leavingCount', { count: leaving.length })}</Text>
      <Button variant="default" size="compact-xs" loading={cleaning} onClick={() => void clean(status, leaving)}>
        {t('backups.cleanUpNow')}
      </Button>
    </div>
  );
}

function PointsSkeleton() {
  return (
    <Stack gap={6} aria-busy>
      {['a', 'b', 'c', 'd', 'e', 'f'].map((row) => (
        <Skeleton key={row} height={32} />
      ))}
    </Stack>
  );
}
