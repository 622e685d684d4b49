import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Breadcrumb, EventLevel } from '@shared/error-groups';
import { ToneIcon } from '@/components/ToneIcon';
import type { Format } from '@/format/format';
import { useTexts } from '@/i18n';
import type { Tone } from '@/tone';
import classes from './details.module.css';

/** The last steps before the error; earlier ones on demand. */
const SHOWN = 12;

const LEVEL_TONE: Record<EventLevel, Tone> = {
  fatal: 'bad',
  error: 'bad',
  warning: 'warn',
  info: 'muted',
  debug: 'muted',
};

/** What the application did before, the last step at the end. */
export function Breadcrumbs({ breadcrumbs }: { breadcrumbs: readonly Breadcrumb[] }) {
  const { t, format } = useTexts();
  const [all, setAll] = useState(false);
  const hidden = all ? 0 : Math.max(0, breadcrumbs.length - SHOWN);
  return (
    <>
      {hidden > 0 && (
        <Button variant="subtle" color="gray" size="compact-xs" onClick={() => setAll(true)}>
          {t('errors.event.earlier', { count: hidden })}
        </Button>
      )}
      <ol className={classes.crumbs} data-testid="breadcrumbs">
        {breadcrumbs.slice(hidden).map(({ at, level, category, message }, index) => (
          <li key={index}>
            <time dateTime={at ?? undefined}>{timeOf(at, format)}</time>
            <ToneIcon tone={LEVEL_TONE[level]} size={13} label={t(`errors.event.levels.${level}`)} />
            <span className={classes.category}>{category}</span>
            <span className={`hf-selectable ${classes.any}`}>{message}</span>
          </li>
        ))}
      </ol>
    </>
  );
}

/** Time of day; nothing for what is no time. */
function timeOf(at: string | null, format: Format): string {
  const ms = at === null ? Number.NaN : Date.parse(at);
  return Number.isNaN(ms) ? '' : format.clock(ms);
}
