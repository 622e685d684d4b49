import {
  IconAlertOctagonFilled,
  IconAlertTriangleFilled,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconProgress,
} from '@tabler/icons-react';
import type { Tone } from '@/tone';

const SHAPES = {
  ok: IconCircleCheckFilled,
  warn: IconAlertTriangleFilled,
  bad: IconAlertOctagonFilled,
  busy: IconProgress,
  muted: IconCircleDashed,
} as const;

/** The shape and colour of a tone. Give a label where no word stands beside it. */
export function ToneIcon({ tone, size = 16, label }: { tone: Tone; size?: number; label?: string }) {
  const Shape = SHAPES[tone];
  return (
    <Shape
      size={size}
      className={`hf-tone-${tone}`}
      style={{ flexShrink: 0 }}
      {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })}
    />
  );
}
