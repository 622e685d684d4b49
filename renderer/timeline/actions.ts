/** What is done with a chosen moment, and with continuous protection. Each reports its own failure. */
import type { GuardedDatabase } from '@shared/models';
import type { ResolvedMoment } from '@shared/recovery';
import { call } from '@/api';
import { currentTexts } from '@/i18n';
import { attempt, notifyDone } from '@/notify';
import { openRestore } from '@/restore/flow';
import { loaded, takeState } from '@/store';
import { isPoint } from './come-back';

/** Opens the restore panel: for the restore point when it is one, else for the moment. */
export async function restoreMoment(moment: ResolvedMoment): Promise<void> {
  const { databaseId, contentAt, pointId, uncertaintyMs } = moment;
  if (!isPoint(moment)) {
    openRestore({ kind: 'moment', databaseId, at: contentAt, uncertaintyMs });
    return;
  }
  const points = await attempt(() => call('backups:list', { databaseId }), { databaseId });
  const point = points?.find(({ id }) => id === pointId);
  if (point) openRestore({ kind: 'point', point });
}

/** Switches continuous protection of a database. */
export async function setContinuous({ id, name }: GuardedDatabase, enabled: boolean): Promise<void> {
  const database = await attempt(() => call('continuous:set', { databaseId: id, enabled }), { databaseId: id });
  if (!database) return;
  // the answer may come before the next published state; the switch need not wait for that
  const state = loaded();
  takeState({
    ...state,
    databases: state.databases.map((status) => (status.database.id === id ? { ...status, database } : status)),
  });
  const { t } = currentTexts();
  notifyDone(t(enabled ? 'continuous.on' : 'continuous.turnedOff', { name }), {
    id: `continuous-${id}`,
    detail: t(enabled ? 'continuous.onDetail' : 'continuous.turnedOffDetail'),
  });
}
