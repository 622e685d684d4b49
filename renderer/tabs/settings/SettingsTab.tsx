import { Text, TextInput, UnstyledButton } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useTexts } from '@/i18n';
import type { TextKey } from '@/locales/types';
import { usePlace } from '@/navigation';
import { AboutSection } from './AboutSection';
import { AppearanceSection, BackupFolderSection, NotificationsSection, TraySection } from './SimpleSections';
import { DatabasesSection } from './DatabasesSection';
import { DefaultSchedulesSection } from './DefaultSchedulesSection';
import { RetentionSection } from './RetentionSection';
import classes from './settings.module.css';

const SECTIONS = [
  { id: 'databases', words: ['settings.databases.label', 'settings.databases.effect'], Content: DatabasesSection },
  {
    id: 'schedules',
    words: ['settings.defaultSchedules.label', 'settings.defaultSchedules.effect'],
    Content: DefaultSchedulesSection,
  },
  { id: 'retention', words: ['settings.retention.label', 'settings.retention.always'], Content: RetentionSection },
  {
    id: 'backup-folder',
    words: ['settings.backupFolder.label', 'settings.backupFolder.effect'],
    Content: BackupFolderSection,
  },
  {
    id: 'notifications',
    words: ['settings.notifications.label', 'settings.notifications.backupFailed', 'settings.notifications.test'],
    Content: NotificationsSection,
  },
  {
    id: 'appearance',
    words: ['settings.appearance', 'settings.theme.label', 'settings.language.label'],
    Content: AppearanceSection,
  },
  {
    id: 'tray',
    words: ['settings.tray', 'settings.closeToTray.label', 'settings.launchAtLogin.label'],
    Content: TraySection,
  },
  { id: 'about', words: ['settings.about', 'about.home', 'about.electron'], Content: AboutSection },
] as const satisfies readonly { id: string; words: readonly TextKey[]; Content: () => ReactNode }[];

/** Every setting, with a search over their words. Changes apply at once. */
export function SettingsTab() {
  const { t } = useTexts();
  const place = usePlace();
  const [search, setSearch] = useState('');
  useEffect(() => {
    if (place.section) document.getElementById(`settings-${place.section}`)?.scrollIntoView({ block: 'start' });
  }, [place]);
  const wanted = search.trim().toLowerCase();
  const shown = SECTIONS.filter(({ words }) => words.some((word) => t(word).toLowerCase().includes(wanted)));
  return (
    <div className={classes.page}>
      <nav className={classes.index} aria-label={t('settings.sections')}>
        <TextInput
          placeholder={t('settings.search')}
          aria-label={t('settings.search')}
          leftSection={<IconSearch size={14} aria-hidden />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
          mb="xs"
          data-testid="settings-search"
        />
        {shown.map(({ id, words }) => (
          <UnstyledButton
            key={id}
            className={classes.indexEntry}
            onClick={() => document.getElementById(`settings-${id}`)?.scrollIntoView({ block: 'start' })}
          >
            {t(words[0])}
          </UnstyledButton>
        ))}
      </nav>
      <div className={classes.sections}>
        {shown.length === 0 && <Text c="dimmed">{t('settings.noneFound', { search })}</Text>}
        {shown.map(({ id, Content }) => (
          <div key={id} id={`settings-${id}`} className={classes.section}>
            <Content />
          </div>
        ))}
      </div>
    </div>
  );
}
