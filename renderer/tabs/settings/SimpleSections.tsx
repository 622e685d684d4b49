import { Button, Select, Switch, Text } from '@mantine/core';
import { useId } from 'react';
import type { Settings } from '@shared/settings';
import { call } from '@/api';
import { Panel } from '@/components/Panel';
import { PathText } from '@/components/PathText';
import { usePending } from '@/components/usePending';
import { currentTexts, useTexts } from '@/i18n';
import { attempt, notifyDone } from '@/notify';
import { useApp } from '@/store';
import { changeSetting } from './change';
import { SettingRow } from './SettingRow';

/** Where backups are stored. */
export function BackupFolderSection() {
  const { t } = useTexts();
  const folder = useApp((state) => state.settings.backupFolder);
  const [choose, choosing] = usePending(chooseFolder);
  return (
    <Panel title={t('settings.backupFolder.label')}>
      <SettingRow label={t('settings.backupFolder.current')} effect={<PathText path={folder} />}>
        <Button variant="default" loading={choosing} onClick={() => void choose()} data-testid="choose-backup-folder">
          {t('settings.backupFolder.choose')}
        </Button>
      </SettingRow>
      <Text size="xs" c="dimmed">
        {t('settings.backupFolder.effect')}
      </Text>
    </Panel>
  );
}

async function chooseFolder(): Promise<void> {
  const folder = await attempt(() => call('settings:choose-folder'));
  if (folder) await changeSetting('backupFolder', folder);
}

const NOTICES = ['backupFailed', 'backupOverdue', 'restoreEnded'] as const;

/** Which native notifications come, and a test. */
export function NotificationsSection() {
  const { t } = useTexts();
  const notices = useApp((state) => state.settings.notifications);
  const [test, testing] = usePending(testNotification);
  return (
    <Panel title={t('settings.notifications.label')}>
      {NOTICES.map((notice) => (
        <SwitchRow
          key={notice}
          label={t(`settings.notifications.${notice}`)}
          effect={t(`settings.notifications.${notice}Effect`)}
          checked={notices[notice]}
          onChange={(checked) => changeSetting('notifications', { ...notices, [notice]: checked })}
        />
      ))}
      <SettingRow label={t('settings.notifications.test')} effect={t('settings.notifications.testEffect')}>
        <Button variant="default" loading={testing} onClick={() => void test()} data-testid="test-notification">
          {t('settings.notifications.send')}
        </Button>
      </SettingRow>
    </Panel>
  );
}

async function testNotification(): Promise<void> {
  const sent = await attempt(() => call('notifications:test'));
  if (sent !== undefined) notifyDone(currentTexts().t('settings.notifications.sent'));
}

/** Theme and language. */
export function AppearanceSection() {
  const { t } = useTexts();
  const theme = useApp((state) => state.settings.theme);
  const language = useApp((state) => state.settings.language);
  const themeId = useId();
  const languageId = useId();
  const themes: Settings['theme'][] = ['system', 'light', 'dark'];
  const languages: Settings['language'][] = ['system', 'en', 'ko'];
  return (
    <Panel title={t('settings.appearance')}>
      <SettingRow label={t('settings.theme.label')} effect={t('settings.theme.effect')} controlId={themeId}>
        <Select
          id={themeId}
          w={190}
          value={theme}
          data={themes.map((value) => ({ value, label: t(`settings.theme.${value}`) }))}
          onChange={(value) => {
            const chosen = themes.find((one) => one === value);
            if (chosen) void changeSetting('theme', chosen);
          }}
          data-testid="theme-select"
        />
      </SettingRow>
      <SettingRow label={t('settings.language.label')} effect={t('settings.language.effect')} controlId={languageId}>
        <Select
          id={languageId}
          w={190}
          value={language}
          data={languages.map((value) => ({ value, label: t(`settings.language.${value}`) }))}
          onChange={(value) => {
            const chosen = languages.find((one) => one === value);
            if (chosen) void changeSetting('language', chosen);
          }}
          data-testid="language-select"
        />
      </SettingRow>
    </Panel>
  );
}

/** Closing and starting. */
export function TraySection() {
  const { t } = useTexts();
  const closeToTray = useApp((state) => state.settings.closeToTray);
  const launchAtLogin = useApp((state) => state.settings.launchAtLogin);
  return (
    <Panel title={t('settings.tray')}>
      <SwitchRow
        label={t('settings.closeToTray.label')}
        effect={t('settings.closeToTray.effect')}
        checked={closeToTray}
        onChange={(checked) => changeSetting('closeToTray', checked)}
      />
      <SwitchRow
        label={t('settings.launchAtLogin.label')}
        effect={t('settings.launchAtLogin.effect')}
        checked={launchAtLogin}
        onChange={(checked) => changeSetting('launchAtLogin', checked)}
      />
    </Panel>
  );
}

interface SwitchRowProps {
  label: string;
  effect: string;
  checked: boolean;
  onChange: (checked: boolean) => Promise<boolean>;
}

function SwitchRow({ label, effect, checked, onChange }: SwitchRowProps) {
  const id = useId();
  return (
    <SettingRow label={label} effect={effect} controlId={id}>
      <Switch id={id} checked={checked} onChange={(event) => void onChange(event.currentTarget.checked)} />
    </SettingRow>
  );
}
