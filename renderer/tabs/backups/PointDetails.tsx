import { ActionIcon, Button, Text, Tooltip } from '@mantine/core';
import {
  IconArrowBackUp,
  IconDeviceFloppy,
  IconFileExport,
  IconFolderOpen,
  IconRosetteDiscountCheck,
  IconTrash,
  IconX,
} from '@tabler/icons-react';
import type { RestorePoint } from '@shared/models';
import { deletePoint, exportPoint, revealPoint, saveCopy, verifyAgain } from '@/commands';
import { CheckList } from '@/components/CheckList';
import { CopyButton } from '@/components/CopyButton';
import { type Fact, Facts } from '@/components/Facts';
import { Mark } from '@/components/Mark';
import { PathText } from '@/components/PathText';
import { TimeText } from '@/components/TimeText';
import { usePending } from '@/components/usePending';
import { useTexts } from '@/i18n';
import { openRestore } from '@/restore/flow';
import { PROOF_TONE } from '@/tone';
import classes from './backups.module.css';
import { keepText } from './keep-text';
import { chosenPoint } from './selection';

/** One restore point: what is known of it, and what can be done with it. */
export function PointDetails({ point, others }: { point: RestorePoint; others: number }) {
  const { t, shared, format } = useTexts();
  return (
    <aside
      className={classes.details}
      aria-label={t('backups.details')}
      data-testid="point-details"
      onKeyDown={(event) => {
        if (event.key === 'Escape') close(point.id);
      }}
    >
      <div className={classes.detailsHead}>
        <div>
          <Text component="h3" m={0} fw={600} size="md" className="hf-selectable">
            {format.exact(point.createdAt)}
          </Text>
          <Mark tone={PROOF_TONE[point.state]}>
            {shared(`proofState.${point.state}`)}
            {point.verifiedAt && (
              <Text component="span" c="dimmed" fw={400} ml={6}>
                <TimeText iso={point.verifiedAt} />
              </Text>
            )}
          </Mark>
        </div>
        <Tooltip label={t('common.close')}>
          <ActionIcon aria-label={t('common.close')} onClick={() => close(point.id)}>
            <IconX size={16} />
          </ActionIcon>
        </Tooltip>
      </div>
      <div className={classes.detailsBody}>
        <Facts facts={useFacts(point)} />
        {point.checks.length > 0 && (
          <>
            <Text fw={600} mt="sm" mb={6}>
              {t('backups.checks')}
            </Text>
            <CheckList checks={point.checks} />
          </>
        )}
      </div>
      <Actions point={point} others={others} />
    </aside>
  );
}

/** Closes the details and gives the focus back to the row they came from. */
function close(pointId: string): void {
  chosenPoint.set(null);
  document.querySelector<HTMLElement>(`[data-point="${CSS.escape(pointId)}"]`)?.focus();
}

function useFacts(point: RestorePoint): Fact[] {
  const texts = useTexts();
  const { t, shared, format } = texts;
  return [
    { name: t('backups.kind'), value: shared(`kind.${point.kind}`) },
    {
      name: t('backups.why'),
      value: point.retention?.keep === false ? t('backups.leaves') : keepText(point.retention, texts),
    },
    {
      name: t('backups.size'),
      value: t('inspect.sizes', { file: format.bytes(point.sizeBytes), content: format.bytes(point.contentBytes) }),
    },
    {
      name: t('backups.pages'),
      value: t('backups.pagesOf', { pages: format.number(point.pageCount), size: format.number(point.pageSizeBytes) }),
    },
    {
      name: t('backups.versions'),
      value: t('backups.versionsValue', {
        schema: format.number(point.schemaVersion),
        user: format.number(point.userVersion),
        application: String(point.applicationId),
      }),
    },
    { name: t('backups.duration'), value: format.shortDuration(point.durationMs) },
    { name: t('backups.fileHash'), value: <Hash value={point.sha256} what={t('backups.fileHash')} /> },
    { name: t('backups.contentHash'), value: <Hash value={point.contentSha256} what={t('backups.contentHash')} /> },
    { name: t('inspect.file'), value: <PathText path={point.file} /> },
  ];
}

function Hash({ value, what }: { value: string; what: string }) {
  return (
    <span className={classes.hash}>
      <span className="hf-selectable" title={value}>
        {value}
      </span>
      <CopyButton text={value} what={what} />
    </span>
  );
}

function Actions({ point, others }: { point: RestorePoint; others: number }) {
  const { t } = useTexts();
  const [save, saving] = usePending(saveCopy);
  const [verify, verifying] = usePending(verifyAgain);
  const [reveal, revealing] = usePending(revealPoint);
  const [exportFile, exporting] = usePending(exportPoint);
  const [remove, removing] = usePending(deletePoint);
  const gone = point.state === 'missing';
  const size = 15;
  return (
    <div className={classes.actions}>
      <Button
        size="sm"
        leftSection={<IconArrowBackUp size={17} />}
        disabled={gone}
        onClick={() => openRestore({ kind: 'point', point })}
        data-testid="restore-point"
      >
        {t('backups.restore')}
      </Button>
      <Button
        variant="default"
        leftSection={<IconDeviceFloppy size={size} />}
        disabled={gone}
        loading={saving}
        onClick={() => void save({ pointId: point.id })}
        data-testid="save-copy"
      >
        {t('backups.saveCopy')}
      </Button>
      <Button
        variant="default"
        leftSection={<IconRosetteDiscountCheck size={size} />}
        loading={verifying}
        onClick={() => void verify(point)}
        data-testid="verify-again"
      >
        {t('backups.verify')}
      </Button>
      <Button
        variant="default"
        leftSection={<IconFolderOpen size={size} />}
        disabled={gone}
        loading={revealing}
        onClick={() => void reveal(point)}
        data-testid="reveal"
      >
        {t('backups.reveal')}
      </Button>
      <Button
        variant="default"
        leftSection={<IconFileExport size={size} />}
        disabled={gone}
        loading={exporting}
        onClick={() => void exportFile(point)}
        data-testid="export"
      >
        {t('backups.export')}
      </Button>
      <Button
        variant="subtle"
        color="var(--hf-bad)"
        style={{ gridColumn: '1 / -1' }}
        leftSection={<IconTrash size={size} />}
        loading={removing}
        onClick={() => void remove(point, others)}
        data-testid="delete-point"
      >
        {t('backups.delete')}
      </Button>
    </div>
  );
}
