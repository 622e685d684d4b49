import { Button, Group, Skeleton, Text } from '@mantine/core';
import { IconFileText, IconStack2 } from '@tabler/icons-react';
import type { LogEntry, LogQuery } from '@shared/logs';
import { CopyButton } from '@/components/CopyButton';
import { ErrorNotice } from '@/components/ErrorNotice';
import { PathText } from '@/components/PathText';
import { useTexts } from '@/i18n';
import type { RowActions } from './LogList';
import classes from './logs.module.css';
import { MarkedText } from './MarkedText';
import { useEntryText } from './queries';

/** More is not read here, and slow to draw; it can be copied. */
const DRAWN_CHARACTERS = 60_000;
/** What can be copied at once. */
const COPIED_CHARACTERS = 100_000;

interface Props extends RowActions {
  entry: LogEntry;
  sourceName: string | undefined;
  searched: Pick<LogQuery, 'text' | 'isRegex'>;
}

/** The whole entry, where it stands, and what it leads to. */
export function EntryDetails({ entry, sourceName, searched, onAround, onPattern }: Props) {
  const { t, format } = useTexts();
  const query = useEntryText(entry.id);
  const text = query.data;
  return (
    <div className={classes.entry} data-testid="log-entry">
      <div className={classes.entryFacts}>
        <Text size="xs" c="dimmed">
          {[format.exact(new Date(entry.atMs).toISOString()), sourceName, entry.logger].filter(Boolean).join(' · ')}
          {!entry.hasOwnTime && ` · ${t('logs.list.noTime')}`}
        </Text>
        <PathText path={entry.file} />
      </div>
      {query.isError && <ErrorNotice thrown={query.error} context={{ retry: () => void query.refetch() }} />}
      {query.isPending && <Skeleton height={Math.min(12, entry.lines) * 17 + 16} aria-busy />}
      {text !== undefined && (
        <pre
          className={`${classes.whole} hf-selectable`}
          tabIndex={0}
          aria-label={t('logs.list.text')}
          data-testid="log-text"
        >
          <MarkedText text={text.slice(0, DRAWN_CHARACTERS)} searched={searched} />
        </pre>
      )}
      {text !== undefined && text.length > DRAWN_CHARACTERS && (
        <Text size="xs" c="dimmed">
          {t('logs.list.cut')}
        </Text>
      )}
      <Group gap="xs">
        {text !== undefined && <CopyButton text={text.slice(0, COPIED_CHARACTERS)} what={t('logs.list.copy')} />}
        {onAround && (
          <Button
            variant="default"
            size="compact-xs"
            leftSection={<IconFileText size={13} />}
            onClick={() => onAround(entry)}
            data-testid="lines-around"
          >
            {t('logs.list.around')}
          </Button>
        )}
        <Button
          variant="default"
          size="compact-xs"
          leftSection={<IconStack2 size={13} />}
          onClick={() => onPattern(entry)}
          data-testid="entries-like"
        >
          {t('logs.list.similar')}
        </Button>
      </Group>
    </div>
  );
}
