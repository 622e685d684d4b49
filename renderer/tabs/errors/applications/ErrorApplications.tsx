import { Button, Skeleton } from '@mantine/core';
import { IconPlugConnected, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { ErrorApplication } from '@shared/error-groups';
import { EmptyState } from '@/components/EmptyState';
import { ErrorNotice } from '@/components/ErrorNotice';
import { SideEntry, SideList, SideNote } from '@/components/SideList';
import { TimeText } from '@/components/TimeText';
import { useTexts } from '@/i18n';
import { usePlace } from '@/navigation';
import tab from '../errors.module.css';
import { useErrorApplications } from '../queries';
import { addApplication, openApplication } from './actions';
import { ApplicationPage } from './ApplicationPage';
import { NameDialog } from './NameDialog';

/** The views of the tab. */
const BELOW_PX = 64;

/** The applications that send their errors, and how one is connected. */
export function ErrorApplications() {
  const { t } = useTexts();
  const query = useErrorApplications();
  const [isAdding, setAdding] = useState(false);
  const add = (
    <Button leftSection={<IconPlus size={15} />} onClick={() => setAdding(true)} data-testid="add-error-application">
      {t('errors.apps.add')}
    </Button>
  );
  return (
    <div className={tab.page}>
      {query.isPending && <Skeleton height={320} aria-busy />}
      {query.isError && <ErrorNotice thrown={query.error} context={{ retry: () => void query.refetch() }} />}
      {query.data?.length === 0 && (
        <EmptyState
          icon={<IconPlugConnected size={40} stroke={1.3} />}
          title={t('errors.apps.none')}
          detail={t('errors.apps.noneDetail')}
        >
          {add}
        </EmptyState>
      )}
      {query.data && query.data.length > 0 && <Applications applications={query.data} add={add} />}
      {isAdding && (
        <NameDialog
          title={t('errors.apps.addTitle')}
          name=""
          doneLabel={t('errors.apps.addIt')}
          onDone={addApplication}
          onClose={() => setAdding(false)}
        />
      )}
    </div>
  );
}

function Applications({ applications, add }: { applications: readonly ErrorApplication[]; add: React.ReactNode }) {
  const { t } = useTexts();
  const { errorApplicationId } = usePlace();
  const shown = applications.find(({ id }) => id === errorApplicationId) ?? applications[0];
  return (
    <SideList
      label={t('errors.apps.list')}
      action={add}
      belowPx={BELOW_PX}
      entries={applications.map((application) => (
        <Entry key={application.id} application={application} isShown={application === shown} />
      ))}
    >
      {shown && <ApplicationPage key={shown.id} application={shown} />}
    </SideList>
  );
}

function Entry({ application, isShown }: { application: ErrorApplication; isShown: boolean }) {
  const { t, format } = useTexts();
  const { id, name, lastEventAt, events, refused } = application;
  return (
    <SideEntry name={name} isChosen={isShown} onChoose={() => openApplication(id)} testId="error-application">
      <SideNote>
        {lastEventAt === null ? t('errors.apps.never') : <TimeText iso={lastEventAt} />}
        {events > 0 && ` · ${t('errors.apps.events', { count: events, number: format.number(events) })}`}
        {refused > 0 && ` · ${t('errors.apps.refused', { count: refused, number: format.number(refused) })}`}
      </SideNote>
    </SideEntry>
  );
}
