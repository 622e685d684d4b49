/** What the buttons about destinations do. */
import type { DestinationInput, DestinationStatus } from '@shared/destinations';
import { call } from '@/api';
import { confirm } from '@/dialogs';
import { currentTexts } from '@/i18n';
import { attempt, notifyDone } from '@/notify';
import { onlyThere } from './only-there';
import { refreshDestinations } from './queries';
import { dismissScan } from './scans';
import { placeOf } from './words';

const toastOf = (id: string): string => `destination-${id}`;

/**
 * Saves a destination.
 * @throws RequestError when the main process refuses it.
 */
export async function saveDestination(input: DestinationInput): Promise<DestinationStatus> {
  const saved = await call('destinations:save', input);
  await refreshDestinations();
  return saved;
}

/** Switches a destination on or off, with a way back. */
export async function switchDestination({ id, config }: DestinationStatus, enabled: boolean): Promise<void> {
  const { t } = currentTexts();
  const saved = await attempt(() => saveDestination({ id, config: { ...config, enabled }, secrets: {} }));
  if (!saved) return;
  const takeBack = (): void => {
    void attempt(async () => {
      await saveDestination({ id, config, secrets: {} });
      notifyDone(t('settings.takenBack'), { id: toastOf(id) });
    });
  };
  notifyDone(t(enabled ? 'destinations.switchedOn' : 'destinations.switchedOff', { name: config.name }), {
    id: toastOf(id),
    action: { label: t('common.undo'), run: takeBack },
  });
}

/** Tries again now what waits or failed. */
export async function copyNow({ id, config }: DestinationStatus): Promise<void> {
  const begun = await attempt(() => call('destinations:copy-now', { id }));
  if (begun === undefined) return;
  notifyDone(currentTexts().t('destinations.copying', { name: config.name }), { id: toastOf(id) });
  await refreshDestinations();
}

/** Asks, naming what is forgotten and what stays, then forgets a destination. */
export async function removeDestination(destination: DestinationStatus): Promise<void> {
  const { t } = currentTexts();
  const { id, config, copies } = destination;
  const { name } = config;
  const points = await attempt(() => call('backups:list', {}));
  if (!points) return;
  const lost = onlyThere(points, id).length;
  const confirmed = await confirm({
    title: t('destinations.remove.title', { name }),
    lines: [
      copies.total === 0
        ? t('destinations.remove.effectNone')
        : t('destinations.remove.effect', { count: copies.total }),
      ...(lost > 0 ? [t('destinations.remove.lost', { count: lost })] : []),
      ...(config.encryption.mode === 'none' ? [] : [t('destinations.remove.secrets')]),
      t('destinations.remove.stays'),
    ],
    objects: [placeOf(config)],
    confirmLabel: t('destinations.remove.confirm'),
    danger: true,
  });
  if (!confirmed) return;
  const removed = await attempt(() => call('destinations:remove', { id }));
  if (removed === undefined) return;
  dismissScan(id);
  await refreshDestinations();
  notifyDone(t('destinations.remove.done', { name }), { id: toastOf(id) });
}
