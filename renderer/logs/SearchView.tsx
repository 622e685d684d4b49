import { Button, SegmentedControl, Skeleton, Switch, Text } from '@mantine/core';
import { IconArrowDown, IconFileText, IconPlus } from '@tabler/icons-react';
import { type RefObject, useCallback, useMemo, useState } from 'react';
import type { LogEntry, LogSourceStatus } from '@shared/logs';
import { errorViewOf } from '@/api';
import { EmptyState } from '@/components/EmptyState';
import { ErrorNotice } from '@/components/ErrorNotice';
import { Mark } from '@/components/Mark';
import { ToneIcon } from '@/components/ToneIcon';
import { useTexts } from '@/i18n';
import { useValue } from '@/value';
import { ALL_ENTRIES, choosesEverything } from './filters';
import { Filters } from './Filters';
import { Histogram } from './Histogram';
import { LogList } from './LogList';
import classes from './logs.module.css';
import { type Page, pageOf } from './pages';
import { PatternList } from './PatternList';
import { type Found, useHistogram, useLogsRevision, useSearch } from './queries';
import { SearchBar } from './SearchBar';
import type { SourcesShown } from './SourcesDrawer';
import { changeFilters, logFilters, logPart, logsAround, showPatternOf, wrapLines } from './store';
import { useFollowing, useRows } from './use-rows';
import { useKept } from './use-kept';
import { SOURCE_TONE, worstState } from './words';

const BUCKETS = 90;
const PARTS = ['lines', 'patterns'] as const;

interface Props {
  sources: readonly LogSourceStatus[];
  names: ReadonlyMap<string, string>;
  field: RefObject<HTMLInputElement | null>;
  onSources: (shown: SourcesShown) => void;
}

/** What is searched for, when it happened, and the entries or their patterns. */
export function SearchView({ sources, names, field, onSources }: Props) {
  const filters = useValue(logFilters);
  const part = useValue(logPart);
  const [searches, setSearches] = useState(0);
  const [follow, setFollow] = useState(false);
  const again = useCallback(() => setSearches((count) => count + 1), []);
  const question = useMemo(() => ({ filters, number: searches }), [filters, searches]);
  const { found, error, isPending } = useSearch(question);
  const { data: histogram } = useHistogram(found, BUCKETS);
  useFollowing(found, isPending, follow || found?.result.total === 0, again);
  const isRefused = error !== null && errorViewOf(error).code === 'LOG_SEARCH_INVALID';
  return (
    <>
      <SearchBar
        field={field}
        refused={isRefused ? error : null}
        follow={follow}
        onFollow={(on) => {
          setFollow(on);
          if (on) again();
        }}
      />
      <Filters histogram={histogram} sources={sources} />
      <Histogram histogram={histogram} onNarrow={(fromMs, toMs) => changeFilters({ range: 'own', fromMs, toMs })} />
      <Summary found={found} sources={sources} follow={follow} onNew={again} onSources={onSources} />
      {error !== null && !isRefused && <ErrorNotice thrown={error} context={{ retry: again }} />}
      {part === 'patterns' ? (
        <PatternList found={found} names={names} />
      ) : (
        <Lines
          found={found}
          hasFailed={error !== null}
          names={names}
          onGone={again}
          onHold={() => setFollow(false)}
          onAdd={sources.length <= 1 ? () => onSources('new') : null}
        />
      )}
    </>
  );
}

interface SummaryProps {
  found: Found | null;
  sources: readonly LogSourceStatus[];
  follow: boolean;
  onNew: () => void;
  onSources: (shown: SourcesShown) => void;
}

/** How much was found, what of it is shown, and how the logs are doing. */
function Summary({ found, sources, follow, onNew, onSources }: SummaryProps) {
  const { t, format } = useTexts();
  const part = useValue(logPart);
  const wrap = useValue(wrapLines);
  const revision = useLogsRevision();
  const hasNew = !follow && found !== null && found.result.total > 0 && found.revision !== revision;
  return (
    <div className={classes.bar}>
      <SegmentedControl
        aria-label={t('logs.parts.label')}
        value={part}
        data={PARTS.map((value) => ({ value, label: t(`logs.parts.${value}`) }))}
        onChange={(value) => logPart.set(value === 'patterns' ? 'patterns' : 'lines')}
        data-testid="log-parts"
      />
      <Text fw={600} aria-live="polite" data-testid="log-total">
        {found && t('logs.total', { count: found.result.total, lines: format.number(found.result.total) })}
      </Text>
      {found?.result.isWhole === false && <Mark tone="warn">{t('logs.notWhole')}</Mark>}
      {hasNew && (
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconArrowDown size={14} />}
          onClick={onNew}
          data-testid="new-lines"
        >
          {t('logs.newLines')}
        </Button>
      )}
      <span className={classes.end}>
        {part === 'lines' && (
          <Switch
            label={t('logs.wrap')}
            checked={wrap}
            onChange={(event) => wrapLines.set(event.currentTarget.checked)}
            data-testid="log-wrap"
          />
        )}
        <Button
          variant="default"
          leftSection={<ToneIcon tone={SOURCE_TONE[worstState(sources)]} size={15} />}
          onClick={() => onSources('list')}
          data-testid="show-sources"
        >
          {t('logs.sources.button')} ({format.number(sources.length)})
        </Button>
      </span>
    </div>
  );
}

interface LinesProps {
  found: Found | null;
  hasFailed: boolean;
  names: ReadonlyMap<string, string>;
  onGone: () => void;
  onHold: () => void;
  /** Null when a log was added already. */
  onAdd: (() => void) | null;
}

function Lines({ found, hasFailed, names, onGone, onHold, onAdd }: LinesProps) {
  const { t } = useTexts();
  const wrap = useValue(wrapLines);
  const rows = useRows(found, onGone);
  const rowsKey = found?.result.resultId ?? '';
  const [chosenPage, setPage] = useKept<number | null>(rowsKey, null);
  if (!found || !rows) return hasFailed ? null : <Skeleton className={classes.listSkeleton} aria-busy />;
  if (found.result.total === 0) return <Nothing onAdd={onAdd} />;
  const page = pageOf(found.result.total, chosenPage);
  return (
    <>
      {onAdd && (
        <div className={classes.hint}>
          <Text c="dimmed">
            {t('logs.empty')} {t('logs.emptyDetail')}
          </Text>
          <AddButton onAdd={onAdd} />
        </div>
      )}
      {page.of > 1 && <Pages page={page} total={found.result.total} onPage={setPage} />}
      <LogList
        rows={rows}
        rowsKey={rowsKey}
        page={page}
        searched={found.query}
        names={names}
        marked={null}
        wrap={wrap}
        onHold={onHold}
        onAround={lookAround}
        onPattern={showPatternOf}
      />
    </>
  );
}

function lookAround({ id, atMs, sourceId }: LogEntry): void {
  logsAround.set({ at: { entryId: id }, atMs, sourceId, ownSourceId: sourceId, back: {} });
}

function AddButton({ onAdd }: { onAdd: () => void }) {
  const { t } = useTexts();
  return (
    <Button leftSection={<IconPlus size={14} />} onClick={onAdd} style={{ flexShrink: 0 }} data-testid="add-first-log">
      {t('logs.sources.add')}
    </Button>
  );
}

function Nothing({ onAdd }: { onAdd: (() => void) | null }) {
  const { t } = useTexts();
  const filters = useValue(logFilters);
  const icon = <IconFileText size={36} stroke={1.3} />;
  if (!choosesEverything(filters)) {
    return (
      <EmptyState icon={icon} title={t('logs.none')} detail={t('logs.noneDetail')}>
        <Button variant="default" onClick={() => logFilters.set(ALL_ENTRIES)} data-testid="show-all-logs">
          {t('logs.showAll')}
        </Button>
      </EmptyState>
    );
  }
  return onAdd ? (
    <EmptyState icon={icon} title={t('logs.empty')} detail={t('logs.emptyDetail')}>
      <AddButton onAdd={onAdd} />
    </EmptyState>
  ) : (
    <EmptyState icon={icon} title={t('logs.noLines')} detail={t('logs.noLinesDetail')} />
  );
}

/** The way through a list that is too long to be drawn as one. */
function Pages({ page, total, onPage }: { page: Page; total: number; onPage: (page: number) => void }) {
  const { t, format } = useTexts();
  return (
    <div className={classes.bar} data-testid="log-pages">
      <Button variant="default" size="compact-sm" disabled={page.number === 0} onClick={() => onPage(page.number - 1)}>
        {t('logs.pages.earlier')}
      </Button>
      <Text>
        {t('logs.pages.shown', {
          from: format.number(page.from + 1),
          to: format.number(page.to),
          total: format.number(total),
        })}
      </Text>
      <Button
        variant="default"
        size="compact-sm"
        disabled={page.number === page.of - 1}
        onClick={() => onPage(page.number + 1)}
      >
        {t('logs.pages.later')}
      </Button>
    </div>
  );
}
