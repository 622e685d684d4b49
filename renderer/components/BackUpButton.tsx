import { ActionIcon, Button, Group, Menu, Text } from '@mantine/core';
import { IconChevronDown, IconDatabaseExport } from '@tabler/icons-react';
import type { GuardedDatabase } from '@shared/models';
import { backUpChanges, backUpNow } from '@/commands';
import { useTexts } from '@/i18n';
import classes from './BackUpButton.module.css';
import { usePending } from './usePending';

interface Props {
  database: GuardedDatabase;
  variant?: 'filled' | 'light';
  disabled?: boolean;
}

/** Backs up now; the part at its right offers a full backup or the changes only. */
export function BackUpButton({ database, variant = 'filled', disabled = false }: Props) {
  const { t } = useTexts();
  const { id, name } = database;
  const [full, takingFull] = usePending(backUpNow);
  const [changes, takingChanges] = usePending(backUpChanges);
  const busy = takingFull || takingChanges;
  return (
    <Group gap={1} wrap="nowrap" style={{ flexShrink: 0 }}>
      <Button
        className={classes.main}
        variant={variant}
        leftSection={<IconDatabaseExport size={15} />}
        loading={busy}
        disabled={disabled}
        onClick={() => void full(id)}
        data-testid={`back-up-now-${name}`}
      >
        {t('status.backUpNow')}
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon
            className={classes.more}
            variant={variant}
            color="tide"
            size={30}
            disabled={disabled || busy}
            aria-label={t('backups.backUpMenu')}
            data-testid={`back-up-menu-${name}`}
          >
            <IconChevronDown size={15} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => void full(id)} data-testid="back-up-full">
            {t('backups.backUpFull')}
            <Text size="xs" c="dimmed">
              {t('backups.backUpFullDetail')}
            </Text>
          </Menu.Item>
          <Menu.Item onClick={() => void changes(database)} data-testid="back-up-changes">
            {t('backups.backUpChanges')}
            <Text size="xs" c="dimmed">
              {t('backups.backUpChangesDetail')}
            </Text>
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}
