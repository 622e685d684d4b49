import { Center, Text } from '@mantine/core';
import { useNow } from '@/format/now';
import { useTexts } from '@/i18n';
import { readings } from '@/metrics-store';
import { useRange } from '../range-store';
import classes from './chart.module.css';

const MINUTE_MS = 60_000;

/** Over a chart with nothing in this range: because it was not measured then, or because the first minute is not over. */
export function EmptyChart() {
  const { t, format } = useTexts();
  const now = useNow();
  const { window } = useRange();
  const first = readings()[0]?.atMs;
  const secondsLeft = Math.ceil((MINUTE_MS - (now % MINUTE_MS)) / 1000);
  const young = !window && first !== undefined && now - first < 2 * MINUTE_MS;
  return (
    <Center className={classes.empty}>
      <Text c="dimmed" size="xs" ta="center">
        {young
          ? t('performance.chart.collecting', { time: format.shortDuration(secondsLeft * 1000) })
          : t('performance.chart.empty')}
      </Text>
    </Center>
  );
}
