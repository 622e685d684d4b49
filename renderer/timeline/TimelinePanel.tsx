import { ActionIcon, SegmentedControl, Skeleton, Text, Tooltip } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconZoomIn, IconZoomOut } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { DatabaseStatus } from '@shared/models';
import type { Timeline } from '@shared/recovery';
import { ErrorNotice } from '@/components/ErrorNotice';
import { useNow } from '@/format/now';
import { useTexts } from '@/i18n';
import { openMoment } from '@/moments/flow';
import { useValue } from '@/value';
import { sourceOf } from './come-back';
import { courseOf, newest, rangeAt } from './course';
import { choosable } from './cursor';
import { GoTo } from './GoTo';
import { HowToRead, Legend } from './Legend';
import { MomentStrip } from './MomentStrip';
import { useMoment, useTimeline } from './queries';
import { HEIGHT } from './Scene';
import { changeTrack, FIRST_TRACK, tracks } from './store';
import classes from './timeline.module.css';
import { Track } from './Track';
import { showing, SPANS, spanFor, type TimeWindow, windowOf, within, zoomAround } from './window';

interface Props {
  status: DatabaseStatus;
  /** Restore point that is selected in the list below. */
  selectedPointId: string | null;
}

/** The timeline of a database: every moment that can be brought back, and what to do with the chosen one. */
export function TimelinePanel({ status, selectedPointId }: Props) {
  const { t } = useTexts();
  const { id, name } = status.database;
  const query = useTimeline(id);
  const empty = query.data?.firstAt === null;
  return (
    <section className={classes.panel} aria-label={t('timeline.title')} data-testid="timeline">
      {query.isPending && <Loading />}
      {query.isError && !query.data && (
        <ErrorNotice thrown={query.error} context={{ retry: () => void query.refetch() }} />
      )}
      {query.data && empty && (
        <Text c="dimmed" className={classes.none} data-testid="timeline-empty">
          {t('timeline.empty', { name })} {t('timeline.emptyDetail')}
        </Text>
      )}
      {query.data && !empty && (
        <Filled
          status={status}
          timeline={query.data}
          fetchedAt={query.dataUpdatedAt}
          selectedPointId={selectedPointId}
        />
      )}
    </section>
  );
}

function Loading() {
  const { t } = useTexts();
  return (
    <div aria-busy aria-label={t('timeline.loading')}>
      <Skeleton height={30} mb={6} />
      <Skeleton height={HEIGHT} />
      <div className={classes.legend} />
    </div>
  );
}

interface FilledProps extends Props {
  timeline: Timeline;
  fetchedAt: number;
}

/** A short rest after the last step of a key that is held down. */
const REST_MS = 120;

function Filled({ status, timeline, fetchedAt, selectedPointId }: FilledProps) {
  const { t } = useTexts();
  const tick = useNow();
  const { database, continuous } = status;
  const { id } = database;
  const state = useValue(tracks).get(id) ?? FIRST_TRACK;
  const { chosenMs } = state;
  const course = useMemo(() => courseOf(timeline, continuous), [timeline, continuous]);
  // the clock ticks every few seconds; the log may be ahead of it
  const now = Math.max(tick, newest(course) ?? 0);
  const shown = useMemo(() => windowOf(state, course.firstMs, now), [state, course.firstMs, now]);
  const [askedMs] = useDebouncedValue(chosenMs, REST_MS);
  const asked = chosenMs === null || askedMs === null ? null : new Date(askedMs).toISOString();
  const covered = askedMs !== null && rangeAt(course, askedMs) !== null;
  const moment = useMoment({ databaseId: id, at: asked, timelineOf: fetchedAt, covered });

  const show = (window: TimeWindow): void => changeTrack(id, { window: within(window, course.firstMs, now) });
  const choose = (ms: number | null): void => changeTrack(id, { chosenMs: ms });
  const goTo = (ms: number): void => {
    const at = choosable(course, ms, Date.now());
    choose(at);
    const window = showing(shown, at);
    if (window !== shown) show(window);
  };
  const zoom = (factor: number): void => {
    const middle = (shown.fromMs + shown.toMs) / 2;
    show(zoomAround(shown, chosenMs ?? middle, factor));
  };
  const open = (): void => {
    if (chosenMs === null) return;
    const at = new Date(chosenMs).toISOString();
    // before it is known what comes back the main process finds it out when it opens it
    const known = asked === at ? moment.data : undefined;
    const input = { databaseId: id, name: database.name };
    openMoment(
      known
        ? { ...input, source: sourceOf(known), contentAt: known.contentAt }
        : { ...input, source: { databaseId: id, at }, contentAt: at },
    );
  };

  return (
    <>
      <div className={classes.bar}>
        <SegmentedControl
          aria-label={t('timeline.span.label')}
          // nothing is chosen while a window is shown
          value={state.window ? '' : (state.span ?? spanFor(course.firstMs, now))}
          data={SPANS.map((value) => ({ value, label: t(`timeline.span.${value}`) }))}
          onChange={(value) => {
            const span = SPANS.find((one) => one === value);
            if (span) changeTrack(id, { span, window: null });
          }}
          data-testid="timeline-spans"
        />
        <div className={classes.barEnd}>
          <GoTo chosenMs={chosenMs} go={goTo} />
          <Tooltip label={t('timeline.zoomOut')}>
            <ActionIcon className={classes.zoom} aria-label={t('timeline.zoomOut')} onClick={() => zoom(2)}>
              <IconZoomOut size={17} aria-hidden />
            </ActionIcon>
          </Tooltip>
          <Tooltip label={t('timeline.zoomIn')}>
            <ActionIcon className={classes.zoom} aria-label={t('timeline.zoomIn')} onClick={() => zoom(0.5)}>
              <IconZoomIn size={17} aria-hidden />
            </ActionIcon>
          </Tooltip>
          <HowToRead />
        </div>
      </div>
      <Track
        name={database.name}
        course={course}
        window={shown}
        nowMs={now}
        chosenMs={chosenMs}
        selectedPointId={selectedPointId}
        show={show}
        choose={choose}
        open={open}
      />
      <Legend course={course} hint={chosenMs === null ? t('moment.hint') : null} />
      {chosenMs !== null && (
        <MomentStrip database={database} course={course} chosenMs={chosenMs} query={moment} choose={goOrClear} />
      )}
    </>
  );

  function goOrClear(ms: number | null): void {
    if (ms === null) choose(null);
    else goTo(ms);
  }
}
