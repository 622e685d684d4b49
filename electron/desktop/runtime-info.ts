/** What Holdfast runs on, for the people who look after it. */
import type { RuntimeInfo } from '@shared/models';
import Database from 'better-sqlite3';
import { app } from 'electron';

/** Versions of the program and everything below it. */
export function runtimeInfo(home: string): RuntimeInfo {
  return {
    version: app.getVersion(),
    electron: process.versions.electron,
    chrome: process.versions.chrome,
    node: process.versions.node,
    sqlite: sqliteVersion(),
    platform: `${process.platform} ${process.arch}`,
    home,
  };
}

function sqliteVersion(): string {
  const database = new Database(':memory:');
  try {
    return String(database.prepare('SELECT sqlite_version()').pluck().get());
  } finally {
    database.close();
  }
}
