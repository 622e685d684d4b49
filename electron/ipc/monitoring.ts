/** Requests about what is measured and watched. */
import { writeFile } from 'node:fs/promises';
import { wrapError } from '../errors/wrap';
import type { IpcContext } from './context';
import type { Handlers } from './door';

type Prefix = 'metrics' | 'processes' | 'probes' | 'applications' | 'scrapes' | 'business' | 'queries' | 'endpoint';
type Domain = Pick<Handlers, Extract<keyof Handlers, `${Prefix}:${string}`>>;

export function monitoringHandlers({ core, dialogs }: IpcContext): Domain {
  const { monitoring } = core;
  return {
    'metrics:history': () => monitoring.readings(),
    'metrics:list': () => monitoring.metrics(),
    'metrics:query': (query) => monitoring.query(query),
    'metrics:events': ({ fromMs, toMs }) => monitoring.events(fromMs, toMs),
    'metrics:watch': ({ live }) => {
      monitoring.watch(live);
      return null;
    },
    'metrics:export-csv': async ({ keys, fromMs, toMs }) => {
      const target = await dialogs.saveTable(`holdfast-${fileDay(fromMs)}.csv`);
      if (target !== null) await write(target, await monitoring.exportCsv(keys, fromMs, toMs));
      return target;
    },
    'metrics:export-png': async ({ name, png }) => {
      const target = await dialogs.savePicture(`${fileName(name)}.png`);
      if (target !== null) await write(target, png);
      return target;
    },
    'processes:top': ({ by, count }) => monitoring.topProcesses(by, count),

    'probes:list': () => monitoring.probes(),
    'probes:save': (input) => monitoring.saveProbe(input),
    'probes:remove': ({ id }) => {
      monitoring.removeProbe(id);
      return null;
    },
    'probes:try': ({ config }) => monitoring.tryProbe(config),

    'applications:list': () => monitoring.applications(),
    'scrapes:save': (input) => monitoring.saveScrape(input),
    'scrapes:remove': ({ id }) => {
      monitoring.removeScrape(id);
      return null;
    },
    'scrapes:try': ({ config, token }) => monitoring.tryScrape(config, token),

    'business:list': () => monitoring.businessMetrics(),
    'business:save': (input) => monitoring.saveBusiness(input),
    'business:remove': ({ id }) => {
      monitoring.removeBusiness(id);
      return null;
    },
    'business:run': ({ id }) => monitoring.runBusiness(id),
    'business:rows': ({ id }) => monitoring.businessRows(id),
    'business:presets': ({ databaseId }) => monitoring.businessPresets(databaseId),
    'queries:try': ({ databaseId, sql }) => monitoring.tryQuery(databaseId, sql),

    'endpoint:get': () => monitoring.endpoint(),
  };
}

async function write(target: string, content: string | Uint8Array): Promise<void> {
  try {
    await writeFile(target, content);
  } catch (thrown) {
    throw wrapError(thrown, { path: target });
  }
}

const fileDay = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);

/** A title as a file name that every file system takes. */
function fileName(title: string): string {
  const plain = title.replaceAll(/[\p{C}/\\:*?"<>|]+/gu, ' ').trim();
  return plain.slice(0, 100) || 'chart';
}
