import { Button, Skeleton, Stack, Text } from '@mantine/core';
import type { JobKind, RestorePreview } from '@shared/models';
import { ErrorNotice } from '@/components/ErrorNotice';
import { JobLine } from '@/components/JobLine';
import { Mark } from '@/components/Mark';
import { useNow } from '@/format/now';
import { useTexts } from '@/i18n';
import { useApp, useDatabase } from '@/store';
import { otherDatabase } from './belonging';
import { backToWhat, confirmOther, contentTime, type RestoreFlow, showPreview, startRestore } from './flow';
import { OtherDatabaseBox } from './OtherDatabaseBox';
import { PreviewTable } from './PreviewTable';
import classes from './restore.module.css';

/** Step 2: what would change. Nothing has been changed yet. */
export function PreviewStep({ flow }: { flow: RestoreFlow }) {
  const { t, format } = useTexts();
  const now = useNow();
  const target = useDatabase(flow.targetId);
  const at = contentTime(flow);
  const name = target?.database.name ?? '';
  const other = otherDatabase(flow);
  const ready = flow.preview.state === 'ready' && target !== null && (other === null || flow.confirmedOther);
  return (
    <div className={classes.step}>
      {at && (
        <div>
          <Text size="md" fw={600}>
            {t('preview.heading', { name, time: format.exact(at) })}
          </Text>
          <Text c="dimmed">
            {t('preview.age', { age: format.duration(Math.max(0, now - Date.parse(at)), 'up'), name })}
          </Text>
        </div>
      )}
      {flow.preview.state === 'loading' && <Comparing targetId={flow.targetId} />}
      {flow.preview.state === 'failed' && (
        <ErrorNotice
          thrown={flow.preview.thrown}
          context={{ databaseId: flow.targetId, retry: () => void showPreview() }}
          withDetail
        />
      )}
      {flow.preview.state === 'ready' && <Changes preview={flow.preview.value} />}
      <div className={classes.box}>
        <Text fw={600} mb={4}>
          {t('preview.whatHappens')}
        </Text>
        <ol style={{ margin: 0, paddingInlineStart: 20 }}>
          <li>{t('preview.safety', { name })}</li>
          <li>{t('preview.verify', { name })}</li>
          <li>{t('preview.undo')}</li>
        </ol>
      </div>
      {other && <OtherDatabaseBox other={other} confirmed={flow.confirmedOther} onConfirm={confirmOther} />}
      <div className={classes.footer}>
        <Button variant="default" onClick={backToWhat}>
          {t('common.back')}
        </Button>
        <Button disabled={!ready} onClick={() => void startRestore()} data-testid="confirm-restore">
          {t('preview.confirm', { name })}
        </Button>
      </div>
    </div>
  );
}

/** The comparison runs; what has to be fetched or unpacked for it shows how far it is. */
function Comparing({ targetId }: { targetId: string | null }) {
  const { t } = useTexts();
  const job = useApp(
    ({ jobs }) => jobs.find(({ kind, databaseId }) => PREPARING.has(kind) && databaseId === targetId) ?? null,
  );
  return (
    <>
      {job && (
        <div data-testid="preview-fetching">
          <JobLine job={job} withSubject={false} />
          <Text c="dimmed">{t('preview.fetching')}</Text>
        </div>
      )}
      <Skeleton height={job ? 180 : 260} aria-busy aria-label={t('preview.loading')} />
    </>
  );
}

/** Work that a comparison waits for. */
const PREPARING: ReadonlySet<JobKind> = new Set(['restore', 'inspect']);

function Changes({ preview }: { preview: RestorePreview }) {
  const { t, shared, format } = useTexts();
  return (
    <Stack gap="sm">
      {preview.warnings.map((warning) => (
        <Mark key={warning} tone="warn">
          {shared(`previewWarning.${warning}`)}
        </Mark>
      ))}
      <Text c="dimmed">
        {preview.liveBytes === null
          ? t('preview.sizeThen', { then: format.bytes(preview.contentBytes) })
          : t('preview.size', { now: format.bytes(preview.liveBytes), then: format.bytes(preview.contentBytes) })}
      </Text>
      <PreviewTable preview={preview} />
      {preview.otherSchemaChanges.length > 0 && (
        <div>
          <Text fw={600} mb={4}>
            {t('preview.otherSchema')}
          </Text>
          <ul style={{ margin: 0, paddingInlineStart: 20 }} className="hf-selectable">
            {preview.otherSchemaChanges.map((change) => (
              <li key={`${change.type} ${change.name}`}>
                {t(`preview.change.${change.change}`, { type: change.type, name: change.name })}
              </li>
            ))}
          </ul>
        </div>
      )}
    </Stack>
  );
}
