/** The settings, one row each, so that a value that cannot be read costs that setting alone. */
import { defaultSettings, Settings, type SettingsPatch } from '@shared/settings';
import { z } from 'zod';
import { holdfastError } from '../errors/holdfast-error';
import { parseJson } from './columns';
import type { Connection } from './connection';

const Row = z.object({ key: z.string(), value: z.string() });

export interface SettingsRead {
  settings: Settings;
  /** Keys whose stored value is unknown or not valid; the default holds for them. */
  invalid: string[];
}

export class SettingsTable {
  private readonly connection: Connection;
  private readonly rows;
  private readonly put;

  constructor(connection: Connection) {
    this.connection = connection;
    this.rows = connection.query('SELECT key, value FROM settings ORDER BY key', Row);
    this.put = connection.command(
      'INSERT INTO settings (key, value) VALUES (@key, @value) ON CONFLICT DO UPDATE SET value = @value',
    );
  }

  /** The stored settings over the defaults. */
  read(defaultBackupFolder: string, defaultEndpointPort?: number): SettingsRead {
    const settings: Record<string, unknown> = { ...defaultSettings(defaultBackupFolder, defaultEndpointPort) };
    const invalid: string[] = [];
    for (const { key, value } of this.rows.all()) {
      const parsed = schemaOf(key)?.safeParse(overDefault(parseJson(value), settings[key]));
      if (parsed?.success) settings[key] = parsed.data;
      else invalid.push(key);
    }
    return { settings: Settings.parse(settings), invalid };
  }

  /** Stores what `patch` names, all or nothing. Throws `SETTING_INVALID` with the setting and the reason. */
  write(patch: SettingsPatch): void {
    this.connection.atomically(() => {
      for (const [key, value] of Object.entries(patch)) {
        if (value === undefined) continue;
        const parsed = schemaOf(key)?.safeParse(value);
        if (!parsed?.success) {
          const reason = parsed?.error.issues.map((issue) => issue.message).join('; ') ?? 'there is no such setting';
          throw holdfastError('SETTING_INVALID', { params: { setting: key, reason } });
        }
        this.put({ key, value: JSON.stringify(parsed.data) });
      }
    });
  }
}

const schemaOf = (key: string): z.ZodType | undefined =>
  Object.hasOwn(Settings.shape, key) ? Settings.shape[key as keyof Settings] : undefined;

/** A group of settings that was stored before it had all its members takes the missing ones from the default. */
function overDefault(stored: unknown, standard: unknown): unknown {
  return isGroup(stored) && isGroup(standard) ? { ...standard, ...stored } : stored;
}

const isGroup = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
