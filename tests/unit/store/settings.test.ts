import Database from 'better-sqlite3';
import { defaultSettings, type SettingsPatch } from '@shared/settings';
import { expect, test } from 'vitest';
import { scratchStore, thrownBy } from './fixture';

const FOLDER = '/home/someone/backups';

test('a new store has the defaults', () => {
  expect(scratchStore().settings.read(FOLDER)).toEqual({ settings: defaultSettings(FOLDER), invalid: [] });
});

test('what was changed stays changed, the rest stays default', () => {
  const store = scratchStore();
  store.settings.write({ theme: 'dark', backupFolder: '/mnt/nas' });
  store.settings.write({ theme: 'light' });
  store.close();
  const { settings } = scratchStore(store.file).settings.read(FOLDER);
  expect(settings).toEqual({ ...defaultSettings(FOLDER), theme: 'light', backupFolder: '/mnt/nas' });
});

test.each<{ key: string; value: string }>([
  { key: 'theme', value: '"purple"' },
  { key: 'retention', value: '{"daily":0,"weekly":0,"monthly":0}' },
  { key: 'retention', value: '{"daily":"many"}' },
  { key: 'closeToTray', value: '1' },
  { key: 'backupFolder', value: '""' },
  { key: 'constructor', value: '{}' },
  { key: 'a setting of a later version', value: 'true' },
])('$key = $value in the store costs that setting alone', ({ key, value }) => {
  const { settings, file } = scratchStore();
  settings.write({ launchAtLogin: true });
  const foreign = new Database(file);
  foreign.prepare('INSERT INTO settings VALUES (?, ?)').run(key, value);
  foreign.close();
  expect(settings.read(FOLDER)).toEqual({
    settings: { ...defaultSettings(FOLDER), launchAtLogin: true },
    invalid: [key],
  });
});

test('a group that was stored without a member takes that member from the default', () => {
  const { settings, file } = scratchStore();
  const older = new Database(file);
  older.exec(`INSERT INTO settings VALUES ('notifications', '{"backupFailed":false}')`);
  older.close();
  expect(settings.read(FOLDER)).toMatchObject({
    settings: { notifications: { backupFailed: false, backupOverdue: true, restoreEnded: true } },
    invalid: [],
  });
});

test('a change that is not valid is told with its name, and nothing of it is stored', () => {
  const { settings } = scratchStore();
  const patch = {
    theme: 'dark',
    retention: { incremental: 5, daily: 0, weekly: 0, monthly: 0 },
  } satisfies SettingsPatch;
  expect(thrownBy(() => settings.write(patch))).toMatchObject({
    code: 'SETTING_INVALID',
    params: { setting: 'retention', reason: 'keep at least one' },
  });
  const unknown = { colour: 'blue' } as SettingsPatch;
  expect(thrownBy(() => settings.write(unknown))).toMatchObject({ params: { setting: 'colour' } });
  expect(settings.read(FOLDER).settings.theme).toBe('system');
});
