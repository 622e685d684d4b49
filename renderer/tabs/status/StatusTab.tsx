import { Button, Group } from '@mantine/core';
import { IconDatabase, IconShieldPlus } from '@tabler/icons-react';
import { AlertDetails } from '@/alerts/AlertDetails';
import { AlertHistory } from '@/alerts/AlertHistory';
import { AlertPanel, PauseBanner } from '@/alerts/AlertPanel';
import { guardDatabase } from '@/commands';
import { EmptyState } from '@/components/EmptyState';
import { usePending } from '@/components/usePending';
import { useTexts } from '@/i18n';
import { usePlace } from '@/navigation';
import { useApp } from '@/store';
import { DatabaseCard } from './DatabaseCard';
import { DatabaseTable } from './DatabaseTable';
import { FirstRun } from './FirstRun';
import { HealthList } from './HealthList';
import { NowAndNext } from './NowAndNext';
import { RecentRestores } from './RecentRestores';
import classes from './status.module.css';

/** From here on one card each would be too long to read. */
const MOST_CARDS = 12;

/** Could I lose data today, is something wrong, what runs. */
export function StatusTab() {
  const { view } = usePlace();
  return (
    <>
      {view === 'alerts' ? <AlertHistory /> : <Overview />}
      <AlertDetails />
    </>
  );
}

function Overview() {
  const firstRun = useApp((state) => state.firstRun);
  if (firstRun) return <FirstRun />;
  return (
    <div className={classes.page}>
      <PauseBanner />
      <AlertPanel />
      <Databases />
      <div className={classes.columns}>
        <NowAndNext />
        <HealthList />
      </div>
      <RecentRestores />
    </div>
  );
}

function Databases() {
  const { t } = useTexts();
  const databases = useApp((state) => state.databases);
  const [guard, guarding] = usePending(guardDatabase);
  const guardButton = (
    <Button
      variant={databases.length === 0 ? 'filled' : 'default'}
      leftSection={<IconShieldPlus size={15} />}
      loading={guarding}
      onClick={() => void guard()}
      data-testid="guard-database"
    >
      {t('guard.button')}
    </Button>
  );
  if (databases.length === 0) {
    return (
      <EmptyState
        icon={<IconDatabase size={40} stroke={1.3} />}
        title={t('status.none')}
        detail={t('status.noneDetail')}
      >
        {guardButton}
      </EmptyState>
    );
  }
  return (
    <section aria-label={t('status.databases')}>
      <Group justify="space-between" mb="sm">
        <h2 className={classes.heading}>{t('status.databases')}</h2>
        {guardButton}
      </Group>
      {databases.length > MOST_CARDS ? (
        <DatabaseTable databases={databases} />
      ) : (
        <div className={classes.cards}>
          {databases.map((status) => (
            <DatabaseCard key={status.database.id} status={status} />
          ))}
        </div>
      )}
    </section>
  );
}
