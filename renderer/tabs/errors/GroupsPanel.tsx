import { Button, Group, Menu, Pagination, Skeleton, Text } from '@mantine/core';
import { IconBug, IconDownload } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import type { ErrorGroup } from '@shared/error-groups';
import { EmptyState } from '@/components/EmptyState';
import { ErrorNotice } from '@/components/ErrorNotice';
import { Panel } from '@/components/Panel';
import { useTexts } from '@/i18n';
import { navigate } from '@/navigation';
import { useValue } from '@/value';
import { exportErrors } from './actions';
import classes from './errors.module.css';
import { FIRST_FILTER, groupFilter, isFirst, requestOf } from './filter';
import { GroupFilters } from './GroupFilters';
import { GroupRow } from './GroupRow';
import { KeyHint } from './KeyHint';
import { MergeBar } from './MergeBar';
import { limitFor, MOST_GROUPS, useErrorGroups } from './queries';
import { rowKeys } from './row-keys';

/** As many as are drawn at once: a thousand rows would take their time at every change. */
const PAGE = 20;

/** Every error that came in, as entries of the same, with filters; those that need somebody first. */
export function GroupsPanel({ types }: { types: readonly string[] }) {
  const { t, format } = useTexts();
  const filter = useValue(groupFilter);
  const [page, setPage] = useState(1);
  const query = useErrorGroups(requestOf(filter), limitFor(page * PAGE));
  const groups = query.data?.groups ?? [];
  const total = query.data?.total ?? 0;
  return (
    <Panel
      title={t('errors.groups.title')}
      testId="error-groups"
      aside={
        <Group gap="sm">
          {total > 0 && (
            <Text size="xs" c="dimmed">
              {t('errors.groups.total', { count: total, number: format.number(total) })}
            </Text>
          )}
          <ExportMenu disabled={total === 0} />
        </Group>
      }
    >
      <GroupFilters types={types} />
      {query.isPending && <Skeleton height={220} mt="sm" aria-busy />}
      {query.isError && <ErrorNotice thrown={query.error} context={{ retry: () => void query.refetch() }} />}
      {query.isSuccess && groups.length === 0 && (isFirst(filter) ? <NoGroups /> : <NoMatch />)}
      {groups.length > 0 && (
        <Groups groups={groups} total={Math.min(total, MOST_GROUPS)} wantedPage={page} setPage={setPage} />
      )}
      {total > MOST_GROUPS && (
        <Text size="xs" c="dimmed" mt="xs">
          {t('errors.groups.more', { count: total - MOST_GROUPS, number: format.number(total - MOST_GROUPS) })}
        </Text>
      )}
    </Panel>
  );
}

function NoGroups() {
  const { t } = useTexts();
  return (
    <EmptyState
      compact
      icon={<IconBug size={32} stroke={1.3} />}
      title={t('errors.groups.none')}
      detail={t('errors.groups.noneDetail')}
    >
      <Button variant="default" onClick={() => navigate({ tab: 'errors', errorsView: 'applications' })}>
        {t('errors.groups.connect')}
      </Button>
    </EmptyState>
  );
}

function NoMatch() {
  const { t } = useTexts();
  return (
    <Group mt="md" gap="sm">
      <Text c="dimmed">{t('errors.groups.noneMatch')}</Text>
      <Button variant="default" size="compact-sm" onClick={() => groupFilter.set(FIRST_FILTER)}>
        {t('errors.groups.clearFilters')}
      </Button>
    </Group>
  );
}

interface GroupsProps {
  /** As many as were asked for so far. */
  groups: readonly ErrorGroup[];
  total: number;
  wantedPage: number;
  setPage: (page: number) => void;
}

function Groups({ groups, total, wantedPage, setPage }: GroupsProps) {
  const { t } = useTexts();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const pages = Math.ceil(total / PAGE);
  const page = Math.min(wantedPage, pages);
  const shown = groups.slice((page - 1) * PAGE, page * PAGE);
  const list = useRef<HTMLUListElement>(null);
  const select = (id: string, isSelected: boolean): void => {
    const next = new Set(selected);
    if (isSelected) next.add(id);
    else next.delete(id);
    setSelected(next);
  };
  return (
    <>
      <MergeBar groups={groups.filter(({ id }) => selected.has(id))} onClear={() => setSelected(new Set())} />
      <ul
        className={classes.groups}
        ref={list}
        onKeyDown={(event) => rowKeys(list, shown, { page, pages, onPage: setPage })(event)}
      >
        {shown.map((group) => (
          <GroupRow
            key={group.id}
            group={group}
            isSelected={selected.has(group.id)}
            onSelect={(isSelected) => select(group.id, isSelected)}
          />
        ))}
      </ul>
      {shown.length === 0 && <Skeleton height={220} mt="xs" aria-busy />}
      <Group justify="space-between" mt="xs" gap="sm">
        <KeyHint keys={['↑', '↓', 'Enter', 'E', 'R']} words={t('errors.groups.keys')} />
        {pages > 1 && (
          <Pagination
            size="sm"
            total={pages}
            value={page}
            onChange={setPage}
            aria-label={t('errors.groups.pages')}
            getItemProps={(number) => ({ 'aria-label': t('errors.groups.page', { count: number }) })}
            getControlProps={(control) => ({
              'aria-label': t(control === 'previous' ? 'errors.groups.pageBefore' : 'errors.groups.pageAfter'),
            })}
          />
        )}
      </Group>
    </>
  );
}

function ExportMenu({ disabled }: { disabled: boolean }) {
  const { t } = useTexts();
  const filter = requestOf(useValue(groupFilter));
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconDownload size={14} aria-hidden />}
          disabled={disabled}
          data-testid="export-errors"
        >
          {t('errors.groups.export')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void exportErrors(filter, 'json')} data-testid="export-errors-json">
          {t('errors.groups.exportJson')}
        </Menu.Item>
        <Menu.Item onClick={() => void exportErrors(filter, 'csv')} data-testid="export-errors-csv">
          {t('errors.groups.exportCsv')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
