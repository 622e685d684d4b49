import type { DrillRecord } from '@shared/models';
import { useTexts } from '@/i18n';
import { Mark } from './Mark';
import { TimeText } from './TimeText';

/** How the newest drill ended, and when. */
export function DrillMark({ drill, size }: { drill: DrillRecord | null; size?: 'xs' | 'sm' }) {
  const { t } = useTexts();
  if (!drill) {
    return (
      <Mark tone="muted" size={size}>
        {t('drills.none')}
      </Mark>
    );
  }
  const passed = drill.outcome === 'passed';
  return (
    <Mark tone={passed ? 'ok' : 'bad'} size={size}>
      {t(passed ? 'drills.passed' : 'drills.failed')}{' '}
      <span className="hf-tone-muted" style={{ fontWeight: 400 }}>
        <TimeText iso={drill.finishedAt} />
      </span>
    </Mark>
  );
}
