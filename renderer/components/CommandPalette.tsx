import { Kbd } from '@mantine/core';
import { Spotlight, type SpotlightActionData, type SpotlightActionGroupData } from '@mantine/spotlight';
import {
  IconArrowRight,
  IconBell,
  IconBellOff,
  IconDatabaseExport,
  IconFileImport,
  IconFileSearch,
  IconLanguage,
  IconPalette,
  IconRotate2,
  IconSearch,
  IconShieldPlus,
} from '@tabler/icons-react';
import { pauseAlerts, resumeAlerts } from '@/alerts/actions';
import { shortMoment } from '@/alerts/moment';
import { PAUSE_CHOICES } from '@/alerts/snooze';
import { choiceWords } from '@/alerts/snooze-words';
import { modifierKey } from './modifier-key';
import { backUpNow, guardDatabase, runDrill } from '@/commands';
import { type Texts, useTexts } from '@/i18n';
import { navigate, TAB_ORDER } from '@/navigation';
import { chooseFile, importFile } from '@/restore/choose-file';
import { useApp } from '@/store';
import { changeSetting } from '@/tabs/settings/change';
import type { DatabaseStatus } from '@shared/models';

const ICON = { size: 18, stroke: 1.6 } as const;

/** Everything the window can do, by name. Ctrl or Cmd with K. */
export function CommandPalette() {
  const texts = useTexts();
  const { t } = texts;
  const databases = useApp((state) => state.databases);
  const pausedUntil = useApp((state) => state.alertsPausedUntil);
  return (
    <Spotlight
      actions={[
        { group: t('palette.work'), actions: workActions(texts, databases) },
        { group: t('palette.alerts'), actions: alertActions(texts, pausedUntil) },
        { group: t('palette.go'), actions: [...tabActions(texts), ...errorsActions(texts), ...settingActions(texts)] },
        { group: t('palette.appearance'), actions: appearanceActions(texts) },
      ]}
      title={t('palette.open')}
      classNames={{ header: 'hf-visually-hidden' }}
      shortcut={['mod + K']}
      tagsToIgnore={[]}
      nothingFound={t('palette.nothing')}
      highlightQuery
      scrollable
      maxHeight={420}
      limit={40}
      scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
      searchProps={{
        leftSection: <IconSearch size={18} aria-hidden />,
        placeholder: t('palette.placeholder'),
        'aria-label': t('palette.placeholder'),
      }}
      transitionProps={{ duration: 100 }}
      overlayProps={{ backgroundOpacity: 0.35, blur: 0 }}
      data-testid="palette"
    />
  );
}

function tabActions({ t }: Texts): SpotlightActionData[] {
  return TAB_ORDER.map((tab, index) => ({
    id: `go-${tab}`,
    label: t('palette.goTo', { tab: t(`tabs.${tab}`) }),
    leftSection: <IconArrowRight {...ICON} />,
    rightSection: <Kbd size="xs">{`${modifierKey()} ${index + 1}`}</Kbd>,
    onClick: () => navigate({ tab }),
  }));
}

/** Parts of Errors that are places of their own. */
function errorsActions({ t }: Texts): SpotlightActionData[] {
  return (['logs', 'applications'] as const).map((errorsView) => ({
    id: `go-errors-${errorsView}`,
    label: t('palette.goTo', { tab: `${t('tabs.errors')} · ${t(`errors.views.${errorsView}`)}` }),
    leftSection: <IconArrowRight {...ICON} />,
    onClick: () => navigate({ tab: 'errors', errorsView }),
  }));
}

const SETTINGS_WORDS = {
  destinations: 'destinations.label',
  drills: 'settings.drills.label',
  rules: 'rules.label',
  channels: 'channels.label',
  quiet: 'settings.quiet',
  'dead-man': 'settings.deadMan.label',
  endpoint: 'settings.endpoint.label',
} as const;

function settingActions({ t }: Texts): SpotlightActionData[] {
  return Object.entries(SETTINGS_WORDS).map(([section, words]) => ({
    id: `setting-${section}`,
    label: t('palette.toSetting', { section: t(words) }),
    leftSection: <IconArrowRight {...ICON} />,
    onClick: () => navigate({ tab: 'settings', section }),
  }));
}

function workActions({ t }: Texts, databases: DatabaseStatus[]): SpotlightActionGroupData['actions'] {
  return [
    ...databases.map(({ database }) => ({
      id: `back-up-${database.id}`,
      label: t('palette.backUp', { name: database.name }),
      description: database.path,
      leftSection: <IconDatabaseExport {...ICON} />,
      onClick: () => void backUpNow(database.id),
    })),
    {
      id: 'open-file',
      label: t('palette.openFile'),
      description: t('palette.openFileDetail'),
      leftSection: <IconFileSearch {...ICON} />,
      onClick: () => void chooseFile(),
    },
    {
      id: 'import-file',
      label: t('palette.importFile'),
      description: t('palette.importFileDetail'),
      leftSection: <IconFileImport {...ICON} />,
      onClick: () => void importFile(),
    },
    ...databases.map(({ database }) => ({
      id: `drill-${database.id}`,
      label: t('palette.drill', { name: database.name }),
      leftSection: <IconRotate2 {...ICON} />,
      onClick: () => void runDrill(database),
    })),
    {
      id: 'guard',
      label: t('guard.button'),
      leftSection: <IconShieldPlus {...ICON} />,
      onClick: () => void guardDatabase(),
    },
  ];
}

function alertActions(texts: Texts, pausedUntil: string | null): SpotlightActionData[] {
  const { t, format } = texts;
  const pauses = PAUSE_CHOICES.map((choice) => ({
    id: `pause-${choice}`,
    label: t('palette.pause', { choice: choiceWords(choice, texts) }),
    leftSection: <IconBellOff {...ICON} />,
    onClick: () => void pauseAlerts(choice),
  }));
  const resume = {
    id: 'resume-alerts',
    label: t('palette.resume'),
    description: t('palette.resumeDetail', {
      time: pausedUntil === null ? '' : shortMoment(Date.parse(pausedUntil), Date.now(), format.locale),
    }),
    leftSection: <IconBell {...ICON} />,
    onClick: () => void resumeAlerts(),
  };
  const all = {
    id: 'all-alerts',
    label: t('palette.allAlerts'),
    leftSection: <IconBell {...ICON} />,
    onClick: () => navigate({ tab: 'status', view: 'alerts' }),
  };
  return pausedUntil === null ? [all, ...pauses] : [all, resume];
}

function appearanceActions({ t }: Texts): SpotlightActionData[] {
  const themes = (['system', 'light', 'dark'] as const).map((value) => ({
    id: `theme-${value}`,
    label: `${t('settings.theme.label')}: ${t(`settings.theme.${value}`)}`,
    leftSection: <IconPalette {...ICON} />,
    onClick: () => void changeSetting('theme', value),
  }));
  const languages = (['system', 'en', 'ko'] as const).map((value) => ({
    id: `language-${value}`,
    label: `${t('settings.language.label')}: ${t(`settings.language.${value}`)}`,
    keywords: ['language', 'English', 'Korean', '언어', '영어', '한국어'],
    leftSection: <IconLanguage {...ICON} />,
    onClick: () => void changeSetting('language', value),
  }));
  return [...themes, ...languages];
}
