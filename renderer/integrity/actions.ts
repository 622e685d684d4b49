/** What the buttons of the integrity view do. Each reports its own failure. */
import type { CheckDepth, RepairPlan, RepairRecord, RepairStep, SalvageReport } from '@shared/integrity';
import type { GuardedDatabase } from '@shared/models';
import { call } from '@/api';
import { confirm } from '@/dialogs';
import { currentTexts } from '@/i18n';
import { navigate } from '@/navigation';
import { attempt, notifyDone, notifyRefused, reportError } from '@/notify';
import { refreshPoints } from '@/queries';
import { refreshRules } from '@/rules/actions';
import { createValue } from '@/value';
import { refreshIntegrity } from './queries';
import { meaningWords, outcomeWords } from './words';

/** What is being worked out for a database; outlives the view, as the work does. */
export interface RepairWork {
  plan: RepairPlan | null;
  /** What the last recovery into a new file gave. */
  salvaged: SalvageReport | null;
  busy: 'plan' | 'repair' | 'salvage' | null;
}

const IDLE: RepairWork = { plan: null, salvaged: null, busy: null };

export const repairWork = createValue<ReadonlyMap<string, RepairWork>>(new Map());

export const workOf = (works: ReadonlyMap<string, RepairWork>, databaseId: string): RepairWork =>
  works.get(databaseId) ?? IDLE;

function patch(databaseId: string, change: Partial<RepairWork>): void {
  repairWork.update((works) => new Map(works).set(databaseId, { ...workOf(works, databaseId), ...change }));
}

/** Checks a database and tells how that ended, wherever the window is by then. */
export async function checkNow({ id, name }: Pick<GuardedDatabase, 'id' | 'name'>, depth: CheckDepth): Promise<void> {
  const check = await attempt(() => call('integrity:check', { databaseId: id, depth }), { databaseId: id });
  refreshIntegrity();
  if (!check) return;
  // It says more of the database than the plan does.
  patch(id, { plan: null });
  const texts = currentTexts();
  const { t } = texts;
  const title = t('integrity.done', { name, outcome: outcomeWords(check, texts) });
  if (check.outcome !== 'ok') {
    notifyRefused(title, meaningWords(check, texts));
    return;
  }
  notifyDone(title, { id: `checked-${id}`, action: { label: t('integrity.show'), run: () => showIntegrity(id) } });
}

export function showIntegrity(databaseId: string): void {
  navigate({ tab: 'backups', databaseId, view: 'integrity' });
}

/** Checks in full and finds out what could be done; changes nothing. */
export async function findPlan(databaseId: string): Promise<void> {
  patch(databaseId, { busy: 'plan', plan: null });
  const plan = await attempt(() => call('repair:plan', { databaseId }), { databaseId });
  patch(databaseId, { busy: null, plan: plan ?? null });
  refreshIntegrity();
  refreshRules();
}

/** Asks, then runs steps behind a fresh backup, and tells how that ended. */
export async function repairNow({ id, name }: GuardedDatabase, steps: readonly RepairStep[]): Promise<void> {
  const { t } = currentTexts();
  const confirmed = await confirm({
    title: t('integrity.repair.confirmTitle', { name }),
    lines: [t('integrity.repair.confirmBackup'), t('integrity.repair.confirmUndo')],
    objects: steps.map(({ kind, subject }) => t(`integrity.repair.kind.${kind}`, { subject })),
    confirmLabel: t('integrity.repair.confirm'),
    danger: false,
  });
  if (!confirmed) return;
  patch(id, { busy: 'repair' });
  try {
    tell(name, await call('repair:run', { databaseId: id, steps: [...steps] }));
    patch(id, { plan: null });
  } catch (thrown) {
    reportError(thrown, { databaseId: id });
  } finally {
    patch(id, { busy: null });
    refreshIntegrity();
    refreshRules();
    refreshPoints();
  }
}

function tell(name: string, { outcome }: RepairRecord): void {
  const { t } = currentTexts();
  const title = t(`integrity.repair.${outcome}`, { name });
  if (outcome === 'repaired') notifyDone(title);
  else notifyRefused(title, t(outcome === 'undone' ? 'integrity.repair.asBefore' : 'integrity.repair.changedNothing'));
}

/** Reads what can be read into a new file; the place is chosen in a dialog. */
export async function salvageNow(databaseId: string): Promise<void> {
  patch(databaseId, { busy: 'salvage' });
  const report = await attempt(() => call('repair:salvage', { databaseId }), { databaseId });
  patch(databaseId, { busy: null, ...(report ? { salvaged: report } : {}) });
}

export function closeSalvage(databaseId: string): void {
  patch(databaseId, { salvaged: null });
}
