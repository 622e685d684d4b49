import { Button, Drawer, SegmentedControl, Skeleton, Text } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import type { OpenedMoment } from '@shared/recovery';
import { ErrorNotice } from '@/components/ErrorNotice';
import { JobLine } from '@/components/JobLine';
import { Mark } from '@/components/Mark';
import { useTexts } from '@/i18n';
import { isProved, verdictOf } from '@/restore/Summaries';
import { useJob } from '@/store';
import { useValue } from '@/value';
import { CompareView } from './CompareView';
import { bringBack, closeMoment, goRestoreAll, goRestoreRows, type MomentFlow, momentFlow, showView } from './flow';
import classes from './moments.module.css';
import { TablesView } from './TablesView';

const VIEWS = ['tables', 'compare'] as const;

/** A moment brought back into the scratch folder: what was in it, and how it differs from now. */
export function MomentPanel() {
  const { t } = useTexts();
  const flow = useValue(momentFlow);
  return (
    <Drawer
      opened={flow !== null}
      onClose={closeMoment}
      position="right"
      size="min(1080px, 94vw)"
      title={flow ? t('moment.title', { name: flow.input.name }) : ''}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      classNames={{ content: classes.panel, body: classes.panelBody }}
      data-testid="moment-panel"
    >
      {flow && <Body flow={flow} />}
    </Drawer>
  );
}

function Body({ flow }: { flow: MomentFlow }) {
  const { t, format } = useTexts();
  const { opened, input, view } = flow;
  const ready = opened.state === 'ready' ? opened.value : null;
  return (
    <>
      <div className={classes.head} tabIndex={-1} data-autofocus>
        <div>
          <Text fw={600} size="md" className="hf-selectable" data-testid="moment-content-at">
            {t('moment.asOf', { time: format.exact(ready?.contentAt ?? input.contentAt) })}
          </Text>
          {ready && <Proof opened={ready} />}
        </div>
        <SegmentedControl
          aria-label={t('moment.views.label')}
          value={view}
          data={VIEWS.map((value) => ({ value, label: t(`moment.views.${value}`) }))}
          onChange={(value) => {
            const chosen = VIEWS.find((one) => one === value);
            if (chosen) showView(chosen);
          }}
          data-testid="moment-views"
        />
      </div>
      {opened.state === 'loading' && <Opening databaseId={input.databaseId} />}
      {opened.state === 'failed' && (
        <ErrorNotice
          thrown={opened.thrown}
          context={{ databaseId: input.databaseId, retry: () => void bringBack() }}
          withDetail
        />
      )}
      {ready &&
        (view === 'tables' ? (
          <TablesView opened={ready} table={flow.table} />
        ) : (
          <CompareView flow={flow} opened={ready} />
        ))}
      <div className={classes.foot}>
        <Button
          variant="default"
          disabled={!ready}
          onClick={() => goRestoreRows(view === 'tables' ? flow.table : null)}
          data-testid="moment-restore-rows"
        >
          {t('moment.restoreRows')}
        </Button>
        <Button
          leftSection={<IconArrowBackUp size={16} />}
          disabled={!ready}
          onClick={goRestoreAll}
          data-testid="moment-restore-all"
        >
          {t('moment.restoreAll')}
        </Button>
      </div>
    </>
  );
}

function Proof({ opened }: { opened: OpenedMoment }) {
  const { t, format } = useTexts();
  const { tone, words } = verdictOf({ checks: opened.checks, proved: isProved(opened.checks) });
  return (
    <div className={classes.proof}>
      <Mark tone={tone} size="xs">
        {t(words)}
      </Mark>
      <Text size="xs" c="dimmed">
        {[
          ...(opened.uncertaintyMs > 0
            ? [t('moment.uncertainty', { time: format.shortDuration(opened.uncertaintyMs) })]
            : []),
          format.bytes(opened.contentBytes),
        ].join(' · ')}
      </Text>
    </div>
  );
}

/** The moment is extracted, replayed and proved. */
function Opening({ databaseId }: { databaseId: string }) {
  const { t } = useTexts();
  const job = useJob('inspect', databaseId);
  return (
    <div className={classes.opening} aria-busy data-testid="moment-opening">
      <Text fw={600}>{t('moment.opening')}</Text>
      {job ? <JobLine job={job} withSubject={false} /> : <Skeleton height={50} />}
      <Text c="dimmed">{t('moment.openingDetail')}</Text>
      <Skeleton style={{ flex: 1 }} />
    </div>
  );
}
