/** What `/metrics` tells: names are a promise to dashboards and rules. Add, never rename. Base units only. */
import { SEVERITIES, type Severity } from '@shared/errors';
import type { HealthStatus, Protection } from '@shared/models';
import { Exposition } from './exposition';
import type { DatabaseFigures, MetricsSnapshot } from './snapshot';

const PROTECTIONS: readonly Protection[] = ['protected', 'at-risk', 'unprotected', 'working'];
const STATUSES: readonly HealthStatus[] = ['pass', 'warn', 'fail'];

/** The text of one scrape. */
export function metricsText(snapshot: MetricsSnapshot): string {
  const out = new Exposition();
  out.gauge('holdfast_info', 'Version of Holdfast; always 1.', [[{ version: snapshot.version }, 1]]);
  out.gauge('holdfast_up', 'Holdfast works; always 1.', [[{}, 1]]);
  out.gauge('holdfast_start_timestamp_seconds', 'When Holdfast started.', [[{}, seconds(snapshot.startedAtMs)]]);
  tellDatabases(out, snapshot);
  tellTrouble(out, snapshot);
  tellMachine(out, snapshot);
  tellOperations(out, snapshot);
  tellWatched(out, snapshot);
  return out.toString();
}

function tellDatabases(out: Exposition, { databases, backups, restores }: MetricsSnapshot): void {
  const each = (value: (database: DatabaseFigures) => number | null) =>
    databases.map((database) => [{ database: database.name }, value(database)] as const);
  out.gauge(
    'holdfast_database_protection',
    'Protection of a guarded database: 1 for the state that it is in.',
    databases.flatMap(({ name, protection }) =>
      PROTECTIONS.map((state) => [{ database: name, state }, Number(state === protection)] as const),
    ),
  );
  const last = 'holdfast_database_last_proved_backup';
  out.gauge(
    `${last}_timestamp_seconds`,
    'When the newest proved backup was taken.',
    each(({ lastProvedAtMs }) => seconds(lastProvedAtMs)),
  );
  out.gauge(
    `${last}_size_bytes`,
    'Size of the newest proved backup.',
    each(({ lastProvedBytes }) => lastProvedBytes),
  );
  out.gauge(
    `${last}_duration_seconds`,
    'How long the newest proved backup took.',
    each(({ lastProvedMs }) => seconds(lastProvedMs)),
  );
  out.gauge(
    'holdfast_database_restore_points',
    'Restore points of a guarded database.',
    each(({ restorePoints }) => restorePoints),
  );
  out.gauge(
    'holdfast_database_backups_size_bytes',
    'Size of all backups of a guarded database.',
    each(({ storedBytes }) => storedBytes),
  );
  out.gauge(
    'holdfast_database_size_bytes',
    'Size of the live database.',
    each(({ liveBytes }) => liveBytes),
  );
  out.counter(
    'holdfast_backups_total',
    'Backups that ended since Holdfast started.',
    backups.map(({ kind, result, count }) => [{ kind, result }, count] as const),
  );
  out.counter(
    'holdfast_restores_total',
    'Restores that ended since Holdfast started.',
    restores.map(({ outcome, count }) => [{ outcome }, count] as const),
  );
}

function tellTrouble(out: Exposition, { openProblems, firingAlerts, outboxWaiting, health }: MetricsSnapshot): void {
  const bySeverity = (counts: Readonly<Record<Severity, number>>) =>
    SEVERITIES.map((severity) => [{ severity: severity.toLowerCase() }, counts[severity]] as const);
  out.gauge('holdfast_open_problems', 'Open problems.', bySeverity(openProblems));
  out.gauge('holdfast_firing_alerts', 'Alerts that fire.', bySeverity(firingAlerts));
  out.gauge('holdfast_outbox_waiting', 'Messages to alert channels that are not sent yet.', [[{}, outboxWaiting]]);
  out.gauge(
    'holdfast_health_status',
    'Health of a component: 1 for the status that it has.',
    health.flatMap(({ component, status }) =>
      STATUSES.map((one) => [{ component, status: one }, Number(one === status)] as const),
    ),
  );
}

function tellMachine(out: Exposition, { machine, own }: MetricsSnapshot): void {
  if (machine) {
    const { disks, networks } = machine;
    out.gauge('holdfast_machine_cpu_busy_ratio', 'Share of all processors in use.', [[{}, machine.cpuFraction]]);
    out.gauge('holdfast_machine_memory_used_bytes', 'Memory in use.', [[{}, machine.memoryUsedBytes]]);
    out.gauge('holdfast_machine_memory_size_bytes', 'Memory of the machine.', [[{}, machine.memoryTotalBytes]]);
    out.gauge(
      'holdfast_machine_disk_used_bytes',
      'Space in use on a disk.',
      disks.map(({ mount, usedBytes }) => [{ mount }, usedBytes] as const),
    );
    out.gauge(
      'holdfast_machine_disk_size_bytes',
      'Size of a disk.',
      disks.map(({ mount, totalBytes }) => [{ mount }, totalBytes] as const),
    );
    out.gauge(
      'holdfast_machine_network_receive_bytes_per_second',
      'Received by a network interface.',
      networks.map(({ name, receivedBytesPerSecond }) => [{ interface: name }, receivedBytesPerSecond] as const),
    );
    out.gauge(
      'holdfast_machine_network_transmit_bytes_per_second',
      'Sent by a network interface.',
      networks.map(({ name, sentBytesPerSecond }) => [{ interface: name }, sentBytesPerSecond] as const),
    );
  }
  if (own) {
    const { cpuFraction, memoryBytes, loopDelayP99Ms, loopDelayMaxMs } = own;
    out.gauge('holdfast_own_cpu_ratio', 'Share of all processors that Holdfast uses.', [[{}, cpuFraction]]);
    out.gauge('holdfast_own_memory_bytes', 'Memory that Holdfast uses.', [[{}, memoryBytes]]);
    out.gauge('holdfast_own_loop_delay_p99_seconds', 'Delay of the main loop since the last sample, 99th percentile.', [
      [{}, seconds(loopDelayP99Ms)],
    ]);
    out.gauge('holdfast_own_loop_delay_max_seconds', 'Delay of the main loop since the last sample, longest.', [
      [{}, seconds(loopDelayMaxMs)],
    ]);
  }
}

function tellOperations(out: Exposition, { operations }: MetricsSnapshot): void {
  out.histogram(
    'holdfast_operation_duration_seconds',
    'How long Holdfast’s own operations took.',
    operations.map(({ operation, time: { bounds, counts, sum } }) => [
      { operation },
      { bounds: bounds.map((bound) => bound / 1_000), counts, sum: seconds(sum) },
    ]),
  );
  out.counter(
    'holdfast_operation_failures_total',
    'Operations of Holdfast that failed.',
    operations.map(({ operation, failed }) => [{ operation }, failed] as const),
  );
}

function tellWatched(out: Exposition, { probes, business, scrapes }: MetricsSnapshot): void {
  out.gauge(
    'holdfast_probe_up',
    'Whether a watched service answers.',
    probes.map(({ name, up }) => [{ probe: name }, oneOrZero(up)] as const),
  );
  out.gauge(
    'holdfast_probe_duration_seconds',
    'How long the last answer of a watched service took.',
    probes.map(({ name, timeMs }) => [{ probe: name }, seconds(timeMs)] as const),
  );
  out.gauge(
    'holdfast_probe_certificate_expiry_timestamp_seconds',
    'When the certificate of a watched service ends.',
    probes.map(({ name, certificateEndsAtMs }) => [{ probe: name }, seconds(certificateEndsAtMs)] as const),
  );
  out.gauge(
    'holdfast_business_value',
    'Figure that a query of a guarded database gives.',
    business.map(({ database, name, unit, value }) => [{ database, figure: name, unit }, value] as const),
  );
  out.gauge(
    'holdfast_scrape_up',
    'Whether the metrics of an application could be fetched.',
    scrapes.map(({ name, up }) => [{ application: name }, oneOrZero(up)] as const),
  );
}

function seconds(milliseconds: number): number;
function seconds(milliseconds: number | null): number | null;
function seconds(milliseconds: number | null): number | null {
  return milliseconds === null ? null : milliseconds / 1_000;
}

const oneOrZero = (up: boolean | null): number | null => (up === null ? null : Number(up));
