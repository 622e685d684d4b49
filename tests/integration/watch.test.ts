/** Watching as part of a whole core. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeDatabase } from '../helpers/databases';
import { Place } from '../helpers/engine';
import { builtPrograms } from '../helpers/programs';

const programs = builtPrograms();
let place: Place;

beforeEach(async () => {
  place = await Place.make(programs);
});
afterEach(() => place.end());

test('a folder of measurements that cannot be used keeps nothing from being backed up', async () => {
  const home = place.file('home');
  mkdirSync(home);
  writeFileSync(join(home, 'metrics'), 'in the way');
  const core = await place.core({ home, role: 'serve' });
  expect(core.problems(false).map(({ detail, params }) => `${detail} ${JSON.stringify(params)}`)).toEqual([
    expect.stringContaining(join(home, 'metrics')),
  ]);
  const file = place.file('orders.db');
  makeDatabase(file);
  const { id } = await core.addDatabase({ file });
  expect((await core.startBackup(id, 'manual').done).state).toBe('proved');
  expect(readFileSync(join(home, 'metrics'), 'utf8')).toBe('in the way');
});

test('the endpoint tells of databases, backups, operations and alerts of a whole core', async () => {
  const core = await place.core({ role: 'serve' });
  const file = place.file('orders.db');
  makeDatabase(file);
  const { id } = await core.addDatabase({ file, name: 'orders' });
  await core.startBackup(id, 'manual').done;
  const address = await core.openEndpoint(0);
  const { tokenFile } = core.monitoring.endpoint();
  const ask = (path: string) =>
    fetch(`${address}${path}`, { headers: { Authorization: `Bearer ${readFileSync(tokenFile, 'utf8').trim()}` } });
  const text = await (await ask('/metrics')).text();
  expect(text).toMatch(/^holdfast_database_last_proved_backup_timestamp_seconds\{database="orders"\} \d/m);
  expect(text).toMatch(/^holdfast_backups_total\{kind="manual",result="proved"\} 1$/m);
  expect(text).toMatch(/^holdfast_operation_duration_seconds_count\{operation="backup"\} 1$/m);
  expect(text).toMatch(/^holdfast_firing_alerts\{severity="critical"\} 0$/m);
  const health = (await (await ask('/health')).json()) as { checks: Record<string, { status: string }[]> };
  expect(health.checks['endpoint:listening']?.[0]?.status).toBe('pass');
  expect(health.checks['notifiers:failing']?.[0]?.status).toBe('pass');
});

test('an application that pushes its metrics is listed, and its figures can be asked for', async () => {
  const core = await place.core({ role: 'serve' });
  const address = await core.openEndpoint(0);
  const token = readFileSync(core.monitoring.endpoint().tokenFile, 'utf8').trim();
  const body = {
    resourceMetrics: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
        scopeMetrics: [{ metrics: [{ name: 'queue', gauge: { dataPoints: [{ asInt: '7' }] } }] }],
      },
    ],
  };
  const answer = await fetch(`${address}/v1/metrics`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
  expect(core.monitoring.applications()).toMatchObject([{ name: 'shop', state: 'receiving', series: 1 }]);
  expect(core.monitoring.metrics().map(({ key, lastValue }) => [key, lastValue])).toContainEqual([
    'app.value:shop/queue',
    7,
  ]);
});
