import { Button, Group, Skeleton, Text, TextInput } from '@mantine/core';
import { IconPlus, IconSearch, IconWorldCheck } from '@tabler/icons-react';
import { useState } from 'react';
import type { ChartEvent } from '@shared/metrics';
import type { ProbeStatus } from '@shared/monitoring';
import { EmptyState } from '@/components/EmptyState';
import { ErrorNotice } from '@/components/ErrorNotice';
import { Mark } from '@/components/Mark';
import { useTexts } from '@/i18n';
import classes from '../performance.module.css';
import { useProbes } from '../queries';
import { refreshProbes } from './actions';
import { byState } from './order';
import { ProbeEditor } from './ProbeEditor';
import { ProbeTable } from './ProbeTable';

/** From here on a list is searched rather than read. */
const MANY = 10;

/** Services that are probed: which are well, how fast they answer, how often they were there. */
export function ServicesView({ events }: { events: readonly ChartEvent[] }) {
  const { t } = useTexts();
  const probes = useProbes();
  const [edited, setEdited] = useState<ProbeStatus | 'new' | null>(null);
  const add = (
    <Button leftSection={<IconPlus size={15} />} onClick={() => setEdited('new')} data-testid="add-probe">
      {t('performance.probe.add')}
    </Button>
  );
  return (
    <>
      {probes.isError && <ErrorNotice thrown={probes.error} context={{ retry: () => void probes.refetch() }} />}
      {probes.isPending && <Skeleton height={320} aria-busy />}
      {probes.data?.length === 0 && (
        <EmptyState
          icon={<IconWorldCheck size={40} stroke={1.3} />}
          title={t('performance.probe.none')}
          detail={t('performance.probe.noneDetail')}
        >
          {add}
        </EmptyState>
      )}
      {probes.data && probes.data.length > 0 && (
        <ProbeList probes={probes.data} events={events} onEdit={setEdited} add={add} />
      )}
      <ProbeEditor
        edited={edited}
        onClose={() => setEdited(null)}
        onSaved={() => {
          setEdited(null);
          refreshProbes();
        }}
      />
    </>
  );
}

interface ListProps {
  probes: readonly ProbeStatus[];
  events: readonly ChartEvent[];
  onEdit: (probe: ProbeStatus) => void;
  add: React.ReactNode;
}

function ProbeList({ probes, events, onEdit, add }: ListProps) {
  const { t } = useTexts();
  const [search, setSearch] = useState('');
  const down = probes.filter(({ state }) => state === 'down').length;
  const watched = probes.filter(({ state }) => state !== 'paused').length;
  const wanted = search.trim().toLocaleLowerCase();
  const shown = probes.filter(({ config }) => config.name.toLocaleLowerCase().includes(wanted)).sort(byState);
  return (
    <section className={classes.surface}>
      <Group justify="space-between" wrap="nowrap" mb="sm">
        <Mark tone={down > 0 ? 'bad' : 'ok'}>
          {down > 0
            ? t('performance.probe.someDown', { count: down, all: watched })
            : t('performance.probe.allUp', { count: watched })}
        </Mark>
        <Group gap="sm" wrap="nowrap">
          {probes.length > MANY && (
            <TextInput
              w={200}
              leftSection={<IconSearch size={14} />}
              placeholder={t('performance.probe.search')}
              aria-label={t('performance.probe.search')}
              value={search}
              onChange={(event) => setSearch(event.currentTarget.value)}
            />
          )}
          {add}
        </Group>
      </Group>
      <ProbeTable probes={shown} events={events} onEdit={onEdit} />
      {shown.length === 0 && (
        <Text c="dimmed" ta="center" py="lg">
          {t('performance.probe.notFound')}
        </Text>
      )}
    </section>
  );
}
