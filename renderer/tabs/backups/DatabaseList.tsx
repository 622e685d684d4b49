import { Button, Text, UnstyledButton } from '@mantine/core';
import { IconShieldOff, IconShieldPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { DatabaseStatus, FormerDatabase } from '@shared/models';
import { guardDatabase } from '@/commands';
import { ToneIcon } from '@/components/ToneIcon';
import { usePending } from '@/components/usePending';
import { useTexts } from '@/i18n';
import { PROTECTION_TONE, shownProtection } from '@/tone';
import classes from './backups.module.css';
import { chooseDatabase } from './selection';

interface Props {
  databases: DatabaseStatus[];
  former: FormerDatabase[];
  chosenId: string;
}

/** The guarded databases, each with its state; below them those that are not guarded here any more. */
export function DatabaseList({ databases, former, chosenId }: Props) {
  const { t, shared } = useTexts();
  const [guard, guarding] = usePending(guardDatabase);
  return (
    <nav className={classes.list} aria-label={t('status.databases')}>
      {databases.map((status) => {
        const protection = shownProtection(status);
        return (
          <Entry
            key={status.database.id}
            database={status.database}
            chosen={status.database.id === chosenId}
            icon={<ToneIcon tone={PROTECTION_TONE[protection]} label={shared(`protection.${protection}`)} />}
          />
        );
      })}
      <Button
        variant="subtle"
        justify="flex-start"
        px={10}
        style={{ flexShrink: 0 }}
        leftSection={<IconShieldPlus size={15} />}
        loading={guarding}
        onClick={() => void guard()}
        data-testid="guard-database"
      >
        {t('backups.add')}
      </Button>
      {former.length > 0 && (
        <Text component="h3" size="xs" fw={500} c="dimmed" className={classes.listHead}>
          {t('backups.former')}
        </Text>
      )}
      {former.map((database) => (
        <Entry
          key={database.id}
          database={database}
          chosen={database.id === chosenId}
          icon={<IconShieldOff size={16} className="hf-tone-muted" aria-hidden style={{ flexShrink: 0 }} />}
        />
      ))}
    </nav>
  );
}

interface EntryProps {
  database: { id: string; name: string; path: string };
  chosen: boolean;
  icon: ReactNode;
}

function Entry({ database: { id, name, path }, chosen, icon }: EntryProps) {
  return (
    <UnstyledButton
      className={classes.database}
      aria-current={chosen ? 'true' : undefined}
      onClick={() => chooseDatabase(id)}
      title={path}
      data-testid={`backups-database-${name}`}
    >
      {icon}
      <span className={classes.databaseName}>{name}</span>
    </UnstyledButton>
  );
}
