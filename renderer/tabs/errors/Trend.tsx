import { Text } from '@mantine/core';
import type { GroupTrend } from '@shared/error-groups';
import { useTexts } from '@/i18n';
import classes from './errors.module.css';
import { TREND_SHAPE, TREND_TONE } from './group-words';

/** Where a group is going: shape and word. */
export function Trend({ trend }: { trend: GroupTrend }) {
  const { t } = useTexts();
  const Shape = TREND_SHAPE[trend];
  return (
    <span className={`${classes.trend} hf-tone-${TREND_TONE[trend]}`}>
      <Shape size={14} stroke={2} aria-hidden />
      <Text component="span" size="xs" fw={500} inherit>
        {t(`errors.trend.${trend}`)}
      </Text>
    </span>
  );
}
