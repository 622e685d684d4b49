import { Skeleton, Stack, Text } from '@mantine/core';
import type { OpenedMoment } from '@shared/recovery';
import { ErrorNotice } from '@/components/ErrorNotice';
import { Mark } from '@/components/Mark';
import { useTexts } from '@/i18n';
import { PreviewTable } from '@/restore/PreviewTable';
import { compare, type MomentFlow } from './flow';
import classes from './moments.module.css';

/** Rows of each table then and now. */
export function CompareView({ flow, opened }: { flow: MomentFlow; opened: OpenedMoment }) {
  const { t, shared, format } = useTexts();
  const { compared, input } = flow;
  if (compared.state === 'failed') {
    return (
      <ErrorNotice thrown={compared.thrown} context={{ databaseId: input.databaseId, retry: compare }} withDetail />
    );
  }
  if (compared.state !== 'ready') return <Skeleton style={{ flex: 1 }} aria-busy aria-label={t('preview.loading')} />;
  const preview = compared.value;
  return (
    <Stack gap="sm" className={classes.compare} tabIndex={0} role="group" aria-label={t('moment.views.compare')}>
      {preview.warnings.map((warning) => (
        <Mark key={warning} tone="warn">
          {shared(`previewWarning.${warning}`)}
        </Mark>
      ))}
      <Text c="dimmed">
        {preview.liveBytes === null
          ? t('preview.sizeThen', { then: format.bytes(opened.contentBytes) })
          : t('preview.size', { now: format.bytes(preview.liveBytes), then: format.bytes(opened.contentBytes) })}
      </Text>
      <PreviewTable preview={preview} />
      {preview.otherSchemaChanges.length > 0 && (
        <div>
          <Text fw={600}>{t('preview.otherSchema')}</Text>
          {preview.otherSchemaChanges.map(({ type, name, change }) => (
            <Text key={`${type} ${name}`} className="hf-selectable">
              {t(`preview.change.${change}`, { type, name })}
            </Text>
          ))}
        </div>
      )}
    </Stack>
  );
}
