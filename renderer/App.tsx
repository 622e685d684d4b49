import { AppShell, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import { resolveLanguage } from '@shared/text';
import { CommandPalette } from './components/CommandPalette';
import { DropOverlay } from './components/DropOverlay';
import { Header } from './components/Header';
import { QuestionDialog } from './components/QuestionDialog';
import { Rail } from './components/Rail';
import { ShellSkeleton } from './components/ShellSkeleton';
import { FaultBoundary } from './faults/FaultBoundary';
import mainClasses from './faults/faults.module.css';
import { SafeModeBanner } from './faults/SafeModeBanner';
import { applyLanguage, currentTexts } from './i18n';
import { MomentPanel } from './moments/MomentPanel';
import { usePlace } from './navigation';
import { reportError } from './notify';
import { PartialPanel } from './partial/PartialPanel';
import { DropPanel } from './restore/DropPanel';
import { RestorePanel } from './restore/RestorePanel';
import { useSettingsOnceLoaded, useStateArrived } from './store';
import { BackupsTab } from './tabs/backups/BackupsTab';
import { ErrorsTab } from './tabs/errors/ErrorsTab';
import { PerformanceTab } from './tabs/performance/PerformanceTab';
import { SettingsTab } from './tabs/settings/SettingsTab';
import { StatusTab } from './tabs/status/StatusTab';
import { cssVariables, theme } from './theme';

const TAB_CONTENT = {
  status: StatusTab,
  backups: BackupsTab,
  errors: ErrorsTab,
  performance: PerformanceTab,
  settings: SettingsTab,
} as const;

/** The whole window. */
export function App() {
  const settings = useSettingsOnceLoaded();
  const arrived = useStateArrived();
  const language = settings?.language;
  useEffect(() => {
    if (language) applyLanguage(resolveLanguage(language, navigator.language)).catch(reportError);
  }, [language]);
  const forced = settings?.theme === 'light' || settings?.theme === 'dark' ? settings.theme : undefined;
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      colorSchemeManager={FROM_SETTINGS}
      forceColorScheme={forced}
    >
      <Notifications position="bottom-right" limit={4} transitionDuration={120} containerWidth={400} />
      {arrived ? <Shell /> : <ShellSkeleton />}
    </MantineProvider>
  );
}

// The theme is one of Holdfast's settings; the window stores none of its own.
const FROM_SETTINGS = {
  get: () => 'auto' as const,
  set: () => undefined,
  subscribe: () => undefined,
  unsubscribe: () => undefined,
  clear: () => undefined,
};

function Shell() {
  const { tab } = usePlace();
  const Content = TAB_CONTENT[tab];
  return (
    <AppShell
      layout="alt"
      navbar={{ width: 88, breakpoint: 0 }}
      header={{ height: 52 }}
      padding={0}
      transitionDuration={0}
    >
      <AppShell.Navbar withBorder={false}>
        <Rail />
      </AppShell.Navbar>
      <AppShell.Header>
        <FaultBoundary where="header" name={() => currentTexts().t('faults.part.header')} shape="floating">
          <Header />
        </FaultBoundary>
      </AppShell.Header>
      <AppShell.Main h="100dvh" className={mainClasses.main}>
        <SafeModeBanner />
        <div
          role="tabpanel"
          id={`panel-${tab}`}
          aria-labelledby={`tab-${tab}`}
          data-testid={`panel-${tab}`}
          tabIndex={0}
          className="hf-panel"
        >
          <FaultBoundary where={tab} name={() => currentTexts().t(`tabs.${tab}`)} shape="tab" resetKey={tab}>
            <Content />
          </FaultBoundary>
        </div>
      </AppShell.Main>
      <FaultBoundary where="panels" name={() => currentTexts().t('faults.part.panels')} shape="floating" resetKey={tab}>
        <MomentPanel />
        <RestorePanel />
        <PartialPanel />
        <DropPanel />
        <QuestionDialog />
        <CommandPalette />
        <DropOverlay />
      </FaultBoundary>
    </AppShell>
  );
}
