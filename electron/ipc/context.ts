/** What the handlers work with. This folder does not know the desktop: it says what it needs of it. */
import type { RuntimeInfo } from '@shared/models';
import type { Core } from '../core/types';

/** The desktop's file dialogs. Each answers null when it was cancelled. */
export interface FileDialogs {
  chooseDatabase(): Promise<string | null>;
  /** Opens at `folder`. */
  chooseBackupFile(folder: string): Promise<string | null>;
  /** `now` is the folder that is set. */
  chooseBackupFolder(now: string): Promise<string | null>;
  /** `name` is offered; the desktop itself asks before an existing file is taken. */
  saveBackup(name: string): Promise<string | null>;
  /** `name` is offered; the desktop itself asks before an existing file is taken. */
  saveDatabase(name: string): Promise<string | null>;
  /** A CSV file; `name` is offered. */
  saveTable(name: string): Promise<string | null>;
  chooseLog(): Promise<string | null>;
  /** A JSON or CSV file, by the end of `name`, which is offered. */
  saveErrors(name: string): Promise<string | null>;
  /** A PNG file; `name` is offered. */
  savePicture(name: string): Promise<string | null>;
}

export interface IpcContext {
  core: Core;
  dialogs: FileDialogs;
  runtime: () => RuntimeInfo;
  /** Shows a file in the desktop's file manager. */
  reveal: (file: string) => void;
  copyText: (text: string) => Promise<void>;
}
