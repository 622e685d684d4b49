import {
  IconAlertOctagonFilled,
  IconAlertTriangleFilled,
  IconBug,
  IconCircleXFilled,
  IconInfoCircle,
  IconMinus,
} from '@tabler/icons-react';
import { useTexts } from '@/i18n';
import type { LevelName } from './filters';
import classes from './logs.module.css';

const SHAPES = {
  CRITICAL: IconAlertOctagonFilled,
  ERROR: IconCircleXFilled,
  WARNING: IconAlertTriangleFilled,
  INFO: IconInfoCircle,
  DEBUG: IconBug,
  NONE: IconMinus,
} as const;

/** The shape of a level. A word stands beside it. */
export function LevelShape({ level, size = 14 }: { level: LevelName; size?: number }) {
  const Shape = SHAPES[level];
  return <Shape size={size} aria-hidden className={classes.shape} data-level={level} />;
}

/** A level: shape, word and colour together. */
export function LevelMark({ level }: { level: LevelName }) {
  const { t } = useTexts();
  return (
    <span className={classes.level} data-level={level}>
      <LevelShape level={level} />
      <span className={classes.levelWord}>{t(`logs.levels.${level}`)}</span>
    </span>
  );
}
