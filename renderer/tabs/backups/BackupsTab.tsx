import { Button, Group } from '@mantine/core';
import { IconFileImport, IconHistory, IconShieldPlus } from '@tabler/icons-react';
import { useEffect } from 'react';
import { guardDatabase } from '@/commands';
import { EmptyState } from '@/components/EmptyState';
import { useTexts } from '@/i18n';
import { usePlace } from '@/navigation';
import { importFile } from '@/restore/choose-file';
import { useApp } from '@/store';
import { useValue } from '@/value';
import classes from './backups.module.css';
import { DatabaseList } from './DatabaseList';
import { DatabaseIntegrity } from './DatabaseIntegrity';
import { DatabasePoints } from './DatabasePoints';
import { chooseDatabase, chosenDatabase, showDrills, shownPart } from './selection';

/** Databases at the left, restore points of one in the middle, one restore point at the right. */
export function BackupsTab() {
  const place = usePlace();
  const databases = useApp((state) => state.databases);
  const former = useApp((state) => state.formerDatabases);
  const chosenId = useValue(chosenDatabase);
  const part = useValue(shownPart);
  useEffect(() => {
    if (place.databaseId) chooseDatabase(place.databaseId);
    if (place.view === 'drills') showDrills();
    if (place.view === 'integrity') shownPart.set('integrity');
    else if (place.databaseId) shownPart.set('points');
  }, [place]);
  const chosenFormer = former.find(({ id }) => id === chosenId);
  const status = chosenFormer
    ? null
    : (databases.find(({ database }) => database.id === chosenId) ?? databases[0] ?? null);
  const shown = status?.database ?? chosenFormer ?? former[0];
  if (!shown) return <Nothing />;
  return (
    <div className={classes.page}>
      <DatabaseList databases={databases} former={former} chosenId={shown.id} />
      {status && part === 'integrity' ? (
        <DatabaseIntegrity key={shown.id} status={status} />
      ) : (
        <DatabasePoints key={shown.id} id={shown.id} name={shown.name} path={shown.path} status={status} />
      )}
    </div>
  );
}

function Nothing() {
  const { t } = useTexts();
  return (
    <EmptyState
      icon={<IconHistory size={40} stroke={1.3} />}
      title={t('backups.none')}
      detail={t('backups.noneDetail')}
    >
      <Group gap="xs">
        <Button
          leftSection={<IconShieldPlus size={15} />}
          onClick={() => void guardDatabase()}
          data-testid="guard-database"
        >
          {t('guard.button')}
        </Button>
        <Button
          variant="default"
          leftSection={<IconFileImport size={15} />}
          onClick={() => void importFile()}
          data-testid="import-backup-file"
        >
          {t('backups.importFile')}
        </Button>
      </Group>
    </EmptyState>
  );
}
