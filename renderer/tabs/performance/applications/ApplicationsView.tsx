import { Button, Skeleton } from '@mantine/core';
import { IconApi, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { ChartEvent } from '@shared/metrics';
import type { ApplicationStatus } from '@shared/monitoring';
import { EmptyState } from '@/components/EmptyState';
import { ErrorNotice } from '@/components/ErrorNotice';
import { Mark } from '@/components/Mark';
import { SideEntry, SideList, SideNote } from '@/components/SideList';
import { useTexts } from '@/i18n';
import type { Tone } from '@/tone';
import { useApplications } from '../queries';
import { refreshApplications } from './actions';
import { ApplicationDetails } from './ApplicationDetails';
import { ConnectDrawer } from './ConnectDrawer';

export const APPLICATION_TONE: Record<ApplicationStatus['state'], Tone> = {
  receiving: 'ok',
  silent: 'warn',
  failing: 'bad',
  paused: 'muted',
};

/** The views of the tab and the range of its charts. */
const BELOW_PX = 100;

/** Applications that send metrics or whose metrics are fetched, and the course of their series. */
export function ApplicationsView({ events }: { events: readonly ChartEvent[] }) {
  const { t } = useTexts();
  const applications = useApplications();
  const [edited, setEdited] = useState<ApplicationStatus | 'new' | null>(null);
  const connect = (
    <Button
      leftSection={<IconPlus size={15} />}
      onClick={() => setEdited('new')}
      data-testid="connect-application-open"
    >
      {t('performance.app.connectDots')}
    </Button>
  );
  return (
    <>
      {applications.isError && (
        <ErrorNotice thrown={applications.error} context={{ retry: () => void applications.refetch() }} />
      )}
      {applications.isPending && <Skeleton height={320} aria-busy />}
      {applications.data?.length === 0 && (
        <EmptyState
          icon={<IconApi size={40} stroke={1.3} />}
          title={t('performance.app.none')}
          detail={t('performance.app.noneDetail')}
        >
          {connect}
        </EmptyState>
      )}
      {applications.data && applications.data.length > 0 && (
        <Applications applications={applications.data} events={events} connect={connect} onEdit={setEdited} />
      )}
      <ConnectDrawer
        edited={edited}
        onClose={() => setEdited(null)}
        onSaved={() => {
          setEdited(null);
          refreshApplications();
        }}
      />
    </>
  );
}

interface Props {
  applications: readonly ApplicationStatus[];
  events: readonly ChartEvent[];
  connect: React.ReactNode;
  onEdit: (application: ApplicationStatus) => void;
}

function Applications({ applications, events, connect, onEdit }: Props) {
  const { t } = useTexts();
  const [chosen, setChosen] = useState<string | null>(null);
  const application = applications.find(({ name }) => name === chosen) ?? applications[0];
  return (
    <SideList
      label={t('performance.views.applications')}
      action={connect}
      belowPx={BELOW_PX}
      entries={applications.map(({ name, state, scrape, series }) => (
        <SideEntry
          key={`${scrape?.id ?? ''} ${name}`}
          name={name}
          isChosen={name === application?.name}
          onChoose={() => setChosen(name)}
          testId={`application-${name}`}
        >
          <Mark tone={APPLICATION_TONE[state]} size="xs">
            {t(`performance.app.states.${state}`)}
          </Mark>
          <SideNote>
            {t(scrape ? 'performance.app.fetched' : 'performance.app.pushes')} ·{' '}
            {t('performance.app.series', { count: series })}
          </SideNote>
        </SideEntry>
      ))}
    >
      {application && (
        <ApplicationDetails key={application.name} application={application} events={events} onEdit={onEdit} />
      )}
    </SideList>
  );
}
