import { Text, TextInput, UnstyledButton } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useChannels, useRules } from '@/alerts/queries';
import { DestinationsSection } from '@/destinations/DestinationsSection';
import { useDestinations } from '@/destinations/queries';
import { useTexts } from '@/i18n';
import type { TextKey } from '@/locales/types';
import { usePlace } from '@/navigation';
import { AboutSection } from './AboutSection';
import { ChannelsSection } from './ChannelsSection';
import { ContinuousSection } from './ContinuousSection';
import { DatabasesSection } from './DatabasesSection';
import { DeadManSection } from './DeadManSection';
import { DefaultSchedulesSection } from './DefaultSchedulesSection';
import { ErrorsSection, LogsSection } from './DiagnosisSection';
import { DrillsSection } from './DrillsSection';
import { EndpointSection } from './EndpointSection';
import { IntegritySection } from './IntegritySection';
import { QuietSection } from './QuietSection';
import { RetentionSection } from './RetentionSection';
import { RulesSection } from './RulesSection';
import classes from './settings.module.css';
import {
  AppearanceSection,
  BackupFolderSection,
  MeasurementsSection,
  PowerSection,
  TraySection,
} from './SimpleSections';

const SECTIONS = [
  { id: 'databases', words: ['settings.databases.label', 'settings.databases.effect'], Content: DatabasesSection },
  {
    id: 'schedules',
    words: [
      'settings.defaultSchedules.label',
      'settings.defaultSchedules.effect',
      'settings.interval.effect',
      'settings.changesOnly.label',
    ],
    Content: DefaultSchedulesSection,
  },
  { id: 'retention', words: ['settings.retention.label', 'settings.retention.always'], Content: RetentionSection },
  {
    id: 'continuous',
    words: ['settings.continuous.label', 'settings.continuous.effect', 'settings.continuous.hours'],
    Content: ContinuousSection,
  },
  {
    id: 'backup-folder',
    words: ['settings.backupFolder.label', 'settings.backupFolder.effect'],
    Content: BackupFolderSection,
  },
  {
    id: 'destinations',
    words: [
      'destinations.label',
      'destinations.emptyTitle',
      'destinations.emptyDetail',
      'destinations.effect',
      'destinations.kindName.folder',
      'destinations.kindName.s3',
      'destinations.kindName.sftp',
      'destinations.offsiteEffect',
      'destinations.encryption',
      'destinations.passphrase',
      'destinations.scan',
    ],
    Content: DestinationsSection,
  },
  { id: 'drills', words: ['settings.drills.label', 'settings.drills.effect'], Content: DrillsSection },
  {
    id: 'integrity',
    words: [
      'settings.integrityChecks.label',
      'settings.integrityChecks.effect',
      'settings.integrityChecks.quick',
      'settings.integrityChecks.full',
    ],
    Content: IntegritySection,
  },
  {
    id: 'power',
    words: ['settings.power', 'settings.pauseOnBattery.label', 'settings.pauseOnBattery.effect'],
    Content: PowerSection,
  },
  {
    id: 'rules',
    words: [
      'rules.label',
      'rules.effect',
      'rules.simulate',
      'rules.trigger',
      'rules.backupsTitle',
      'settings.notifications.backupFailed',
      'settings.notifications.restoreEnded',
    ],
    Content: RulesSection,
  },
  {
    id: 'channels',
    words: [
      'channels.label',
      'channels.effect',
      'channels.addEmail',
      'channels.addWebhook',
      'channels.addSlack',
      'channels.kind.native',
      'channels.test',
    ],
    Content: ChannelsSection,
  },
  {
    id: 'quiet',
    words: [
      'settings.quiet',
      'settings.quietHours.label',
      'settings.quietHours.off',
      'settings.digestAt.label',
      'settings.pause.label',
    ],
    Content: QuietSection,
  },
  {
    id: 'dead-man',
    words: ['settings.deadMan.label', 'settings.deadMan.effect'],
    Content: DeadManSection,
  },
  {
    id: 'endpoint',
    words: [
      'settings.endpoint.label',
      'settings.endpoint.effect',
      'settings.endpoint.enableEffect',
      'settings.endpoint.tokenFile',
      'settings.endpoint.port',
      'settings.endpoint.prometheus',
    ],
    Content: EndpointSection,
  },
  {
    id: 'errors',
    words: ['settings.errors.label', 'settings.errors.effect', 'settings.errors.objective', 'settings.errors.keep'],
    Content: ErrorsSection,
  },
  {
    id: 'logs',
    words: ['settings.logs.label', 'settings.logs.effect', 'settings.logs.limit', 'settings.logs.ownLevel'],
    Content: LogsSection,
  },
  {
    id: 'measurements',
    words: ['settings.measurements', 'settings.gpuMetrics.label', 'settings.gpuMetrics.effect'],
    Content: MeasurementsSection,
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
  // what is above a section takes its place first; then the section is where it stays
  const rules = useRules();
  const channels = useChannels();
  const destinations = useDestinations();
  const settled = rules.isFetched && channels.isFetched && destinations.isFetched;
  useEffect(() => {
    if (!settled || !place.section) return;
    document.getElementById(`settings-${place.section}`)?.scrollIntoView({ block: 'start' });
  }, [place, settled]);
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
