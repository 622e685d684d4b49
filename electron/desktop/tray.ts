/** The tray icon: state by shape and colour, one sentence, a menu. */
import path from 'node:path';
import type { Place } from '@shared/ipc';
import type { AppState } from '@shared/models';
import type { Translate } from '@shared/text';
import { Menu, type MenuItemConstructorOptions, type NativeImage, nativeImage, Tray } from 'electron';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import {
  minutesUntilTomorrow,
  type PauseLength,
  type TrayEntry,
  type TrayModel,
  type TrayState,
  trayModel,
} from './tray-model';

export interface TrayOptions {
  resourcesFolder: string;
  open: (place?: Place) => void;
  backUp: (databaseIds: readonly string[]) => void;
  /** Nobody is told of alerts for so long; null ends that. */
  pauseAlerts: (minutes: number | null) => void;
  cancelJob: (jobId: string) => void;
  quit: () => void;
  report: (error: HoldfastError) => void;
}

/** Width in pixels of the images that the desktop's panel asks for; `@2x` beside them serves dense screens. */
const IMAGE_SIZE = process.platform === 'linux' ? 24 : 16;

/** Lives as long as the application; Electron would take an unreferenced tray away. */
export class AppTray {
  readonly #options: TrayOptions;
  readonly #tray: Tray;
  readonly #images = new Map<TrayState, NativeImage>();
  #shown: TrayModel | null = null;

  constructor(options: TrayOptions, state: AppState, translate: Translate) {
    this.#options = options;
    this.#tray = new Tray(this.#image(state.sentence.severity));
    this.#tray.on('click', () => options.open());
    this.update(state, translate);
  }

  /** Shows `state`. Touches only what differs: desktops flicker, and an open menu closes, at each change. */
  update(state: AppState, translate: Translate): void {
    const next = trayModel(state, translate, Date.now());
    const before = this.#shown;
    this.#shown = next;
    if (before?.state !== next.state) this.#tray.setImage(this.#image(next.state));
    if (before?.tooltip !== next.tooltip) this.#tray.setToolTip(next.tooltip);
    if (JSON.stringify(before?.entries) === JSON.stringify(next.entries)) return;
    // Linux shows a changed menu only when it is set again.
    this.#tray.setContextMenu(Menu.buildFromTemplate(next.entries.map((entry) => this.#item(entry))));
  }

  destroy(): void {
    this.#tray.destroy();
  }

  #image(state: TrayState): NativeImage {
    const known = this.#images.get(state);
    if (known) return known;
    const file = path.join(this.#options.resourcesFolder, 'tray', `${state}-${IMAGE_SIZE}.png`);
    const image = nativeImage.createFromPath(file);
    if (image.isEmpty()) this.#options.report(holdfastError('FILE_NOT_FOUND', { params: { path: file } }));
    this.#images.set(state, image);
    return image;
  }

  #item(entry: TrayEntry): MenuItemConstructorOptions {
    if (entry.type === 'separator') return { type: 'separator' };
    // An ampersand would underline the letter after it.
    const label = entry.label.replaceAll('&', '&&');
    switch (entry.type) {
      case 'text':
        return { label, enabled: false };
      case 'place':
        return { label, click: () => this.#options.open(entry.place) };
      case 'back-up':
        return { label, click: () => this.#options.backUp(entry.databaseIds) };
      case 'cancel':
        return { label, click: () => this.#options.cancelJob(entry.jobId) };
      case 'submenu':
        return { label, submenu: entry.entries.map((inner) => this.#item(inner)) };
      case 'pause':
        return { label, click: () => this.#options.pauseAlerts(minutesOf(entry.minutes)) };
      case 'open':
        return { label, click: () => this.#options.open() };
      case 'quit':
        return { label, click: () => this.#options.quit() };
    }
  }
}

/** A menu may be old when it is clicked: the moment of the click counts. */
function minutesOf(length: PauseLength): number | null {
  return length === 'tomorrow' ? minutesUntilTomorrow(Date.now()) : length;
}
