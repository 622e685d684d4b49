/** Business rules in real job processes, on databases that other processes write. */
import type { AlertView } from '@shared/alerting';
import { DataRuleConfig, type DataRuleStatus } from '@shared/integrity';
import { createTranslator } from '@shared/text';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Core } from '../../electron/core/types';
import { buildSampleDatabase } from '../../electron/database/sample';
import { DATA_RULE_PRESET_NAMES, type DataRulePresetName } from '../../electron/rules/presets';
import { ask, change, fileHash, filesOf, makeDatabase } from '../helpers/databases';
import { codeOf, errorOf, Place } from '../helpers/engine';
import { builtPrograms } from '../helpers/programs';
import { until } from '../helpers/until';

const programs = builtPrograms();
let place: Place;
let core: Core;

beforeEach(async () => {
  place = await Place.make(programs);
  core = await place.core({ role: 'serve' });
});
afterEach(() => place.end());

async function sample(): Promise<{ file: string; id: string }> {
  const file = place.file('sample.db');
  buildSampleDatabase(file, Date.now());
  return { file, id: (await core.addDatabase({ file })).id };
}

const rule = (databaseId: string, change: Partial<DataRuleConfig> = {}): DataRuleConfig =>
  DataRuleConfig.parse({
    databaseId,
    name: 'items without a title',
    sql: 'SELECT id, owner FROM item WHERE title IS NULL',
    enabled: true,
    intervalMinutes: 5,
    alert: { enabled: true, severity: 'HIGH', above: 0 },
    fixSql: null,
    preset: null,
    ...change,
  });

/** One statement for each preset that makes so many rows break it, and no other rule. */
const BREAKS: Record<DataRulePresetName, { sql: string; rows: number }> = {
  'review-without-video': {
    sql: "INSERT INTO reviews (video_id, reviewer_id, round, decision, score, created_at) VALUES (990001, 1, 1, 'reject', 20, '2026-01-01T00:00:00Z'), (990002, 1, 1, 'reject', 20, '2026-01-01T00:00:00Z')",
    rows: 2,
  },
  'published-without-approval': {
    sql: `DELETE FROM reviews WHERE decision = 'approve' AND video_id = (SELECT min(id) FROM videos WHERE status = 'approved')`,
    rows: 1,
  },
  'monetized-small-channel': {
    sql: `UPDATE channels SET subscriber_count = 999 WHERE id IN (
      SELECT v.channel_id FROM videos v JOIN monetization m ON m.video_id = v.id WHERE m.status = 'monetized' LIMIT 1)`,
    rows: 1,
  },
  'negative-views': { sql: 'UPDATE videos SET view_count = -5 WHERE id IN (4, 5, 6)', rows: 3 },
  'dates-in-the-future': {
    sql: `UPDATE videos SET uploaded_at = '2199-01-01T00:00:00Z' WHERE id = 7;
      UPDATE monetization SET decided_at = '2199-01-01T00:00:00Z' WHERE id = 1`,
    rows: 2,
  },
};

test('every preset fits the sample, finds nothing in a whole one and just the rows that break it', async () => {
  const { file, id } = await sample();
  // The sample has small channels that earn; here there are none to begin with.
  change(file, 'UPDATE channels SET subscriber_count = max(subscriber_count, 1000)');
  const presets = await core.soundness.rulePresets(id);
  expect(presets.map(({ preset }) => preset)).toEqual(DATA_RULE_PRESET_NAMES);
  for (const config of presets) await core.soundness.saveRule({ config: DataRuleConfig.parse(config) });
  expect(await core.soundness.rulePresets(id), 'what is set up already').toEqual([]);
  const counts = async () =>
    Object.fromEntries(
      (await core.soundness.ruleFindings(id)).map(({ config, last }) => [config.preset, last?.error ?? last?.count]),
    );
  const [before, files] = [fileHash(file), filesOf(file)];
  expect(await counts()).toEqual(Object.fromEntries(DATA_RULE_PRESET_NAMES.map((name) => [name, 0])));
  expect([fileHash(file), filesOf(file)], 'the database is not touched').toEqual([before, files]);
  for (const { sql } of Object.values(BREAKS)) change(file, `PRAGMA foreign_keys = OFF; ${sql}`);
  expect(await counts()).toEqual(Object.fromEntries(Object.entries(BREAKS).map(([name, { rows }]) => [name, rows])));
  for (const { id: ruleId, last } of core.soundness.rules()) {
    expect((await core.soundness.ruleRows(ruleId)).rows).toHaveLength(last?.count ?? Number.NaN);
  }
});

test('only presets whose tables and columns are there are offered', async () => {
  const { file, id } = await sample();
  change(file, 'DROP VIEW monthly_revenue; DROP TABLE monetization');
  const names = (await core.soundness.rulePresets(id)).map(({ preset }) => preset);
  expect(names).toEqual(['review-without-video', 'negative-views']);
});

test('a rule reads and nothing else: one statement, no ATTACH, no PRAGMA, at most 1,000 rows', async () => {
  const file = makeDatabase(place.file('a.db'), { rows: 1500 });
  const { id } = await core.addDatabase({ file });
  const before = fileHash(file);
  const refusal = (sql: string) => codeOf(core.soundness.saveRule({ config: rule(id, { sql }) }));
  expect(await refusal("ATTACH 'x.db' AS x")).toBe('QUERY_NOT_READ_ONLY');
  expect(await refusal('PRAGMA journal_mode')).toBe('QUERY_NOT_READ_ONLY');
  expect(await refusal('SELECT 1; DELETE FROM item')).toBe('QUERY_NOT_READ_ONLY');
  expect(await refusal('WITH x AS (SELECT 1) DELETE FROM item')).toBe('QUERY_NOT_READ_ONLY');
  expect(await refusal('SELECT nothing FROM item')).toBe('QUERY_INVALID');
  const { id: ruleId } = await core.soundness.saveRule({ config: rule(id, { sql: 'SELECT * FROM item' }) });
  expect((await core.soundness.runRule(ruleId)).last).toMatchObject({ count: 1000, atLeast: true });
  const rows = await core.soundness.ruleRows(ruleId);
  expect([rows.rows.length, rows.truncated]).toEqual([1000, true]);
  change(file, 'DELETE FROM item WHERE id > 1000');
  expect((await core.soundness.runRule(ruleId)).last).toMatchObject({ count: 1000, atLeast: false });
  expect(before).not.toBe('');
  expect(ask(file, 'SELECT count(*) FROM item')).toBe(1000);
});

test('a fix is one statement that changes rows; it is prepared on the database and not run', async () => {
  const file = makeDatabase(place.file('a.db'), { rows: 5 });
  const { id } = await core.addDatabase({ file });
  const before = fileHash(file);
  const save = (fixSql: string) => core.soundness.saveRule({ config: rule(id, { fixSql }) });
  for (const sql of [
    'DELETE FROM item; DELETE FROM owner',
    'WITH x AS (SELECT 1) SELECT * FROM x',
    'UPDATE item SET title = 1 RETURNING id',
    'INSERT OR REPLACE INTO item (id) VALUES (1)',
    'DROP TABLE item',
    "ATTACH 'x.db' AS x",
  ]) {
    expect(await codeOf(save(sql)), sql).toBe('RULE_FIX_REFUSED');
  }
  const unknown = await errorOf(save('UPDATE item SET nothing = 1'));
  expect([unknown.code, unknown.params['reason']]).toEqual(['QUERY_INVALID', expect.stringContaining('nothing')]);
  for (const sql of [
    "UPDATE item SET title = 'none' WHERE title IS NULL",
    'WITH x AS (SELECT id FROM item WHERE title IS NULL) DELETE FROM item WHERE id IN (SELECT id FROM x)',
  ]) {
    expect((await save(sql)).config.fixSql).toBe(sql);
  }
  expect([fileHash(file), ask(file, 'SELECT count(*) FROM item')]).toEqual([before, 5]);
});

test('each broken rule of a database is an alert of its own, and over when its rows are mended', async () => {
  const file = makeDatabase(place.file('orders.db'), { rows: 20 });
  const { id } = await core.addDatabase({ file, name: 'orders' });
  core.start();
  const owner = await core.soundness.saveRule({
    config: rule(id, {
      ...{ name: 'unknown owner', sql: 'SELECT id FROM item WHERE owner > 2' },
      alert: { enabled: true, severity: 'MEDIUM', above: 1 },
    }),
  });
  const title = await core.soundness.saveRule({ config: rule(id) });
  await until('both are counted', () => core.soundness.rules().every(({ last }) => last?.count === 0));
  const app = await place.app(file);
  await app.exec('PRAGMA foreign_keys = OFF');
  await app.exec('UPDATE item SET title = NULL WHERE id <= 3');
  await app.exec('UPDATE item SET owner = 77 WHERE id = 4');
  const run = async (): Promise<DataRuleStatus[]> => core.soundness.ruleFindings(id);
  await run();
  const words = createTranslator('en');
  const open = (): [AlertView['severity'], string][] =>
    core
      .state()
      .alerts.filter(({ source }) => source.type === 'data-rule')
      .map(({ severity, titleKey, params }) => [
        severity,
        words(`alertTitle.${titleKey}` as 'alertTitle.problem', params),
      ]);
  await until('the alert', () => open().length > 0);
  // One row is allowed by the other rule.
  expect(open()).toEqual([['HIGH', 'Rows of orders that break the rule “items without a title”: 3.']]);
  await app.exec('UPDATE item SET owner = 78 WHERE id IN (5, 6)');
  await run();
  await until('both alerts', () => open().length === 2);
  expect(open()[1]).toEqual(['MEDIUM', 'Rows of orders that break the rule “unknown owner”: 3.']);
  const health = (await core.health()).find(({ component }) => component === 'data-rules');
  expect(health).toMatchObject({ status: 'warn', params: { count: 2, broken: 2 } });
  await app.exec("UPDATE item SET title = 'again' WHERE title IS NULL");
  await run();
  await until('one is over', () => open().length === 1);
  expect(open()[0]?.[0]).toBe('MEDIUM');
  expect(
    core.soundness
      .rules()
      .find((one) => one.id === title.id)
      ?.course.map(({ count }) => count),
  ).toContain(3);
  // A rule that is removed takes its alert and its measurements along.
  const metric = `data.rule-violations:${owner.id}`;
  expect(core.monitoring.metrics().find(({ key }) => key === metric)).toMatchObject({
    ...{ unit: 'count', subjectLabel: 'unknown owner', lastValue: 3 },
  });
  core.soundness.removeRule(owner.id);
  await until('the other is gone', () => open().length === 0);
  expect(core.monitoring.metrics().some(({ key }) => key === metric)).toBe(false);
});
