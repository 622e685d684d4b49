/** What `/metrics` tells, read back with the reader of scraped applications. */
import { afterEach, expect, it } from 'vitest';
import { OperationTotals } from '../../electron/health/operation-totals';
import { PrometheusReader } from '../../electron/ingest/prometheus-text';
import { type EndpointScene, fullSnapshot, openEndpoint, snapshotOf } from './endpoint-scene';

let scene: EndpointScene | undefined;
afterEach(() => scene?.close());

async function told(snapshot = fullSnapshot()): Promise<Record<string, number>> {
  scene = await openEndpoint({ snapshot: async () => snapshot });
  const answer = await scene.ask('/metrics');
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const samples: Record<string, number> = {};
  const reader = new PrometheusReader(false, ({ name, labels, value, family }) => {
    expect(family.type).not.toBe('untyped');
    samples[`${name}${labels.map(([label, text]) => ` ${label}=${text}`).join('')}`] = value;
  });
  reader.push(await answer.text());
  reader.end();
  return samples;
}

it('tells everything in base units, with names that need escaping', async () => {
  const samples = await told();
  const database = 'database=orders "eu"\\\n';
  expect(samples).toMatchObject({
    'holdfast_info version=1.2.3': 1,
    holdfast_up: 1,
    holdfast_start_timestamp_seconds: 1_777_723_200,
    [`holdfast_database_protection ${database} state=protected`]: 1,
    [`holdfast_database_protection ${database} state=unprotected`]: 0,
    [`holdfast_database_last_proved_backup_timestamp_seconds ${database}`]: 1_777_723_100.5,
    [`holdfast_database_last_proved_backup_size_bytes ${database}`]: 5_000_000_000,
    [`holdfast_database_last_proved_backup_duration_seconds ${database}`]: 1.25,
    'holdfast_backups_total kind=daily result=proved': 3,
    'holdfast_restores_total outcome=restored': 2,
    'holdfast_open_problems severity=high': 2,
    'holdfast_firing_alerts severity=critical': 1,
    holdfast_machine_cpu_busy_ratio: 0.25,
    'holdfast_machine_disk_size_bytes mount=/': 1e12,
    'holdfast_machine_network_receive_bytes_per_second interface=eth0': 10.5,
    holdfast_own_loop_delay_p99_seconds: 0.0025,
    'holdfast_operation_duration_seconds_bucket operation=backup le=0.1': 2,
    'holdfast_operation_duration_seconds_bucket operation=backup le=1': 3,
    'holdfast_operation_duration_seconds_bucket operation=backup le=+Inf': 4,
    'holdfast_operation_duration_seconds_sum operation=backup': 6.5,
    'holdfast_operation_duration_seconds_count operation=backup': 4,
    'holdfast_operation_failures_total operation=backup': 1,
    'holdfast_probe_up probe=site': 1,
    'holdfast_probe_duration_seconds probe=site': 0.12,
    'holdfast_probe_certificate_expiry_timestamp_seconds probe=site': 1_800_000_000,
    'holdfast_business_value database=orders figure=videos per day unit=count': 42,
    'holdfast_scrape_up application=shop': 0,
    holdfast_outbox_waiting: 4,
    'holdfast_health_status component=disk status=warn': 1,
    'holdfast_health_status component=disk status=pass': 0,
  });
  // what is not known is not told as zero
  expect(Object.keys(samples).filter((name) => name.includes('not tried'))).toEqual([]);
  expect(samples).not.toHaveProperty('holdfast_database_last_proved_backup_timestamp_seconds database=new');
});

it('tells little of a Holdfast that has just started', async () => {
  const names = Object.keys(await told(snapshotOf()));
  expect(names.filter((name) => !name.includes('severity='))).toEqual([
    'holdfast_info version=1.2.3',
    'holdfast_up',
    'holdfast_start_timestamp_seconds',
  ]);
});

it('counts operations by time and failure', () => {
  const totals = new OperationTotals();
  for (const [tookMs, ok] of [
    [5, true],
    [6, true],
    [99_999_999, false],
  ] as const)
    totals.add('backup', tookMs, ok);
  const [figures] = totals.list();
  expect(figures).toMatchObject({ operation: 'backup', failed: 1, time: { sum: 100_000_010 } });
  expect(figures!.time.counts).toHaveLength(figures!.time.bounds.length + 1);
  expect([figures!.time.counts[0], figures!.time.counts[1], figures!.time.counts.at(-1)]).toEqual([1, 1, 1]);
  totals.add('backup', 1, true);
  expect(figures!.time.counts[0]).toBe(1);
});
