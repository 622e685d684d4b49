/** The one window: made, shown, remembered, guarded, and made again when its process dies. */
import path from 'node:path';
import { BrowserWindow, nativeTheme, screen, type WebContents } from 'electron';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import { isOurs, PAGE_URL } from './protocol';
import { RestartLimit } from './restart-limit';
import { boundsToOpen, readWindowPlace, SMALLEST_HEIGHT, SMALLEST_WIDTH, writeWindowPlace } from './window-place';

/** The page's own colours (renderer/theme.ts), so that nothing flashes before it is painted. */
const BACKGROUND = { dark: '#15181d', light: '#f5f6f8' };
const RESTARTS = 3;
const RESTARTS_WITHIN_MS = 10 * 60_000;

export interface MainWindowOptions {
  /** Data folder; the window's place is remembered there. */
  home: string;
  preloadFile: string;
  iconFile: string;
  report: (error: HoldfastError) => void;
  /** Asked when the user closes the window. */
  staysInTray: () => boolean;
  /** True while the application ends: the window closes with it. */
  quitting: () => boolean;
  /** Asks whether to wait for a window that does not answer; the signal takes the question back, which is to wait. */
  askAboutHang: (signal: AbortSignal) => Promise<'wait' | 'reload'>;
  /** Called when the user closes the window and nothing stays in the tray. */
  quit: () => void;
}

export interface MainWindowListener {
  /** A page begins its life: after the window was made, and each time it was made anew. */
  opened(): void;
  /** The page is loaded and its preload listens. */
  loaded(contents: WebContents): void;
  closed(): void;
}

/** Exists all the time; the `BrowserWindow` inside only while it is open, so that a closed one costs no memory. */
export class MainWindow {
  readonly #options: MainWindowOptions;
  readonly #placeFile: string;
  readonly #restarts = new RestartLimit(RESTARTS, RESTARTS_WITHIN_MS);
  readonly #listeners: MainWindowListener[] = [];
  #window: BrowserWindow | null = null;

  constructor(options: MainWindowOptions) {
    this.#options = options;
    this.#placeFile = path.join(options.home, 'window.json');
    nativeTheme.on('updated', () => this.#window?.setBackgroundColor(backgroundColour()));
  }

  listen(listener: MainWindowListener): void {
    this.#listeners.push(listener);
  }

  /** The open window; null while there is none. */
  current(): BrowserWindow | null {
    return this.#window;
  }

  /** Opens the window, or brings the open one to the front. */
  open(): void {
    if (!this.#window) {
      this.#create();
      return;
    }
    if (this.#window.isMinimized()) this.#window.restore();
    this.#window.show();
    this.#window.focus();
  }

  #create(): void {
    const place = readWindowPlace(this.#placeFile);
    const window = new BrowserWindow({
      ...boundsToOpen(
        place,
        screen.getAllDisplays().map((display) => display.workArea),
      ),
      minWidth: SMALLEST_WIDTH,
      minHeight: SMALLEST_HEIGHT,
      show: false,
      title: 'Holdfast',
      icon: this.#options.iconFile,
      backgroundColor: backgroundColour(),
      webPreferences: {
        preload: this.#options.preloadFile,
        sandbox: true,
        contextIsolation: true,
        nodeIntegration: false,
        spellcheck: false,
      },
    });
    this.#window = window;
    // Its shortcuts work all the same; everything else is in the window itself.
    window.setMenuBarVisibility(false);
    if (place?.maximized) window.maximize();
    keepInside(window.webContents);
    this.#watch(window);
    for (const listener of this.#listeners) listener.opened();
    // A page that fails to load is told by `did-fail-load`.
    window.loadURL(PAGE_URL).catch(() => undefined);
  }

  #watch(window: BrowserWindow): void {
    window.once('ready-to-show', () => window.show());
    window.on('close', () => this.#rememberPlace(window));
    window.once('closed', () => {
      if (this.#window !== window) return;
      this.#window = null;
      for (const listener of this.#listeners) listener.closed();
      if (!this.#options.quitting() && !this.#options.staysInTray()) this.#options.quit();
    });
    const contents = window.webContents;
    contents.on('did-finish-load', () => {
      for (const listener of this.#listeners) listener.loaded(contents);
    });
    contents.on('did-fail-load', (_event, code, description, url, isMainFrame) => {
      if (!isMainFrame) return;
      this.#options.report(holdfastError('INTERNAL', { detail: `${url} did not load: ${description} (${code})` }));
    });
    this.#watchForHang(window);
    contents.on('preload-error', (_event, _file, error) => this.#options.report(wrapError(error)));
    contents.on('render-process-gone', (_event, details) => {
      if (details.reason === 'clean-exit' || this.#options.quitting()) return;
      this.#recreate(window, `the window's process ended: ${details.reason} (${details.exitCode})`);
    });
  }

  /** A window that does not answer is recorded; whoever sits before it decides whether to wait. */
  #watchForHang(window: BrowserWindow): void {
    let asked: AbortController | null = null;
    window.on('unresponsive', () => {
      if (asked || this.#options.quitting()) return;
      asked = new AbortController();
      this.#options.report(holdfastError('WINDOW_HANGS'));
      void this.#reloadOrWait(window, asked.signal).finally(() => {
        asked = null;
      });
    });
    // The question is over when the window answers again, or is gone.
    for (const end of ['responsive', 'closed'] as const) window.on(end as 'responsive', () => asked?.abort());
  }

  async #reloadOrWait(window: BrowserWindow, signal: AbortSignal): Promise<void> {
    try {
      const choice = await this.#options.askAboutHang(signal);
      if (choice === 'reload' && this.#window === window) this.#recreate(window, 'the window did not answer');
    } catch (thrown) {
      this.#options.report(wrapError(thrown));
    }
  }

  #recreate(dead: BrowserWindow, detail: string): void {
    const again = this.#restarts.allow(Date.now());
    const outcome = again ? 'the window was opened again' : 'the window was not opened again: it died too often';
    this.#options.report(
      holdfastError('CHILD_CRASHED', { params: { job: 'window' }, detail: `${detail}; ${outcome}` }),
    );
    this.#window = null;
    for (const listener of this.#listeners) listener.closed();
    dead.destroy();
    if (again) this.#create();
  }

  #rememberPlace(window: BrowserWindow): void {
    try {
      writeWindowPlace(this.#placeFile, { ...window.getNormalBounds(), maximized: window.isMaximized() });
    } catch (error) {
      this.#options.report(wrapError(error, { path: this.#placeFile }, 'IO_ERROR'));
    }
  }
}

function backgroundColour(): string {
  return nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light;
}

/** Nothing in the page leads anywhere else, opens a window or gets a permission. */
function keepInside(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (event) => {
    if (!isOurs(event.url)) event.preventDefault();
  });
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  contents.session.setPermissionCheckHandler(() => false);
}
