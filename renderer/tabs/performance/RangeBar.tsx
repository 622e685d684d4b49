import { ActionIcon, Button, Group, SegmentedControl, Select, Text, Tooltip, UnstyledButton } from '@mantine/core';
import { IconArrowBackUp, IconZoomReset } from '@tabler/icons-react';
import { type ChartEvent } from '@shared/metrics';
import { timeFormat } from '@/format/held';
import { clockOptions } from '@/format/clock';
import { useTexts } from '@/i18n';
import { useValue } from '@/value';
import { EVENT_KINDS, type EventKind } from './chart/events';
import { EventShape } from './chart/EventShape';
import classes from './performance.module.css';
import { type Compare, RANGES } from './range';
import { changeRange, shownEvents, shownView, toggleEvents, useRange, VIEWS } from './range-store';

const COMPARES = ['none', 'day', 'week'] as const satisfies readonly Compare[];

/** What is looked at and when: one bar for all charts. Stays in sight while the page scrolls. */
export function RangeBar({ events, charts }: { events: readonly ChartEvent[]; charts: boolean }) {
  const { t } = useTexts();
  const view = useValue(shownView);
  return (
    <div className={classes.bar}>
      <div className={classes.barRow}>
        <SegmentedControl
          size="sm"
          aria-label={t('performance.views.label')}
          value={view}
          data={VIEWS.map((value) => ({ value, label: t(`performance.views.${value}`) }))}
          onChange={(value) => {
            const chosen = VIEWS.find((one) => one === value);
            if (chosen) shownView.set(chosen);
          }}
          data-testid="performance-views"
        />
        {charts && <RangeChoice />}
      </div>
      {charts && (
        <div className={classes.barRow}>
          <ShownTime />
          <EventLegend events={events} />
          <CompareChoice />
        </div>
      )}
    </div>
  );
}

function RangeChoice() {
  const { t } = useTexts();
  const { range, window } = useRange();
  return (
    <SegmentedControl
      aria-label={t('performance.range.label')}
      // nothing is chosen while a window is shown
      value={window ? '' : range}
      data={RANGES.map((value) => ({ value, label: t(`performance.range.${value}`) }))}
      onChange={(value) => {
        const chosen = RANGES.find((one) => one === value);
        if (chosen) changeRange({ type: 'choose', range: chosen });
      }}
      data-testid="performance-ranges"
    />
  );
}

/** The window that was zoomed into and the ways back; how to zoom while there is none. */
function ShownTime() {
  const { t, format } = useTexts();
  const { window, back } = useRange();
  if (!window) {
    return (
      <Text size="xs" c="dimmed" truncate className={classes.hint} title={t('performance.range.hint')}>
        {t('performance.range.hint')}
      </Text>
    );
  }
  const stamps = timeFormat(format.locale, {
    month: 'short',
    day: 'numeric',
    ...clockOptions(format.locale),
  });
  return (
    <Group gap={6} wrap="nowrap" className={classes.hint}>
      <Tooltip label={t('performance.range.back')}>
        <ActionIcon
          size="sm"
          aria-label={t('performance.range.back')}
          disabled={back.length === 0}
          onClick={() => changeRange({ type: 'back' })}
          data-testid="range-back"
        >
          <IconArrowBackUp size={15} />
        </ActionIcon>
      </Tooltip>
      <Text size="xs" fw={600} truncate data-testid="range-window">
        {stamps.formatRange(window.fromMs, window.toMs)}
      </Text>
      <Button
        variant="subtle"
        size="compact-xs"
        leftSection={<IconZoomReset size={14} />}
        onClick={() => changeRange({ type: 'reset' })}
        data-testid="range-reset"
        style={{ flexShrink: 0 }}
      >
        {t('performance.range.reset')}
      </Button>
    </Group>
  );
}

/** Shapes of the events with how many there are; a click hides or shows a kind. */
function EventLegend({ events }: { events: readonly ChartEvent[] }) {
  const { t, format } = useTexts();
  const shown = useValue(shownEvents);
  const count = (kind: EventKind): number => events.filter((event) => event.kind === kind).length;
  return (
    <div className={classes.events} role="group" aria-label={t('performance.events.label')}>
      {EVENT_KINDS.filter((kind) => count(kind) > 0).map((kind) => (
        <UnstyledButton
          key={kind}
          className={classes.event}
          aria-pressed={shown.has(kind)}
          onClick={() => toggleEvents(kind)}
        >
          <EventShape kind={kind} />
          <Text component="span" size="xs" c="inherit" td="inherit">
            {t(`performance.events.${kind}`)} <b>{format.number(count(kind))}</b>
          </Text>
        </UnstyledButton>
      ))}
    </div>
  );
}

function CompareChoice() {
  const { t } = useTexts();
  const { compare } = useRange();
  return (
    <Select
      w={176}
      aria-label={t('performance.compare.label')}
      value={compare}
      data={COMPARES.map((value) => ({ value, label: t(`performance.compare.${value}`) }))}
      onChange={(value) => {
        const chosen = COMPARES.find((one) => one === value);
        if (chosen) changeRange({ type: 'compare', compare: chosen });
      }}
      data-testid="performance-compare"
    />
  );
}
