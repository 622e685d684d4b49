/** Changing settings: applied at once, with a toast that can take the change back. */
import type { GuardedDatabase } from '@shared/models';
import type { Settings } from '@shared/settings';
import { call } from '@/api';
import { currentTexts } from '@/i18n';
import { notifyDone, reportError } from '@/notify';
import { loaded, takeState } from '@/store';

/** The id of the toast: a later change replaces it. */
const TOAST = 'setting-changed';

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/**
 * Sets one setting and offers to undo it.
 * @throws RequestError when the main process refuses the value.
 */
export async function applySetting<K extends keyof Settings>(key: K, value: Settings[K]): Promise<void> {
  const before = loaded().settings[key];
  if (same(before, value)) return;
  await send(key, value);
  const { t } = currentTexts();
  const undo = (): void => {
    send(key, before).then(tellTakenBack, reportError);
  };
  notifyDone(t('settings.changed', { setting: t(`settings.${key}.label`) }), {
    id: TOAST,
    action: { label: t('common.undo'), run: undo },
  });
}

/** Sets one setting and reports a refusal. True when it was set. */
export async function changeSetting<K extends keyof Settings>(key: K, value: Settings[K]): Promise<boolean> {
  try {
    await applySetting(key, value);
    return true;
  } catch (thrown) {
    reportError(thrown);
    return false;
  }
}

async function send<K extends keyof Settings>(key: K, value: Settings[K]): Promise<void> {
  const settings = await call('settings:set', { [key]: value });
  // the answer may come before the next published state; the window need not wait for that
  takeState({ ...loaded(), settings });
}

function tellTakenBack(): void {
  notifyDone(currentTexts().t('settings.takenBack'), { id: TOAST });
}

/**
 * Sets the schedules of a database and offers to undo it.
 * @throws RequestError when the main process refuses a cron pattern.
 */
export async function setSchedules(database: GuardedDatabase, schedules: GuardedDatabase['schedules']): Promise<void> {
  const before = database.schedules;
  if (same(before, schedules)) return;
  await sendSchedules(database.id, schedules);
  const { t } = currentTexts();
  const undo = (): void => {
    sendSchedules(database.id, before).then(tellTakenBack, reportError);
  };
  notifyDone(t('settings.scheduleChanged', { name: database.name }), {
    id: TOAST,
    action: { label: t('common.undo'), run: undo },
  });
}

async function sendSchedules(databaseId: string, schedules: GuardedDatabase['schedules']): Promise<void> {
  const database = await call('databases:set-schedules', { databaseId, schedules });
  const state = loaded();
  takeState({
    ...state,
    databases: state.databases.map((status) => (status.database.id === databaseId ? { ...status, database } : status)),
  });
}
