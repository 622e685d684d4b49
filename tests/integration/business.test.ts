/** Business figures of the sample database, read by real job processes and checked against counting by hand. */
import { existsSync, rmSync } from 'node:fs';
import { CATALOGS } from '@shared/text';
import { BusinessConfig } from '@shared/monitoring';
import type { GuardedDatabase } from '@shared/models';
import { DEFAULT_SCHEDULES } from '@shared/settings';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Business, createBusiness } from '../../electron/business/business';
import { BUSINESS_PRESET_NAMES, type BusinessPresetName } from '../../electron/business/presets';
import { buildSampleDatabase } from '../../electron/database/sample';
import { openStore, type Store } from '../../electron/store/open';
import { change, fileHash, filesOf, makeDatabase } from '../helpers/databases';
import { codeOf, launcher, Place } from '../helpers/engine';
import { builtPrograms } from '../helpers/programs';
import { until } from '../helpers/until';

const programs = builtPrograms();
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
let place: Place;
let store: Store;
let business: Business;
let language: 'en' | 'ko' = 'en';
let started = 0;
const counted: boolean[] = [];
const records: [string, number][] = [];

beforeEach(async () => {
  language = 'en';
  place = await Place.make(programs);
  store = openStore(place.file('holdfast.db'));
  started = 0;
  for (const list of [counted, records]) list.length = 0;
  business = createBusiness({
    table: store.businessMetrics,
    databases: () => store.databases.list(),
    launch: launcher(programs.job, { onStart: () => started++ }),
    sink: {
      record: (key, value) => void records.push([key, value]),
      observe: () => undefined,
      merge: () => undefined,
    },
    clock: { nowMs: () => Date.now() },
    language: () => language,
    onChange: () => undefined,
    onVerdict: () => undefined,
    onQuery: (_, ok) => void counted.push(ok),
    onRemoved: () => undefined,
    report: (error) => {
      throw error;
    },
  });
});
afterEach(async () => {
  await business.stop();
  store.close();
  await place.end();
});

function guard(id: string, file: string): GuardedDatabase {
  const addedAt = new Date().toISOString();
  return store.databases.add({ id, name: id, path: file, addedAt, sample: false, schedules: DEFAULT_SCHEDULES });
}

/** The sample, leading up to now. */
function sample(): string {
  const file = place.file('sample.db');
  buildSampleDatabase(file, Date.now());
  guard('sample', file);
  return file;
}

interface Video {
  id: number;
  channel_id: number;
  status: string;
  uploaded_at: string;
  processed_at: string | null;
}
interface Month {
  video_id: number;
  month: string;
  status: string;
  net_krw: number;
}

/** Every preset's figure, counted row by row in this process. */
function countByHand(file: string, nowMs: number): Record<BusinessPresetName, number> {
  // Not read-only: such a reader leaves a -wal and a -shm behind.
  const database = new Database(file);
  const videos = database.prepare('SELECT * FROM videos').all() as Video[];
  const months = database.prepare('SELECT * FROM monetization').all() as Month[];
  database.close();
  const decidedMs = (video: Video) => (video.processed_at === null ? 0 : Date.parse(video.processed_at));
  const decidedIn = (days: number) => videos.filter((video) => decidedMs(video) >= nowMs - days * DAY_MS);
  const approved = (list: Video[]) => list.filter(({ status }) => status === 'approved');
  const recent = approved(decidedIn(90));
  const earning = new Set(months.filter(({ status }) => /monetized|limited/.test(status)).map((one) => one.video_id));
  const now = new Date(nowMs);
  const lastMonth = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1)).toISOString().slice(0, 7);
  const channelOf = new Map(videos.map(({ id, channel_id }) => [id, channel_id]));
  const hours = decidedIn(7)
    .map((video) => (decidedMs(video) - Date.parse(video.uploaded_at)) / HOUR_MS)
    .toSorted((a, b) => a - b);
  const middle = (hours.length - 1) / 2;
  return {
    'videos-processed': decidedIn(1).length,
    'approval-rate': approved(decidedIn(7)).length / decidedIn(7).length,
    'monetization-conversion': recent.filter(({ id }) => earning.has(id)).length / recent.length,
    'videos-published': approved(decidedIn(1)).length,
    'reviews-waiting': videos.filter(({ status }) => ['queued', 'in_review'].includes(status)).length,
    'hours-to-review': (hours[Math.floor(middle)]! + hours[Math.ceil(middle)]!) / 2,
    'channels-monetized': new Set(
      months
        .filter(({ status, month }) => status === 'monetized' && month >= lastMonth)
        .map(({ video_id }) => channelOf.get(video_id)),
    ).size,
    'revenue-last-month': months
      .filter(({ month }) => month === lastMonth)
      .reduce((sum, { net_krw }) => sum + net_krw, 0),
  };
}

test('every preset fits the sample, gives the right figure, and has the rows behind it', async () => {
  const file = sample();
  const [before, files] = [fileHash(file), filesOf(file)];
  const presets = await business.presets('sample');
  expect(presets.map(({ preset }) => preset)).toEqual(BUSINESS_PRESET_NAMES);
  // All are switched on without an alert: whoever wants one says how bad a miss is.
  expect(new Set(presets.map(({ severity }) => severity))).toEqual(new Set([null]));
  const earlier = countByHand(file, Date.now());
  started = 0;
  business.start();
  for (const config of presets) business.save({ config: BusinessConfig.parse(config) });
  await until('all figures', () => business.list().every(({ atMs }) => atMs !== null));
  const later = countByHand(file, Date.now());
  expect(started).toBe(1);
  expect(counted).toEqual(presets.map(() => true));
  for (const { config, value, error, targetMet } of business.list()) {
    const name = config.preset as BusinessPresetName;
    expect(error, name).toBeNull();
    const possible = [earlier[name], later[name]];
    expect(Math.min(...possible.map((count) => Math.abs(count - (value ?? Number.NaN)))), name).toBeLessThan(1e-6);
    expect(targetMet, name).toBe(config.target ? true : null);
    expect(value, name).toBeGreaterThan(0);
  }
  expect(records).toHaveLength(presets.length);
  expect([fileHash(file), filesOf(file)]).toEqual([before, files]);
  const [processed] = business.list();
  const behind = await business.rows(processed!.id);
  expect(Math.abs(behind.rows.length - (processed?.value ?? 0))).toBeLessThanOrEqual(1);
  const database = new Database(file);
  for (const { config, value } of business.list()) {
    const rows = database.prepare(config.rowsSql).all();
    expect(rows.length, config.name).toBeGreaterThan(0);
    if (config.unit === 'count') expect(Math.abs(rows.length - (value ?? 0)), config.name).toBeLessThanOrEqual(1);
  }
  database.close();
  expect(await business.presets('sample'), 'what is set up already').toEqual([]);
  language = 'ko';
  business.remove(processed!.id);
  const [first, ...others] = await business.presets('sample');
  expect(others).toEqual([]);
  const { name, unit } = CATALOGS.ko.businessPreset['videos-processed'];
  expect([first?.name, first?.unitLabel]).toEqual([name, unit]);
});

test('only presets whose tables and columns are there are offered', async () => {
  const file = sample();
  change(file, 'DROP VIEW monthly_revenue; DROP VIEW channel_overview');
  change(file, 'DROP TABLE monetization; ALTER TABLE channels RENAME COLUMN title TO label');
  const names = (await business.presets('sample')).map(({ preset }) => preset);
  // The rows behind all others name channels by their titles.
  expect(names).toEqual(['hours-to-review']);
  makeDatabase(place.file('other.db'));
  guard('other', place.file('other.db'));
  expect(await business.presets('other')).toEqual([]);
});

test('a database that goes away gives its figures the error, and comes back', async () => {
  const file = makeDatabase(place.file('a.db'), { rows: 7 });
  guard('a', file);
  const config: BusinessConfig = {
    databaseId: 'a',
    name: 'items',
    enabled: true,
    sql: 'SELECT count(*) FROM item',
    rowsSql: '',
    unit: 'count',
    unitLabel: '',
    intervalMinutes: 5,
    target: null,
    severity: null,
    preset: null,
  };
  const { id } = business.save({ config });
  expect(await business.runNow(id)).toMatchObject({ value: 7, error: null });
  rmSync(file);
  expect(await business.runNow(id)).toMatchObject({ value: null, error: { code: 'DATABASE_MISSING' } });
  expect(existsSync(file)).toBe(false);
  makeDatabase(file, { rows: 9 });
  expect(await business.runNow(id)).toMatchObject({ value: 9, error: null });
  expect((await business.rows(id)).rows).toEqual([[9]]);
  expect(counted).toEqual([true, false, true, true]);
});

test('a query is tried without being kept', async () => {
  guard('a', makeDatabase(place.file('a.db'), { rows: 3 }));
  expect(await business.tryQuery('a', 'SELECT id FROM item ORDER BY id')).toMatchObject({ rows: [[1], [2], [3]] });
  expect(await codeOf(business.tryQuery('a', 'DELETE FROM item'))).toBe('QUERY_NOT_READ_ONLY');
  expect(await codeOf(business.tryQuery('none', 'SELECT 1'))).toBe('DATABASE_UNKNOWN');
  expect(business.list()).toEqual([]);
});
