import { Radio, Stack, Text } from '@mantine/core';
import type { RestorePoint } from '@shared/models';
import { useNow } from '@/format/now';
import { useTexts } from '@/i18n';
import { chooseSource, sourcesOf } from './flow';
import classes from './restore.module.css';

const FOLDER = 'backup-folder';

/** Where the content is taken from: the backup folder, or a copy. Nothing is asked while there is only the folder. */
export function SourceChoice({ point, chosenId }: { point: RestorePoint; chosenId: string | null }) {
  const { t } = useTexts();
  const sources = sourcesOf(point);
  if (sources.every((source) => source === null)) return null;
  return (
    <Radio.Group
      label={t('restore.source.label')}
      value={chosenId ?? FOLDER}
      onChange={(value) => chooseSource(value === FOLDER ? null : value)}
      data-testid="restore-source"
    >
      <Stack gap={6} mt="xs">
        {sources.map((source) => (
          <Source key={source ?? FOLDER} point={point} destinationId={source} />
        ))}
      </Stack>
    </Radio.Group>
  );
}

function Source({ point, destinationId }: { point: RestorePoint; destinationId: string | null }) {
  const { t, format } = useTexts();
  const now = useNow();
  const copy = point.copies.find((one) => one.destinationId === destinationId);
  const name = copy?.destination ?? t('restore.source.folder');
  const seen = copy?.verifiedAt ?? copy?.copiedAt;
  const words = copy
    ? [
        point.form === 'full'
          ? t('restore.source.copyDetail', { size: format.bytes(point.sizeBytes) })
          : t('restore.source.chainDetail'),
        ...(seen
          ? [
              t(copy.verifiedAt ? 'restore.source.verified' : 'restore.source.copied', {
                time: format.relative(seen, now),
              }),
            ]
          : []),
      ].join('; ')
    : t('restore.source.folderDetail');
  return (
    <label className={classes.target}>
      <Radio value={destinationId ?? FOLDER} mt={2} aria-label={name} />
      <span style={{ minWidth: 0, flex: 1 }}>
        <Text component="span" fw={600}>
          {name}
        </Text>
        <Text component="span" c="dimmed" size="xs" ml={8}>
          {words}
        </Text>
      </span>
    </label>
  );
}
