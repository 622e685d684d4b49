import { Button, Select, Text } from '@mantine/core';
import { useId } from 'react';
import type { Settings } from '@shared/settings';
import { call } from '@/api';
import { Panel } from '@/components/Panel';
import { PathText } from '@/components/PathText';
import { usePending } from '@/components/usePending';
import { useTexts } from '@/i18n';
import { attempt } from '@/notify';
import { useApp } from '@/store';
import { changeSetting } from './change';
import { SettingRow, SwitchRow } from './SettingRow';

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

/** What waits for power. */
export function PowerSection() {
  const { t } = useTexts();
  const pauseOnBattery = useApp((state) => state.settings.pauseOnBattery);
  return (
    <Panel title={t('settings.power')} testId="settings-power">
      <SwitchRow
        label={t('settings.pauseOnBattery.label')}
        effect={t('settings.pauseOnBattery.effect')}
        checked={pauseOnBattery}
        onChange={(checked) => changeSetting('pauseOnBattery', checked)}
      />
    </Panel>
  );
}

/** What is measured beside what costs nothing. */
export function MeasurementsSection() {
  const { t } = useTexts();
  const gpuMetrics = useApp((state) => state.settings.gpuMetrics);
  return (
    <Panel title={t('settings.measurements')}>
      <SwitchRow
        label={t('settings.gpuMetrics.label')}
        effect={t('settings.gpuMetrics.effect')}
        checked={gpuMetrics}
        onChange={(checked) => changeSetting('gpuMetrics', checked)}
      />
    </Panel>
  );
}
