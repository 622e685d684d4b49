import { Group, Text, Tooltip } from '@mantine/core';
import { useMemo } from 'react';
import { type ChartEvent, metricKey } from '@shared/metrics';
import type { ProbeStatus } from '@shared/monitoring';
import { TimeText } from '@/components/TimeText';
import { useTexts } from '@/i18n';
import { ChartPanel } from '../chart/ChartPanel';
import type { ChartSpec } from '../chart/spec';
import classes from './services.module.css';

/** One probe: its last tries, its response time and its availability over the range. */
export function ProbeDetails({ probe, events }: { probe: ProbeStatus; events: readonly ChartEvent[] }) {
  const { t } = useTexts();
  const { id, sinceMs, state } = probe;
  const specs = useMemo<ChartSpec[]>(
    () => [
      {
        id: `probe-time-${id}`,
        title: t('performance.line.responseTime'),
        unit: 'milliseconds',
        lines: [
          { key: metricKey('probe.time', id), name: t('performance.line.responseTime'), colour: 'blue', band: true },
        ],
      },
      {
        id: `probe-up-${id}`,
        title: t('performance.probe.availability'),
        unit: 'fraction',
        top: 1,
        lines: [{ key: metricKey('probe.up', id), name: t('performance.probe.availability'), colour: 'teal' }],
      },
    ],
    [id, t],
  );
  return (
    <div className={classes.details}>
      <Group justify="space-between" wrap="nowrap" gap="md">
        <RecentTries recent={probe.recent} />
        {sinceMs !== null && (
          <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
            {t(`performance.probe.states.${state}`)}: <TimeText iso={new Date(sinceMs).toISOString()} />
          </Text>
        )}
      </Group>
      <div className={classes.detailCharts}>
        {specs.map((spec) => (
          <ChartPanel key={spec.id} spec={spec} events={events} />
        ))}
      </div>
    </div>
  );
}

/** The last tries, oldest first: full bars for successes, hollow ones for failures. */
function RecentTries({ recent }: { recent: ProbeStatus['recent'] }) {
  const { t, format } = useTexts();
  if (recent.length === 0) {
    return (
      <Text size="xs" c="dimmed">
        {t('performance.probe.noTries')}
      </Text>
    );
  }
  const good = recent.filter(({ ok }) => ok).length;
  return (
    <Group gap="sm" wrap="nowrap" style={{ minWidth: 0 }}>
      <div className={classes.tries} role="img" aria-label={t('performance.probe.tries', { good, all: recent.length })}>
        {recent.map(({ atMs, ok, timeMs }) => (
          <Tooltip
            key={atMs}
            label={`${format.exact(new Date(atMs).toISOString())}: ${ok ? format.metric(timeMs, 'milliseconds') : t('performance.probe.tryFailed')}`}
          >
            <span data-ok={ok} />
          </Tooltip>
        ))}
      </div>
      <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
        {t('performance.probe.tries', { good, all: recent.length })}
      </Text>
    </Group>
  );
}
