import { Group, Text, Tooltip } from '@mantine/core';
import { type MouseEvent, useState } from 'react';
import { useTexts } from '@/i18n';
import { type BudgetDay, type BudgetFigures, shareText } from './budget';
import classes from './errors.module.css';

/** Share that failed on each of 30 days, newest at the right, with a line at the objective. */
export function BudgetBars({ figures, objective }: { figures: BudgetFigures; objective: number }) {
  const { t, format } = useTexts();
  const [hovered, setHovered] = useState<BudgetDay | null>(null);
  const { days, top, rate, daysOver } = figures;
  const summary = t('errors.budget.spoken', { rate: shareText(rate, format), count: daysOver });
  const hover = (event: MouseEvent): void => {
    const day = event.target instanceof HTMLElement ? event.target.dataset['day'] : undefined;
    setHovered(days.find((one) => one.day === day) ?? null);
  };
  const words = (day: BudgetDay): string =>
    day.rate === null
      ? t('errors.budget.dayNone', { day: format.day(day.day) })
      : t('errors.budget.day', {
          day: format.day(day.day),
          failed: format.number(day.failed),
          total: format.number(day.total),
          rate: shareText(day.rate, format),
        });
  const share = (value: number): string => `${(100 * value) / top}%`;
  return (
    <div className={classes.figure}>
      <span className={classes.figureName}>{t('errors.budget.bars')}</span>
      <Tooltip.Floating label={hovered ? words(hovered) : summary} fz="xs" px={8} py={4}>
        <div
          className={classes.bars}
          role="img"
          aria-label={summary}
          onMouseOver={hover}
          onMouseLeave={() => setHovered(null)}
        >
          {days.map((day) => (
            <span key={day.day} className={classes.slot} data-day={day.day}>
              <span
                className={classes.dayBar}
                data-day={day.day}
                data-kind={day.rate === null ? 'none' : day.rate === 0 ? 'clean' : day.isOver ? 'over' : 'within'}
                style={day.rate ? { height: share(day.rate) } : undefined}
              />
            </span>
          ))}
          <span className={classes.objective} style={{ bottom: share(objective) }} />
        </div>
      </Tooltip.Floating>
      <Group justify="space-between" gap="xs">
        <Text size="xs" c="dimmed">
          {t('errors.budget.from')}
        </Text>
        <Text size="xs" c="dimmed" className={classes.objectiveName}>
          {t('errors.budget.objective', { objective: shareText(objective, format) })}
        </Text>
        <Text size="xs" c="dimmed">
          {t('days.today')}
        </Text>
      </Group>
    </div>
  );
}
