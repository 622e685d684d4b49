/** Composition root of the application: builds the parts, opens the door for the window, then tray and window. */
import path from 'node:path';
import type { Place } from '@shared/ipc';
import { app, clipboard, powerMonitor, safeStorage, shell } from 'electron';
import { createCore } from './core/core';
import { createTexts } from './core/texts';
import { drawSafely } from './desktop/draw-safely';
import { createSettingsApplier } from './desktop/desktop-settings';
import { createDialogs } from './desktop/dialogs';
import { captureErrors, ErrorDesk, writeError } from './desktop/errors';
import { createJobLauncher } from './desktop/job-launcher';
import { createKeyring } from './desktop/keyring';
import { setApplicationMenu } from './desktop/menu';
import { Notifier } from './desktop/notifications';
import { type DesktopPaths, resolvePaths } from './desktop/paths';
import { portOf } from './desktop/port';
import { watchPower } from './desktop/power';
import { isOurs, registerScheme, serveRenderer } from './desktop/protocol';
import { OrderlyQuit } from './desktop/quit';
import { runtimeInfo } from './desktop/runtime-info';
import { failStart } from './desktop/start-failure';
import { createStateFeed } from './desktop/state-feed';
import { AppTray } from './desktop/tray';
import { MainWindow } from './desktop/window';
import { wrapError } from './errors/wrap';
import { openDoor } from './ipc/door';
import { createHandlers } from './ipc/handlers';
import { startPublisher } from './ipc/publisher';

const STATE_GAP_MS = 100;
const HIDDEN = '--hidden';

async function start(paths: DesktopPaths, desk: ErrorDesk, quit: OrderlyQuit): Promise<void> {
  if (paths.failure) throw paths.failure;
  const { report } = desk;
  const iconFile = path.join(paths.resourcesFolder, 'icon.png');
  // Both speak of what exists only after the core: the core calls them later.
  const desktop: { open: (place?: Place) => void } = { open: () => undefined };
  const notifier = new Notifier({ iconFile, open: (place) => desktop.open(place) });
  const core = await createCore({
    home: paths.home,
    role: 'window',
    launchJob: createJobLauncher(paths.jobFile),
    launchCapture: createJobLauncher(paths.captureFile),
    launchMounts: createJobLauncher(paths.mountsFile),
    launchLogs: createJobLauncher(paths.logsFile),
    defaultBackupFolder: paths.backupFolder,
    defaultEndpointPort: portOf(process.env),
    showNative: notifier.showNative,
    cipher: createKeyring(safeStorage),
    systemLocale: () => app.getLocale(),
    onBattery: () => powerMonitor.isOnBatteryPower(),
  });
  quit.add(() => core.stop());
  desk.connect(core, (afterMs) => quit.startAgain(afterMs));
  if (quit.begun) return;

  // the same locale that the window's `navigator.language` gives
  const texts = createTexts(
    () => core.settings().language,
    () => app.getLocale(),
  );
  const feed = createStateFeed(core, STATE_GAP_MS, (error) => report(wrapError(error)));
  const applySettings = createSettingsApplier(paths, report);
  applySettings(core.settings());
  feed.subscribe((state) => applySettings(state.settings));

  const dialogs = createDialogs(() => window.current(), texts);
  const window: MainWindow = new MainWindow({
    home: paths.home,
    preloadFile: paths.preloadFile,
    iconFile,
    report,
    askAboutHang: dialogs.askAboutHang,
    staysInTray: () => core.settings().closeToTray,
    quitting: () => quit.begun,
    quit: () => app.quit(),
  });
  const publisher = startPublisher(core, feed, window);
  const open = (place?: Place): void => {
    window.open();
    if (place) publisher.navigate(place);
  };

  desktop.open = open;

  serveRenderer(paths.rendererFolder);
  openDoor(
    createHandlers({
      core,
      dialogs,
      runtime: () => runtimeInfo(core.home),
      reveal: (file) => shell.showItemInFolder(file),
      copyText: async (text) => clipboard.writeText(text),
    }),
    { isOurs, report, onEnded: (ok) => core.diagnosis.countOperation('request', ok) },
  );

  const tray = new AppTray(
    {
      resourcesFolder: paths.resourcesFolder,
      open,
      backUp: (databaseIds) => {
        // A failure is a problem in the state.
        for (const id of databaseIds) core.startBackup(id, 'manual').done.catch(() => undefined);
      },
      pauseAlerts: (minutes) => core.alerting.pause(minutes),
      cancelJob: (jobId) => {
        // It may have ended while the menu was open.
        if (core.state().jobs.some(({ id }) => id === jobId)) core.cancelJob(jobId);
      },
      quit: () => app.quit(),
      report,
    },
    core.state(),
    texts(),
  );
  feed.subscribe((state) => tray.update(state, texts()));

  setApplicationMenu();
  watchPower(() => core.wake());
  quit.add(() => {
    publisher.stop();
    feed.stop();
    tray.destroy();
  });
  app.on('second-instance', (_event, argv) => {
    if (!argv.includes(HIDDEN) && !quit.begun) open();
  });
  app.on('activate', () => open());
  // Holdfast lives in the tray: without this listener Electron would quit with the last window.
  app.on('window-all-closed', () => undefined);

  core.start();
  core.followEndpoint();
  // Safe mode is never silent.
  if (!process.argv.includes(HIDDEN) || core.diagnosis.safeMode() !== null) open();
}

registerScheme();
const paths = resolvePaths();
const desk = new ErrorDesk();
captureErrors(desk);
drawSafely(paths.home);
if (app.requestSingleInstanceLock()) {
  const quit = new OrderlyQuit();
  const starting = app.whenReady().then(() => start(paths, desk, quit));
  quit.waitFor(starting);
  starting
    .catch((failure: unknown) => failStart(failure, quit))
    .catch((error: unknown) => desk.report(wrapError(error)));
} else {
  writeError('Holdfast is running already; its window comes to the front.');
  app.quit();
}
