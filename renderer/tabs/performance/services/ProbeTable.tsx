import { ActionIcon, Menu, Table, Text, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight, IconDots } from '@tabler/icons-react';
import { memo, useMemo, useState } from 'react';
import type { ChartEvent } from '@shared/metrics';
import type { ProbeStatus } from '@shared/monitoring';
import { describeError } from '@shared/text';
import { Mark } from '@/components/Mark';
import { useTexts } from '@/i18n';
import { Sparkline } from '../Sparkline';
import { removeProbe, setProbeEnabled } from './actions';
import { certificateEndsSoon, PROBE_TONE } from './order';
import { probeTarget } from './probe-draft';
import { ProbeDetails } from './ProbeDetails';
import classes from './services.module.css';

interface Props {
  probes: readonly ProbeStatus[];
  events: readonly ChartEvent[];
  onEdit: (probe: ProbeStatus) => void;
}

/** Probes, one line each; a line opens into charts. */
export function ProbeTable({ probes, events, onEdit }: Props) {
  const { t } = useTexts();
  const [openId, setOpenId] = useState<string | null>(null);
  return (
    <Table verticalSpacing={5} horizontalSpacing="xs" className={classes.table} data-testid="probes">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('performance.probe.service')}</Table.Th>
          <Table.Th w={112}>{t('performance.probe.state')}</Table.Th>
          <Table.Th w={152}>{t('performance.line.responseTime')}</Table.Th>
          <Table.Th w={174}>
            {t('performance.probe.availability')}
            <span className={classes.shares}>
              <span>{t('performance.range.24h')}</span>
              <span>{t('performance.range.7d')}</span>
              <span>{t('performance.range.30d')}</span>
            </span>
          </Table.Th>
          <Table.Th w={84}>{t('performance.probe.certificate')}</Table.Th>
          <Table.Th w={34}>
            <span className="hf-visually-hidden">{t('performance.form.actions')}</span>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {probes.map((probe) => (
          <ProbeRows
            key={probe.id}
            probe={probe}
            open={probe.id === openId}
            onToggle={() => setOpenId(probe.id === openId ? null : probe.id)}
            onEdit={onEdit}
            events={events}
          />
        ))}
      </Table.Tbody>
    </Table>
  );
}

interface RowProps {
  probe: ProbeStatus;
  open: boolean;
  onToggle: () => void;
  onEdit: (probe: ProbeStatus) => void;
  events: readonly ChartEvent[];
}

function ProbeRows({ probe, open, onToggle, onEdit, events }: RowProps) {
  const { t, shared, format } = useTexts();
  const { config, state, last, availability } = probe;
  const Chevron = open ? IconChevronDown : IconChevronRight;
  const error = state === 'down' && last?.error ? describeError(shared, last.error) : null;
  const share = (value: number | null): string => (value === null ? '–' : format.availability(value));
  const days = last?.certificateDays ?? null;
  return (
    <>
      <Table.Tr data-testid={`probe-${config.name}`} data-state={state} data-joined={error !== null || open}>
        <Table.Td className={classes.nameCell}>
          <UnstyledButton className={classes.toggle} aria-expanded={open} onClick={onToggle}>
            <Chevron size={15} aria-hidden />
            <span className={classes.name}>
              <b>{config.name}</b>
              <Text component="span" size="xs" c="dimmed" truncate title={probeTarget(config)}>
                {probeTarget(config).replace(/^https?:\/\//, '')}
              </Text>
            </span>
          </UnstyledButton>
        </Table.Td>
        <Table.Td>
          <Mark tone={PROBE_TONE[state]}>{t(`performance.probe.states.${state}`)}</Mark>
        </Table.Td>
        <Table.Td>
          <span className={classes.response}>
            <RecentCourse recent={probe.recent} intervalMs={config.intervalSeconds * 1000} />
            <span>{last?.ok ? format.metric(last.timeMs, 'milliseconds') : '–'}</span>
          </span>
        </Table.Td>
        <Table.Td>
          <span className={classes.shares}>
            <span>{share(availability.day)}</span>
            <span>{share(availability.week)}</span>
            <span>{share(availability.month)}</span>
          </span>
        </Table.Td>
        <Table.Td>
          {days === null ? (
            <span className="hf-tone-muted">–</span>
          ) : certificateEndsSoon(probe) ? (
            <Mark tone="warn">{format.metric(days, 'days')}</Mark>
          ) : (
            format.metric(days, 'days')
          )}
        </Table.Td>
        <Table.Td>
          <ProbeMenu probe={probe} onEdit={onEdit} />
        </Table.Td>
      </Table.Tr>
      {error && (
        <Table.Tr data-joined={open}>
          <Table.Td colSpan={6} className={classes.errorCell}>
            <Text size="xs" className="hf-selectable">
              <span className="hf-tone-bad">{error.what}</span> {error.action}
            </Text>
          </Table.Td>
        </Table.Tr>
      )}
      {open && (
        <Table.Tr>
          <Table.Td colSpan={6}>
            <ProbeDetails probe={probe} events={events} />
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}

/** Response times of the last tries; failures are breaks. */
const RecentCourse = memo(function RecentCourse({
  recent,
  intervalMs,
}: {
  recent: ProbeStatus['recent'];
  intervalMs: number;
}) {
  const course = useMemo(
    () => ({
      times: Float64Array.from(recent, ({ atMs }) => atMs),
      values: Float64Array.from(recent, ({ ok, timeMs }) => (ok ? timeMs : Number.NaN)),
      joinMs: intervalMs * 2.5,
      broken: true,
    }),
    [recent, intervalMs],
  );
  const most = Math.max(0, ...recent.filter(({ ok }) => ok).map(({ timeMs }) => timeMs));
  return (
    <span className={classes.spark}>
      <Sparkline course={course} most={most * 1.1} />
    </span>
  );
});

function ProbeMenu({ probe, onEdit }: { probe: ProbeStatus; onEdit: (probe: ProbeStatus) => void }) {
  const { t } = useTexts();
  const paused = probe.state === 'paused';
  const label = t('performance.form.actionsOf', { name: probe.config.name });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon size="sm" aria-label={label} data-testid={`probe-menu-${probe.config.name}`}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => onEdit(probe)}>{t('performance.form.edit')}</Menu.Item>
        <Menu.Item onClick={() => void setProbeEnabled(probe, paused)}>
          {t(paused ? 'performance.form.resume' : 'performance.form.pause')}
        </Menu.Item>
        <Menu.Item color="var(--hf-bad)" onClick={() => void removeProbe(probe)}>
          {t('performance.form.removeDots')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
