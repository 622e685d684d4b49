/** Health as `application/health+json`: the same document for `GET /health` and for the command. */
import type { HealthComponent, HealthStatus } from '@shared/models';
import { createTranslator } from '@shared/text';

/** Machines and people of any language read this document; the keys beside the sentences do not change. */
const english = createTranslator('en');

export interface HealthCheckEntry {
  componentId: string;
  componentType: string;
  observedValue: number | null;
  observedUnit: string;
  status: HealthStatus;
  time: string;
  output?: string;
}

export interface HealthDocument {
  status: HealthStatus;
  version: string;
  releaseId: string;
  serviceId: string;
  description: string;
  checks: Record<string, HealthCheckEntry[]>;
}

/** Results older than this are not to be relied on: they count as a warning. */
const STALE_AFTER_MS = 5 * 60_000;

const MEASUREMENTS: Record<HealthComponent['component'], { measurement: string; type: string }> = {
  databases: { measurement: 'protection', type: 'datastore' },
  backups: { measurement: 'age', type: 'component' },
  'backup-folder': { measurement: 'writable', type: 'datastore' },
  disk: { measurement: 'free', type: 'system' },
  memory: { measurement: 'utilization', type: 'system' },
  cpu: { measurement: 'utilization', type: 'system' },
  'event-loop': { measurement: 'delay', type: 'system' },
  store: { measurement: 'integrity', type: 'datastore' },
  monitoring: { measurement: 'age', type: 'component' },
  services: { measurement: 'down', type: 'component' },
  notifiers: { measurement: 'failing', type: 'component' },
  endpoint: { measurement: 'listening', type: 'component' },
  keyring: { measurement: 'available', type: 'component' },
  copies: { measurement: 'complete', type: 'component' },
  drills: { measurement: 'age', type: 'component' },
  continuous: { measurement: 'covered', type: 'component' },
  integrity: { measurement: 'sound', type: 'datastore' },
  'data-rules': { measurement: 'broken', type: 'datastore' },
  operations: { measurement: 'errors', type: 'component' },
  logs: { measurement: 'failing', type: 'component' },
};

const RANK: Record<HealthStatus, number> = { pass: 0, warn: 1, fail: 2 };

/** Makes the document from the components' last results. `now` tells which of them are stale. */
export function healthDocument(components: HealthComponent[], version: string, now = new Date()): HealthDocument {
  const checks: Record<string, HealthCheckEntry[]> = {};
  let status: HealthStatus = 'pass';
  for (const component of components) {
    const entry = checkEntry(component, now);
    if (RANK[entry.status] > RANK[status]) status = entry.status;
    const { measurement } = MEASUREMENTS[component.component];
    (checks[`${component.component}:${measurement}`] ??= []).push(entry);
  }
  return { status, version: '1', releaseId: version, serviceId: 'holdfast', description: 'Holdfast', checks };
}

function checkEntry(component: HealthComponent, now: Date): HealthCheckEntry {
  const stale = now.getTime() - Date.parse(component.time) > STALE_AFTER_MS;
  const status = stale && component.status === 'pass' ? 'warn' : component.status;
  const output = [
    ...(component.status === 'pass'
      ? []
      : [english(`health.${component.component}.${component.key}`, component.params)]),
    ...(stale ? [`stale: last looked at ${component.time}`] : []),
  ].join('; ');
  return {
    componentId: component.component,
    componentType: MEASUREMENTS[component.component].type,
    observedValue: component.observedValue,
    observedUnit: component.observedUnit,
    status,
    time: component.time,
    ...(output === '' ? {} : { output }),
  };
}
