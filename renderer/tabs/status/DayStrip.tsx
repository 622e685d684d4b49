import { Group, Text, Tooltip } from '@mantine/core';
import { type MouseEvent, useState } from 'react';
import type { BackupDay } from '@shared/models';
import { useTexts } from '@/i18n';
import classes from './status.module.css';

/** Thirty days of backup results, newest at the right; one tooltip follows the pointer. */
export function DayStrip({ days, bare = false }: { days: BackupDay[]; bare?: boolean }) {
  const { t, format } = useTexts();
  const [hovered, setHovered] = useState<BackupDay | null>(null);
  const count = (result: BackupDay['result']): number => days.filter((day) => day.result === result).length;
  const summary = t('days.summary', { total: days.length, proved: count('proved'), failed: count('failed') });
  const hover = (event: MouseEvent): void => {
    const day = event.target instanceof HTMLElement ? event.target.dataset['day'] : undefined;
    setHovered(days.find((one) => one.day === day) ?? null);
  };
  const strip = (
    <Tooltip.Floating
      label={hovered ? `${format.day(hovered.day)}: ${t(`days.${hovered.result}`, { count: hovered.count })}` : summary}
      fz="xs"
      px={8}
      py={4}
    >
      <div
        className={classes.strip}
        role="img"
        aria-label={summary}
        onMouseOver={hover}
        onMouseLeave={() => setHovered(null)}
      >
        {days.map((day) => (
          <span key={day.day} className={classes.day} data-day={day.day} data-result={day.result} />
        ))}
      </div>
    </Tooltip.Floating>
  );
  if (bare) return strip;
  return (
    <div>
      {strip}
      <Group justify="space-between" mt={2}>
        <Text size="xs" c="dimmed">
          {t('days.from', { count: days.length })}
        </Text>
        <Text size="xs" c="dimmed">
          {t('days.today')}
        </Text>
      </Group>
    </div>
  );
}
