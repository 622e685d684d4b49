import { AppShell, MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import { resolveLanguage } from '@shared/text';
import { CommandPalette } from './components/CommandPalette';
import { DropOverlay } from './components/DropOverlay';
import { ErrorBoundary } from './components/ErrorBoundary';
import { Header } from './components/Header';
import { QuestionDialog } from './components/QuestionDialog';
import { Rail } from './components/Rail';
import { ShellSkeleton } from './components/ShellSkeleton';
import { applyLanguage } from './i18n';
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
        <Header />
      </AppShell.Header>
      <AppShell.Main h="100dvh">
        <div
          role="tabpanel"
          id={`panel-${tab}`}
          aria-labelledby={`tab-${tab}`}
          data-testid={`panel-${tab}`}
          tabIndex={0}
          className="hf-panel"
        >
          <ErrorBoundary resetKey={tab}>
            <Content />
          </ErrorBoundary>
        </div>
      </AppShell.Main>
      <MomentPanel />
      <RestorePanel />
      <PartialPanel />
      <DropPanel />
      <QuestionDialog />
      <CommandPalette />
      <DropOverlay />
    </AppShell>
  );
}
