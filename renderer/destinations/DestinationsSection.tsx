import { Button, Skeleton, Text } from '@mantine/core';
import { IconCopyCheck, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { DestinationStatus } from '@shared/destinations';
import { EmptyState } from '@/components/EmptyState';
import { ErrorNotice } from '@/components/ErrorNotice';
import { Panel } from '@/components/Panel';
import { useTexts } from '@/i18n';
import { DestinationEditor } from './DestinationEditor';
import { DestinationRow } from './DestinationRow';
import classes from './destinations.module.css';
import { useDestinations } from './queries';

/** Where copies of the restore points go. */
export function DestinationsSection() {
  const { t } = useTexts();
  const query = useDestinations();
  const [edited, setEdited] = useState<DestinationStatus | 'new' | null>(null);
  const destinations = query.data ?? [];
  const add = (
    <Button
      variant={destinations.length === 0 ? 'filled' : 'default'}
      leftSection={<IconPlus size={15} aria-hidden />}
      onClick={() => setEdited('new')}
      data-testid="add-destination"
    >
      {t('destinations.add')}
    </Button>
  );
  return (
    <Panel
      title={t('destinations.label')}
      testId="settings-destinations"
      aside={destinations.length > 0 ? add : undefined}
    >
      {query.isPending && <Skeleton height={96} aria-busy />}
      {query.isError && <ErrorNotice thrown={query.error} context={{ retry: () => void query.refetch() }} />}
      {query.isSuccess && destinations.length === 0 && (
        <EmptyState
          icon={<IconCopyCheck size={36} stroke={1.4} />}
          title={t('destinations.emptyTitle')}
          detail={t('destinations.emptyDetail')}
        >
          {add}
        </EmptyState>
      )}
      {destinations.length > 0 && (
        <>
          <Text c="dimmed" size="xs">
            {t('destinations.effect')}
          </Text>
          <ul className={classes.list}>
            {destinations.map((destination) => (
              <DestinationRow key={destination.id} destination={destination} onEdit={() => setEdited(destination)} />
            ))}
          </ul>
        </>
      )}
      <DestinationEditor edited={edited} destinations={destinations} onClose={() => setEdited(null)} />
    </Panel>
  );
}
