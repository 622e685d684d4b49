import { Button, SegmentedControl, Skeleton, Text } from '@mantine/core';
import { IconArrowLeft, IconFileText } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { LogEntry } from '@shared/logs';
import { call } from '@/api';
import { EmptyState } from '@/components/EmptyState';
import { ErrorNotice } from '@/components/ErrorNotice';
import { useTexts } from '@/i18n';
import { navigate } from '@/navigation';
import { LogList } from './LogList';
import classes from './logs.module.css';
import { pageOf } from './pages';
import { FixedRows } from './row-cache';
import { type Around, logsAround, showPatternOf } from './store';

const FIRST_COUNT = 100;
const MOST_COUNT = 500;
const NOT_SEARCHED = { text: null, isRegex: false };

interface Props {
  around: Around;
  names: ReadonlyMap<string, string>;
  wrap: boolean;
}

/** The lines before and after an entry or a moment, which is marked, and the way back. */
export function AroundView({ around, names, wrap }: Props) {
  const { t, format } = useTexts();
  const { at, atMs, sourceId, ownSourceId, back } = around;
  const [count, setCount] = useState(FIRST_COUNT);
  const query = useQuery({
    queryKey: ['logs', 'around', at, sourceId, count],
    queryFn: () => call('logs:around', { at, sourceId, count }),
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  const entries = query.data;
  const rows = useMemo(() => new FixedRows(entries ?? []), [entries]);
  const marked = entries ? placeOf(entries, around) : null;
  const backWords =
    back.errorGroupId !== undefined
      ? t('logs.around.backToError')
      : back.alertId !== undefined
        ? t('logs.around.backToAlert')
        : t('logs.around.back');
  return (
    <>
      <div className={classes.bar}>
        <Button
          variant="default"
          leftSection={<IconArrowLeft size={14} />}
          onClick={() => goBack(around)}
          data-testid="around-back"
        >
          {backWords}
        </Button>
        <Text fw={600} data-testid="around-title">
          {t('logs.around.entry', { time: format.exact(new Date(atMs).toISOString()) })}
        </Text>
        <span className={classes.end}>
          {ownSourceId !== null && (
            <SegmentedControl
              aria-label={t('logs.around.where')}
              value={sourceId === null ? 'all' : 'same'}
              data={[
                { value: 'same', label: names.get(ownSourceId) ?? t('logs.around.sameSource') },
                { value: 'all', label: t('logs.around.allSources') },
              ]}
              onChange={(value) => logsAround.set({ ...around, sourceId: value === 'all' ? null : ownSourceId })}
              data-testid="around-where"
            />
          )}
          <Button
            variant="default"
            disabled={count >= MOST_COUNT || (entries?.length ?? 0) < count}
            onClick={() => setCount(Math.min(MOST_COUNT, count * 2))}
            data-testid="around-more"
          >
            {t('logs.around.more')}
          </Button>
        </span>
      </div>
      {query.isError && <ErrorNotice thrown={query.error} context={{ retry: () => void query.refetch() }} />}
      {query.isPending && <Skeleton height={320} aria-busy />}
      {entries?.length === 0 && (
        <EmptyState
          icon={<IconFileText size={36} stroke={1.3} />}
          title={t('logs.around.none')}
          detail={t('logs.around.noneDetail')}
        />
      )}
      {entries && entries.length > 0 && (
        <LogList
          rows={rows}
          rowsKey={`around ${JSON.stringify(at)} ${sourceId ?? ''} ${entries[0]?.id ?? ''} ${entries.length}`}
          page={pageOf(rows.total, 0)}
          searched={NOT_SEARCHED}
          names={names}
          marked={marked}
          wrap={wrap}
          onAround={null}
          onPattern={showPatternOf}
        />
      )}
    </>
  );
}

/** The entry itself, else the first that is not before the moment, else the last. */
export function placeOf(entries: readonly LogEntry[], { at, atMs }: Pick<Around, 'at' | 'atMs'>): number | null {
  if (entries.length === 0) return null;
  const found =
    'entryId' in at ? entries.findIndex(({ id }) => id === at.entryId) : entries.findIndex((one) => one.atMs >= atMs);
  return found < 0 ? entries.length - 1 : found;
}

function goBack({ back: { errorGroupId, alertId } }: Around): void {
  logsAround.set(null);
  if (errorGroupId !== undefined) navigate({ tab: 'errors', errorsView: 'errors', errorGroupId });
  else if (alertId !== undefined) navigate({ tab: 'status', view: 'alerts', alertId });
  else navigate({ tab: 'errors', errorsView: 'logs' });
}
