import { Button, UnstyledButton } from '@mantine/core';
import { IconShieldPlus } from '@tabler/icons-react';
import type { DatabaseStatus } from '@shared/models';
import { guardDatabase } from '@/commands';
import { ToneIcon } from '@/components/ToneIcon';
import { usePending } from '@/components/usePending';
import { useTexts } from '@/i18n';
import { PROTECTION_TONE, shownProtection } from '@/tone';
import classes from './backups.module.css';
import { chooseDatabase } from './selection';

/** The guarded databases, each with its state. */
export function DatabaseList({ databases, chosenId }: { databases: DatabaseStatus[]; chosenId: string }) {
  const { t, shared } = useTexts();
  const [guard, guarding] = usePending(guardDatabase);
  return (
    <nav className={classes.list} aria-label={t('status.databases')}>
      {databases.map((status) => {
        const protection = shownProtection(status);
        const { id, name, path } = status.database;
        return (
          <UnstyledButton
            key={id}
            className={classes.database}
            aria-current={id === chosenId ? 'true' : undefined}
            onClick={() => chooseDatabase(id)}
            title={path}
            data-testid={`backups-database-${name}`}
          >
            <ToneIcon tone={PROTECTION_TONE[protection]} label={shared(`protection.${protection}`)} />
            <span className={classes.databaseName}>{name}</span>
          </UnstyledButton>
        );
      })}
      <Button
        variant="subtle"
        justify="flex-start"
        px={10}
        leftSection={<IconShieldPlus size={15} />}
        loading={guarding}
        onClick={() => void guard()}
        data-testid="guard-database"
      >
        {t('backups.add')}
      </Button>
    </nav>
  );
}
