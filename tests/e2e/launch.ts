/** Starts the built application in the real runtime, and ends it the way a person does. */
import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import type { RequestChannel } from '@shared/channels';
import type { HoldfastApi, RequestPayload, Responses } from '@shared/ipc';
import { _electron, type ElectronApplication, type Page } from '@playwright/test';

declare global {
  interface Window {
    /** Put there by the preload. */
    readonly holdfast: HoldfastApi;
  }
}

export const root = path.resolve(import.meta.dirname, '../..');
const QUIT_LIMIT_MS = 15_000;

export interface LaunchOptions {
  /** Data folder. */
  home: string;
  /** Language of the desktop. */
  language?: 'en' | 'ko';
  /** Further arguments of the application. */
  args?: string[];
  /** Where steps that are recorded lie until the application has ended. */
  tracesDir?: string;
}

/** What the application's environment is: a home, an autostart folder and a language of its own. */
export function environment({ home, language = 'en' }: LaunchOptions): Record<string, string> {
  const inherited = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return {
    ...Object.fromEntries(inherited),
    HOLDFAST_HOME: home,
    XDG_CONFIG_HOME: configFolder(home),
    LANGUAGE: language,
    ELECTRON_RENDERER_URL: '',
  };
}

/** Folder that the application sees as `~/.config`. */
export function configFolder(home: string): string {
  return path.join(path.dirname(home), 'config');
}

/** One running application. */
export class Holdfast {
  readonly app: ElectronApplication;
  readonly home: string;
  /** All that it wrote to stderr. */
  stderr = '';
  /** Errors on the window's console: none is expected in any test. */
  readonly consoleErrors: string[] = [];
  readonly #process: ChildProcess;
  readonly #exited: Promise<number | NodeJS.Signals | null>;

  private constructor(app: ElectronApplication, home: string) {
    this.app = app;
    this.home = home;
    this.#process = app.process();
    this.#process.stderr?.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
    this.#exited = new Promise((resolve) => this.#process.once('exit', (status, signal) => resolve(status ?? signal)));
    app.on('window', (page) => this.#watchConsole(page));
    for (const page of app.windows()) this.#watchConsole(page);
  }

  static async launch(options: LaunchOptions): Promise<Holdfast> {
    const app = await _electron.launch({
      args: [root, ...(options.args ?? [])],
      env: environment(options),
      ...(options.tracesDir !== undefined && { tracesDir: options.tracesDir }),
      colorScheme: null, // the application's own theme, not the test's
    });
    return new Holdfast(app, options.home);
  }

  /** The window, once it shows its content. */
  async window(): Promise<Page> {
    const page = this.app.windows().at(-1) ?? (await this.app.waitForEvent('window'));
    await page.getByTestId('sentence').waitFor();
    return page;
  }

  /** The next window that opens, once it shows its content; `open` makes it open. */
  async nextWindow(open: () => Promise<unknown>): Promise<Page> {
    const [page] = await Promise.all([this.app.waitForEvent('window'), open()]);
    await page.getByTestId('sentence').waitFor();
    return page;
  }

  /** Number of windows that exist, shown or not. */
  windowCount(): Promise<number> {
    return this.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);
  }

  /** Closes the window as its close button does. */
  async closeWindow(): Promise<void> {
    await this.app.evaluate(({ BrowserWindow }) => {
      for (const window of BrowserWindow.getAllWindows()) window.close();
    });
  }

  /** Asks the main process what the window could ask. Throws the error's code. */
  async request<C extends RequestChannel>(channel: C, payload: RequestPayload<C>): Promise<Responses[C]> {
    const page = await this.window();
    // The line to the window carries plain data; the contract says what comes back.
    const call: [channel: RequestChannel, payload: never] = [channel, payload as never];
    const result = await page.evaluate(([name, value]) => window.holdfast.request(name, value), call);
    if (!result.ok) throw new Error(`${channel}: ${result.error.code}: ${result.error.detail}`);
    return result.value as Responses[C];
  }

  /** Makes the next file dialogs answer with `answer` (null: cancelled). */
  async stubDialogs(answer: string | null): Promise<void> {
    await this.app.evaluate(({ dialog }, file) => {
      const canceled = file === null;
      dialog.showOpenDialog = () => Promise.resolve({ canceled, filePaths: canceled ? [] : [file] });
      dialog.showSaveDialog = () => Promise.resolve({ canceled, filePath: file ?? '' });
    }, answer);
  }

  /** Resolves with the exit status, or the signal that ended it, once the application has ended by itself. */
  async exitStatus(): Promise<number | NodeJS.Signals | null> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        this.#process.kill('SIGKILL');
        reject(new Error(`Holdfast did not end within ${QUIT_LIMIT_MS} ms. It said:\n${this.stderr}`));
      }, QUIT_LIMIT_MS);
    });
    return Promise.race([this.#exited, late]).finally(() => clearTimeout(timer));
  }

  /** True while the process lives. */
  running(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Quits through the application and answers with its exit status. */
  async quit(): Promise<number | NodeJS.Signals | null> {
    if (this.running()) {
      // After the answer is on its way: quitting takes the line to us away.
      await this.app.evaluate(({ app }) => void setImmediate(() => app.quit()));
    }
    return this.exitStatus();
  }

  #watchConsole(page: Page): void {
    page.on('console', (message) => {
      if (message.type() === 'error') this.consoleErrors.push(message.text());
    });
    page.on('pageerror', (error) => this.consoleErrors.push(error.message));
  }
}
