import { Button } from '@mantine/core';
import { IconHistory, IconShieldPlus } from '@tabler/icons-react';
import { useEffect } from 'react';
import { guardDatabase } from '@/commands';
import { EmptyState } from '@/components/EmptyState';
import { useTexts } from '@/i18n';
import { usePlace } from '@/navigation';
import { useApp } from '@/store';
import { useValue } from '@/value';
import classes from './backups.module.css';
import { DatabaseList } from './DatabaseList';
import { DatabasePoints } from './DatabasePoints';
import { chosenDatabase, chooseDatabase } from './selection';

/** Databases at the left, restore points of one in the middle, one restore point at the right. */
export function BackupsTab() {
  const { t } = useTexts();
  const place = usePlace();
  const databases = useApp((state) => state.databases);
  const chosenId = useValue(chosenDatabase);
  useEffect(() => {
    if (place.databaseId) chooseDatabase(place.databaseId);
  }, [place]);
  const status = databases.find(({ database }) => database.id === chosenId) ?? databases[0];
  if (!status) {
    return (
      <EmptyState
        icon={<IconHistory size={40} stroke={1.3} />}
        title={t('backups.none')}
        detail={t('backups.noneDetail')}
      >
        <Button
          leftSection={<IconShieldPlus size={15} />}
          onClick={() => void guardDatabase()}
          data-testid="guard-database"
        >
          {t('guard.button')}
        </Button>
      </EmptyState>
    );
  }
  return (
    <div className={classes.page}>
      <DatabaseList databases={databases} chosenId={status.database.id} />
      <DatabasePoints key={status.database.id} status={status} />
    </div>
  );
}
