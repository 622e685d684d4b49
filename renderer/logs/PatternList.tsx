import { Skeleton, Text, UnstyledButton } from '@mantine/core';
import { IconSparkles, IconStack2 } from '@tabler/icons-react';
import type { LogPattern } from '@shared/logs';
import { EmptyState } from '@/components/EmptyState';
import { ErrorNotice } from '@/components/ErrorNotice';
import { TimeText } from '@/components/TimeText';
import { useTexts } from '@/i18n';
import { firstLine, visible } from './highlight';
import { LevelMark } from './LevelMark';
import classes from './logs.module.css';
import { type Found, usePatterns } from './queries';
import { showPattern } from './store';

const SHOWN_CHARACTERS = 400;

/** What was found, put together by what it says: a thousand entries that differ in numbers are one line. */
export function PatternList({ found, names }: { found: Found | null; names: ReadonlyMap<string, string> }) {
  const { t } = useTexts();
  const query = usePatterns(found);
  if (query.isError) return <ErrorNotice thrown={query.error} context={{ retry: () => void query.refetch() }} />;
  if (!query.data) return <Skeleton height={240} aria-busy />;
  if (query.data.length === 0) {
    return (
      <EmptyState
        icon={<IconStack2 size={36} stroke={1.3} />}
        title={t('logs.patterns.none')}
        detail={t('logs.noneDetail')}
      />
    );
  }
  const total = found?.result.total ?? 0;
  return (
    <ul className={classes.patterns} aria-label={t('logs.patterns.label')} data-testid="log-patterns" tabIndex={0}>
      {query.data.map((pattern) => (
        <PatternRow
          key={`${pattern.sourceId} ${pattern.id}`}
          pattern={pattern}
          share={total > 0 ? Math.min(1, pattern.count / total) : 0}
          sourceName={names.get(pattern.sourceId) ?? ''}
        />
      ))}
    </ul>
  );
}

interface RowProps {
  pattern: LogPattern;
  /** Of what was found, 0…1. */
  share: number;
  sourceName: string;
}

function PatternRow({ pattern, share, sourceName }: RowProps) {
  const { t, format } = useTexts();
  const { id, sourceId, text, level, count, isNew, firstSeenMs, lastSeenMs, sample } = pattern;
  return (
    <li className={classes.patternRow} data-testid="pattern-row" data-new={isNew || undefined}>
      <div className={classes.patternCount}>
        <UnstyledButton
          className={classes.patternLink}
          onClick={() => showPattern(id, sourceId)}
          aria-label={`${t('logs.patterns.show')}: ${t('logs.patterns.similar', { entries: format.number(count) })}, ${text}`}
          data-testid="show-pattern"
        >
          {t('logs.patterns.similar', { entries: format.number(count) })}
        </UnstyledButton>
        <div className={classes.share} title={t('logs.patterns.share', { share: format.percent(share) })}>
          <div style={{ width: `${share * 100}%` }} />
        </div>
      </div>
      <LevelMark level={level ?? 'NONE'} />
      <div style={{ minWidth: 0 }}>
        <span className={`${classes.patternWords} hf-selectable`}>{visible(firstLine(text, SHOWN_CHARACTERS))}</span>
        <Text size="xs" c="dimmed" truncate className="hf-selectable">
          {t('logs.patterns.sample', { text: visible(firstLine(sample, SHOWN_CHARACTERS)) })}
        </Text>
        <Text size="xs" c="dimmed">
          {isNew && (
            <span className={classes.isNew}>
              <IconSparkles size={13} aria-hidden /> {t('logs.patterns.isNew')}
              {' · '}
            </span>
          )}
          {sourceName} · <TimeText iso={new Date(firstSeenMs).toISOString()} /> –{' '}
          <TimeText iso={new Date(lastSeenMs).toISOString()} />
        </Text>
      </div>
    </li>
  );
}
