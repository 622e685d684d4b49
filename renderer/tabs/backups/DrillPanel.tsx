import { Button, Skeleton, Text, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import type { DatabaseStatus, DrillRecord, DrillResult, DrillTable } from '@shared/models';
import { describeError } from '@shared/text';
import { runDrill } from '@/commands';
import { CheckList } from '@/components/CheckList';
import { DrillMark } from '@/components/DrillMark';
import { ErrorNotice } from '@/components/ErrorNotice';
import { JobLine } from '@/components/JobLine';
import { Mark } from '@/components/Mark';
import { usePending } from '@/components/usePending';
import { useNow } from '@/format/now';
import { type Texts, useTexts } from '@/i18n';
import { useDrills } from '@/queries';
import { useApp, useJob } from '@/store';
import { DRILL_TABLE_TONE } from '@/tone';
import classes from './backups.module.css';
import { DetailsPanel } from './PointDetails';
import { drillsShown } from './selection';

/** The restore drills of a database, newest first, each table by table. */
export function DrillPanel({ status }: { status: DatabaseStatus }) {
  const { t } = useTexts();
  const query = useDrills(status.database.id);
  const [chosenId, choose] = useState<string | null>(null);
  const drills = query.data ?? [];
  const openId = chosenId ?? drills[0]?.id;
  return (
    <DetailsPanel
      label={t('drills.title')}
      title={t('drills.title')}
      close={close}
      takesFocus
      foot={<RunDrill status={status} />}
      testId="drill-panel"
    >
      {query.isPending && <Skeleton height={160} aria-busy />}
      {query.isError && <ErrorNotice thrown={query.error} context={{ retry: () => void query.refetch() }} />}
      {query.isSuccess && drills.length === 0 && <Text c="dimmed">{t('drills.noneDetail')}</Text>}
      {drills.map((drill) => (
        <section key={drill.id} className={classes.section} data-testid="drill" data-outcome={drill.outcome}>
          <UnstyledButton
            className={classes.drillHead}
            aria-expanded={drill.id === openId}
            onClick={() => choose(drill.id === openId ? '' : drill.id)}
          >
            <DrillMark drill={drill} />
          </UnstyledButton>
          {drill.id === openId && <Results drill={drill} />}
        </section>
      ))}
    </DetailsPanel>
  );
}

/** Closes the panel and gives the focus back to the button that opened it. */
function close(): void {
  drillsShown.set(false);
  document.querySelector<HTMLElement>('[data-drills]')?.focus();
}

function RunDrill({ status }: { status: DatabaseStatus }) {
  const { t } = useTexts();
  const job = useJob('drill', status.database.id);
  const [run, running] = usePending(runDrill);
  return (
    <div className={classes.drillFoot}>
      {job ? (
        <JobLine job={job} withSubject={false} />
      ) : (
        <Button
          fullWidth
          loading={running}
          disabled={status.lastProved === null}
          onClick={() => void run(status.database)}
          data-testid="run-drill"
        >
          {t('drills.run')}
        </Button>
      )}
    </div>
  );
}

function Results({ drill }: { drill: DrillRecord }) {
  return drill.results.map((result) => <Result key={`${result.pointId} ${result.destinationId}`} result={result} />);
}

function Result({ result }: { result: DrillResult }) {
  const { t, shared, format } = useTexts();
  const now = useNow();
  const place = usePlaceWords(result.destinationId);
  const passed = result.outcome === 'passed';
  return (
    <div className={classes.drillResult}>
      <Text fw={500}>{t('drills.ofPoint', { time: format.stamp(result.pointAt, now) })}</Text>
      <Text size="xs" c="dimmed">
        {place}, {t('drills.took', { time: format.shortDuration(result.tookMs) })}
      </Text>
      {!passed && (
        <Text component="div" my={4}>
          <Mark tone="bad">{result.error ? describeError(shared, result.error).what : t('drills.failed')}</Mark>
        </Text>
      )}
      {!passed && result.checks.length > 0 && <CheckList checks={result.checks} />}
      {passed && result.tables.length === 0 && <Text c="dimmed">{t('drills.noTables')}</Text>}
      {result.tables.length > 0 && <DrillTables result={result} />}
    </div>
  );
}

function DrillTables({ result }: { result: DrillResult }) {
  const texts = useTexts();
  const { t } = texts;
  return (
    <ul className={classes.drillTables} aria-label={t('drills.tables')} data-testid="drill-tables">
      {result.tables.map((table) => (
        <li key={table.table}>
          <span className="hf-selectable">{table.table}</span>
          <Mark tone={DRILL_TABLE_TONE[table.result]} size="xs">
            {t(`drills.result.${table.result}`)}
          </Mark>
          <Text component="span" size="xs" c="dimmed">
            {rowWords(table, texts)}
          </Text>
        </li>
      ))}
    </ul>
  );
}

/** "18,231 rows, 18,344 now", with what is known. */
function rowWords({ rows, rowsNow }: DrillTable, { t, format }: Texts): string {
  return [
    ...(rows === null ? [] : [t('drills.rows', { count: rows, rows: format.number(rows) })]),
    ...(rowsNow === null ? [] : [t('drills.rowsNow', { rows: format.number(rowsNow) })]),
  ].join(', ');
}

/** Where a drill restored from. */
function usePlaceWords(destinationId: string | null): string {
  const { t } = useTexts();
  const name = useApp(
    (state) =>
      state.databases.flatMap(({ places }) => places.places).find((place) => place.destinationId === destinationId)
        ?.name ?? null,
  );
  if (destinationId === null) return t('drills.fromFolder');
  return t('drills.fromCopy', { name: name ?? t('drills.goneDestination') });
}
