import { ActionIcon, Popover, Text, Tooltip } from '@mantine/core';
import { IconHelpCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTexts } from '@/i18n';
import type { TextKey } from '@/locales/types';
import type { Course } from './course';
import { EventMark, ManyMark, PointMark } from './shapes';
import classes from './timeline.module.css';
import { shapeOf } from './words';

type Kind = 'full' | 'changes' | 'safety' | 'range' | 'gap' | Course['events'][number]['item']['kind'];

const KINDS = [
  'full',
  'changes',
  'safety',
  'range',
  'gap',
  'integrity-check',
  'drill',
  'restore',
  'repair',
  'alert',
] as const;

/** The shapes that are there, each with its name; and what to do first. */
export function Legend({ course, hint }: { course: Course; hint: string | null }) {
  const { t } = useTexts();
  const there = new Set<Kind>([
    ...course.points.map(({ item }) => shapeOf(item)),
    ...(course.ranges.length > 0 ? (['range'] as const) : []),
    ...(course.gaps.length > 0 ? (['gap'] as const) : []),
    ...course.events.map(({ item }) => item.kind),
  ]);
  return (
    <div className={classes.legend}>
      <ul>
        {KINDS.filter((kind) => there.has(kind)).map((kind) => (
          <li key={kind}>
            <Sample>{sampleOf(kind)}</Sample>
            {t(`timeline.mark.${kind}`)}
          </li>
        ))}
      </ul>
      {hint && <p title={hint}>{hint}</p>}
    </div>
  );
}

function Sample({ children }: { children: ReactNode }) {
  return (
    <svg width={22} height={16} viewBox="-11 -8 22 16" aria-hidden className={classes.scene}>
      {children}
    </svg>
  );
}

function sampleOf(kind: Kind): ReactNode {
  switch (kind) {
    case 'full':
    case 'changes':
    case 'safety':
      return <PointMark shape={kind} x={0} y={0} />;
    case 'range':
      return <rect x={-10} y={-4} width={20} height={8} className={classes.range} />;
    case 'gap':
      return (
        <>
          <rect x={-10} y={-4} width={20} height={8} className={classes.gap} fill="none" />
          <path d="M-8 4-2 -4M-2 4 4 -4M4 4 10 -4" className={classes.hatch} />
        </>
      );
    case 'integrity-check':
    case 'drill':
    case 'restore':
    case 'repair':
    case 'alert':
      return <EventMark kind={kind} outcome="ok" x={0} y={0} />;
  }
}

const LESSONS = [
  { sample: sampleOf('full'), name: 'timeline.mark.full', words: 'timeline.teach.full' },
  { sample: sampleOf('changes'), name: 'timeline.mark.changes', words: 'timeline.teach.changes' },
  { sample: sampleOf('safety'), name: 'timeline.mark.safety', words: 'timeline.teach.safety' },
  { sample: <ManyMark count="9" x={0} y={0} />, name: 'timeline.mark.many', words: 'timeline.teach.many' },
  { sample: sampleOf('range'), name: 'timeline.mark.range', words: 'timeline.teach.range' },
  { sample: sampleOf('gap'), name: 'timeline.mark.gap', words: 'timeline.teach.gap' },
  { sample: <EventMark kind="drill" outcome="warning" x={0} y={0} />, name: null, words: 'timeline.teach.events' },
] as const satisfies readonly { sample: ReactNode; name: TextKey | null; words: TextKey }[];

const KEYS = ['timeline.key.move', 'timeline.key.points', 'timeline.key.zoom', 'timeline.key.open'] as const;

/** What each shape means, and the keys. */
export function HowToRead() {
  const { t } = useTexts();
  return (
    <Popover width={400} position="bottom-end" shadow="md" withRoles trapFocus>
      <Popover.Target>
        <Tooltip label={t('timeline.how')}>
          <ActionIcon aria-label={t('timeline.how')} data-testid="timeline-help">
            <IconHelpCircle size={17} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('timeline.how')} tabIndex={0} className={classes.lessons}>
        <ul>
          {LESSONS.map(({ sample, name, words }) => (
            <li key={words}>
              <Sample>{sample}</Sample>
              <span>
                {name && (
                  <Text component="span" fw={600} display="block">
                    {t(name)}
                  </Text>
                )}
                {t(words)}
              </span>
            </li>
          ))}
        </ul>
        <Text fw={600} mt="xs">
          {t('timeline.keys')}
        </Text>
        {KEYS.map((key) => (
          <Text key={key} size="xs">
            {t(key)}
          </Text>
        ))}
      </Popover.Dropdown>
    </Popover>
  );
}
