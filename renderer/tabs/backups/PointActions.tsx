import { Button, Text } from '@mantine/core';
import {
  IconArrowBackUp,
  IconDeviceFloppy,
  IconEye,
  IconFileExport,
  IconFolderOpen,
  IconRosetteDiscountCheck,
  IconTrash,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { RestorePoint } from '@shared/models';
import { deletePoint, exportPoint, revealPoint, saveCopy, verifyAgain } from '@/commands';
import { usePending } from '@/components/usePending';
import { explain } from '@/dialogs';
import { currentTexts, useTexts } from '@/i18n';
import { openMoment } from '@/moments/flow';
import { openRestore } from '@/restore/flow';
import { useApp } from '@/store';
import classes from './backups.module.css';
import { builtOn } from './chains';

const SIZE = 15;

interface Props {
  point: RestorePoint;
  points: RestorePoint[];
  guarded: boolean;
}

/** What can be done with a restore point. */
export function PointActions({ point, points, guarded }: Props) {
  const { t } = useTexts();
  const elsewhere = point.state === 'elsewhere';
  const gone = point.state === 'missing';
  return (
    <div className={classes.actions}>
      {guarded ? <RestoreFirst point={point} gone={gone} /> : <SaveFirst point={point} gone={gone} />}
      {elsewhere ? (
        <Text size="xs" c="dimmed" style={{ gridColumn: '1 / -1' }}>
          {t('delete.elsewhere')}
        </Text>
      ) : (
        <FileActions point={point} points={points} gone={gone} />
      )}
    </div>
  );
}

function RestoreFirst({ point, gone }: { point: RestorePoint; gone: boolean }) {
  const { t } = useTexts();
  const lookInside = async (): Promise<void> => {
    const { id: pointId, databaseId, database: name, createdAt: contentAt } = point;
    openMoment({ databaseId, name, source: { pointId }, contentAt });
  };
  return (
    <>
      <Button
        className={classes.wide}
        size="sm"
        leftSection={<IconArrowBackUp size={17} />}
        disabled={gone}
        onClick={() => openRestore({ kind: 'point', point })}
        data-testid="restore-point"
      >
        {t('backups.restore')}
      </Button>
      <Act
        label={t('moment.lookInside')}
        icon={<IconEye size={SIZE} />}
        disabled={gone}
        run={lookInside}
        testId="look-inside"
      />
      <Act
        label={t('backups.saveCopy')}
        icon={<IconDeviceFloppy size={SIZE} />}
        disabled={gone}
        run={() => saveCopy({ pointId: point.id })}
        testId="save-copy"
      />
    </>
  );
}

/** Of a database that is not guarded here: there is nothing to restore into but another one. */
function SaveFirst({ point, gone }: { point: RestorePoint; gone: boolean }) {
  const { t } = useTexts();
  const any = useApp((state) => state.databases.length > 0);
  const [save, saving] = usePending(saveCopy);
  return (
    <>
      <Button
        className={classes.wide}
        size="sm"
        leftSection={<IconDeviceFloppy size={17} />}
        disabled={gone}
        loading={saving}
        onClick={() => void save({ pointId: point.id }, true)}
        data-testid="save-copy"
      >
        {t('backups.saveFile')}
      </Button>
      <Button
        className={classes.wide}
        variant="default"
        leftSection={<IconArrowBackUp size={SIZE} />}
        disabled={gone || !any}
        onClick={() => openRestore({ kind: 'point', point })}
        data-testid="restore-point"
      >
        {t('backups.restoreElsewhere')}
      </Button>
    </>
  );
}

function FileActions({ point, points, gone }: Pick<Props, 'point' | 'points'> & { gone: boolean }) {
  const { t } = useTexts();
  const [remove, removing] = usePending(askAndDelete);
  return (
    <>
      <Act
        label={t('backups.verify')}
        icon={<IconRosetteDiscountCheck size={SIZE} />}
        run={() => verifyAgain(point)}
        testId="verify-again"
      />
      <Act
        label={t('backups.reveal')}
        icon={<IconFolderOpen size={SIZE} />}
        disabled={gone}
        run={() => revealPoint(point)}
        testId="reveal"
      />
      <Act
        label={t('backups.export')}
        icon={<IconFileExport size={SIZE} />}
        disabled={gone}
        run={() => exportPoint(point)}
        testId="export"
      />
      <Button
        variant="subtle"
        color="var(--hf-bad)"
        leftSection={<IconTrash size={SIZE} />}
        loading={removing}
        onClick={() => void remove(point, points)}
        data-testid="delete-point"
      >
        {t('backups.delete')}
      </Button>
    </>
  );
}

interface ActProps {
  label: string;
  icon: ReactNode;
  disabled?: boolean;
  run: () => Promise<unknown>;
  testId: string;
}

function Act({ label, icon, disabled = false, run, testId }: ActProps) {
  const [act, acting] = usePending(run);
  return (
    <Button
      variant="default"
      leftSection={icon}
      disabled={disabled}
      loading={acting}
      onClick={() => void act()}
      data-testid={testId}
    >
      {label}
    </Button>
  );
}

/** Asks and deletes; says why not when later restore points are built on it. */
async function askAndDelete(point: RestorePoint, points: RestorePoint[]): Promise<void> {
  const later = builtOn(point, points);
  if (later.length === 0) {
    await deletePoint(point, points.length - 1);
    return;
  }
  const { t, format } = currentTexts();
  await explain({
    title: t('delete.refusedTitle'),
    lines: [t('delete.refused', { count: later.length })],
    objects: later.map(({ createdAt }) => format.exact(createdAt)),
    after: [t('delete.refusedAction')],
  });
}
