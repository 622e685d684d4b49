import { Button, SegmentedControl, Select, Skeleton, Table, Text, TextInput, UnstyledButton } from '@mantine/core';
import { IconArrowLeft, IconBell, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { AlertView } from '@shared/alerting';
import { SEVERITIES } from '@shared/errors';
import { EmptyState } from '@/components/EmptyState';
import { ErrorNotice } from '@/components/ErrorNotice';
import { Mark } from '@/components/Mark';
import { Panel } from '@/components/Panel';
import { StampText } from '@/components/TimeText';
import { useNow } from '@/format/now';
import { useTexts } from '@/i18n';
import { navigate } from '@/navigation';
import { SEVERITY_TONE } from '@/tone';
import { alertTitle, STATE_TONE } from './alert-words';
import classes from './alerts.module.css';
import { useAlertHistory } from './queries';
import { type AlertFilter, filterAlerts } from './select';

const STATES = ['open', 'resolved', 'all'] as const satisfies readonly AlertFilter['state'][];
const STATE_KEYS = { open: 'alerts.stateOpen', resolved: 'alerts.stateResolved', all: 'alerts.stateAll' } as const;
const ANY = 'any';
/** More rows than this are slow to draw and nobody reads them. */
const MOST_ROWS = 200;

/** Every alert that is kept, open and resolved, with filters. */
export function AlertHistory() {
  const texts = useTexts();
  const { t } = texts;
  const [filter, setFilter] = useState<AlertFilter>({ state: 'all', severity: null, search: '' });
  const query = useAlertHistory();
  const all = query.alerts ?? [];
  const shown = filterAlerts(all, filter, (alert) => alertTitle(alert, texts));
  return (
    <div className={classes.page}>
      <div>
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          leftSection={<IconArrowLeft size={15} aria-hidden />}
          onClick={() => navigate({ tab: 'status' })}
          data-testid="back-to-status"
        >
          {t('alerts.backToStatus')}
        </Button>
      </div>
      <Panel title={t('alerts.allTitle')} testId="alert-history">
        <Filters filter={filter} onChange={setFilter} />
        {query.isPending && <Skeleton height={200} mt="md" aria-busy />}
        {query.isError && <ErrorNotice thrown={query.error} context={{ retry: () => void query.refetch() }} />}
        {query.isSuccess && all.length === 0 && (
          <EmptyState
            icon={<IconBell size={40} stroke={1.3} />}
            title={t('alerts.noneKept')}
            detail={t('alerts.noneKeptDetail')}
          >
            <Button variant="default" onClick={() => navigate({ tab: 'settings', section: 'rules' })}>
              {t('alerts.toRules')}
            </Button>
          </EmptyState>
        )}
        {all.length > 0 && shown.length === 0 && (
          <Text c="dimmed" mt="md">
            {t('alerts.noneMatch')}
          </Text>
        )}
        {shown.length > 0 && <Rows alerts={shown.slice(0, MOST_ROWS)} />}
        {shown.length > MOST_ROWS && (
          <Text c="dimmed" size="xs" mt="sm">
            {t('alerts.more', { count: shown.length - MOST_ROWS })}
          </Text>
        )}
      </Panel>
    </div>
  );
}

function Filters({ filter, onChange }: { filter: AlertFilter; onChange: (filter: AlertFilter) => void }) {
  const { t, shared } = useTexts();
  return (
    <div className={classes.filters}>
      <SegmentedControl
        aria-label={t('alerts.filterState')}
        value={filter.state}
        data={STATES.map((value) => ({ value, label: t(STATE_KEYS[value]) }))}
        onChange={(chosen) => onChange({ ...filter, state: STATES.find((state) => state === chosen) ?? 'all' })}
        data-testid="filter-state"
      />
      <Select
        aria-label={t('alerts.filterSeverity')}
        w={170}
        value={filter.severity ?? ANY}
        data={[
          { value: ANY, label: t('alerts.anySeverity') },
          ...SEVERITIES.toReversed().map((value) => ({ value, label: shared(`severity.${value}`) })),
        ]}
        onChange={(chosen) => onChange({ ...filter, severity: SEVERITIES.find((one) => one === chosen) ?? null })}
        data-testid="filter-severity"
      />
      <TextInput
        aria-label={t('alerts.search')}
        placeholder={t('alerts.search')}
        leftSection={<IconSearch size={14} aria-hidden />}
        style={{ flex: '1 1 200px' }}
        value={filter.search}
        onChange={(event) => onChange({ ...filter, search: event.currentTarget.value })}
        data-testid="filter-search"
      />
    </div>
  );
}

function Rows({ alerts }: { alerts: AlertView[] }) {
  const texts = useTexts();
  const { t, shared, format } = texts;
  const now = useNow();
  return (
    <Table.ScrollContainer minWidth={660} mt="sm">
      <Table className={classes.table} verticalSpacing={6} horizontalSpacing="xs" highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={96}>{t('alerts.filterSeverity')}</Table.Th>
            <Table.Th>{t('alerts.columnAlert')}</Table.Th>
            <Table.Th>{t('alerts.filterState')}</Table.Th>
            <Table.Th>{t('alerts.columnBegan')}</Table.Th>
            <Table.Th ta="right">{t('alerts.columnLasted')}</Table.Th>
            <Table.Th ta="right">{t('alerts.columnTold')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {alerts.map((alert) => (
            <Table.Tr key={alert.id} data-testid="history-row" data-state={alert.state}>
              <Table.Td>
                <Mark tone={SEVERITY_TONE[alert.severity]} size="xs">
                  {shared(`severity.${alert.severity}`)}
                </Mark>
              </Table.Td>
              <Table.Td>
                <UnstyledButton
                  className={classes.plainTitle}
                  onClick={() => navigate({ tab: 'status', view: 'alerts', alertId: alert.id })}
                >
                  {alertTitle(alert, texts)}
                </UnstyledButton>
              </Table.Td>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>
                <Mark tone={STATE_TONE[alert.state]} size="xs">
                  {shared(`alertState.${alert.state}`)}
                </Mark>
              </Table.Td>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>
                <StampText iso={alert.startedAt} />
              </Table.Td>
              <Table.Td ta="right" style={{ whiteSpace: 'nowrap' }}>
                {format.shortDuration(
                  (alert.resolvedAt === null ? now : Date.parse(alert.resolvedAt)) - Date.parse(alert.startedAt),
                )}
              </Table.Td>
              <Table.Td ta="right">{format.number(alert.notifications)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
