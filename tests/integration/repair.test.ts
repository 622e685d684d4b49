/** Repairs of live databases: behind a backup, tried on a copy, checked afterwards, and nothing of it can lose a row. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RepairKind } from '@shared/integrity';
import type { GuardedDatabase } from '@shared/models';
import type { Core } from '../../electron/core/types';
import { IntegrityService } from '../../electron/integrity/integrity-service';
import { repairLive } from '../../electron/repair/repair-live';
import { RepairService } from '../../electron/repair/repair-service';
import type { RuleFix } from '../../electron/repair/types';
import { HERE } from '../helpers/backups';
import { backupService } from '../helpers/backup-service';
import { coreHere } from '../helpers/core-here';
import { ask, change, integrityOf, logicalHash, makeDatabase } from '../helpers/databases';
import { codeOf, errorOf, Place } from '../helpers/engine';
import { makeStale, writeUnsafely } from '../helpers/stale';
import { until } from '../helpers/until';

const FULL_TEXT = `CREATE VIRTUAL TABLE search USING fts5 (words);
  INSERT INTO search VALUES ('lake and mountain'), ('river and street'), ('lake again')`;
const FTS_DAMAGE = 'DELETE FROM search_idx; UPDATE search_data SET block = zeroblob(8) WHERE id > 10';

let place: Place;

beforeEach(async () => {
  place = await Place.make({ job: '', cli: '', capture: '' });
});
afterEach(() => place.end());

describe('the repair of a guarded database', () => {
  let core: Core;
  let live: string;
  let database: GuardedDatabase;
  beforeEach(async () => {
    live = makeDatabase(place.file('shop.db'), { sql: FULL_TEXT });
    core = await coreHere(place);
    database = await core.addDatabase({ file: live, name: 'shop' });
  });
  const openCodes = () => core.problems(false).map(({ code }) => code);
  const rowsOf = () => ask(live, "SELECT group_concat(id || title || owner, '|') FROM item NOT INDEXED");

  it('builds indexes and full text anew while an application has it open, and can be undone', async () => {
    makeStale(live, 'item_title', "UPDATE item SET title = 'new ' || id WHERE id < 20");
    writeUnsafely(live, FTS_DAMAGE);
    change(live, "UPDATE sqlite_sequence SET seq = 3 WHERE name = 'item'");
    const before = logicalHash(live);
    const rows = rowsOf();
    const app = await place.app(live);
    await app.exec('SELECT count(*) FROM item');

    const plan = await core.soundness.plan(database.id).done;
    expect(plan.check).toMatchObject({ outcome: 'damaged', depth: 'full', trigger: 'manual' });
    expect(plan.steps.map(({ kind, subject }) => [kind, subject])).toEqual([
      ['reindex', 'item_title'],
      ['fts-rebuild', 'search'],
      ['sequence', 'item'],
    ]);
    expect(plan.proposals).toEqual([]);
    expect(logicalHash(live)).toBe(before);

    const repair = await core.soundness.repair(database.id, plan.steps).done;
    expect(repair).toMatchObject({ outcome: 'repaired', faultsAfter: 0, errorCode: null, steps: plan.steps });
    expect(repair.faultsBefore).toBeGreaterThan(0);
    expect(integrityOf(live)).toBe('ok');
    expect(rowsOf()).toBe(rows);
    expect(ask(live, "SELECT count(*) FROM search WHERE search MATCH 'lake'")).toBe(2);
    expect(ask(live, "SELECT seq FROM sqlite_sequence WHERE name = 'item'")).toBe(200);
    expect(await app.get('SELECT count(*) FROM item')).toBeTruthy();
    await app.exec("INSERT INTO item (owner, title) VALUES (1, 'goes on')");

    expect(core.soundness.repairs(database.id)).toEqual([repair]);
    expect(core.soundness.checks(database.id)[0]).toMatchObject({ trigger: 'repair', outcome: 'ok' });
    expect(openCodes()).not.toContain('DATABASE_CORRUPT');
    expect(place.list(`${core.home}/scratch`)).toEqual([]);
    const safety = core.backups(database.id).find(({ id }) => id === repair.safetyPointId);
    expect(safety?.kind).toBe('safety');
    await core.restore({ pointId: repair.safetyPointId ?? '' }, database.id).done;
    expect(logicalHash(live)).toBe(before);
  });

  it('does what a rule names for its rows, and keeps the backup that it ran behind', async () => {
    change(live, "UPDATE item SET title = 'draft' WHERE id <= 3");
    const config = {
      ...{ databaseId: database.id, name: 'No draft', sql: "SELECT id FROM item WHERE title = 'draft'", enabled: true },
      ...{ intervalMinutes: 60, fixSql: "DELETE FROM item WHERE title = 'draft'", preset: null },
      alert: { enabled: false, severity: 'LOW' as const, above: 0 },
    };
    await core.soundness.saveRule({ config });
    const plan = await core.soundness.plan(database.id).done;
    expect(plan.steps).toMatchObject([{ kind: 'rule-fix', subject: 'No draft' }]);
    const repair = await core.soundness.repair(database.id, plan.steps).done;
    expect(repair).toMatchObject({ outcome: 'repaired', faultsBefore: 0, faultsAfter: 0 });
    expect(ask(live, 'SELECT count(*) FROM item')).toBe(197);
    expect((await core.soundness.ruleFindings(database.id))[0]?.last?.count).toBe(0);
    const decisions = await core.runRetention(database.id);
    expect(decisions.find(({ id }) => id === repair.safetyPointId)).toMatchObject({ keep: true });
    // Nothing is left to mend: what the window sends then is no step.
    expect(await codeOf(core.soundness.repair(database.id, plan.steps).done)).toBe('ITEM_UNKNOWN');
  });

  it.each([
    ['would leave rows without their parent', 'DELETE FROM owner WHERE id = 1', 'FOREIGN KEY'],
    ['mends nothing', 'UPDATE owner SET name = name', 'break the rule'],
    ['does more than change rows', 'DROP TABLE item', ''],
  ])('whose rule %s is refused, and the database stays as it is', async (_what, fixSql, reason) => {
    const rule = { ruleId: 'rule', name: 'Nobody', sql: 'SELECT * FROM owner WHERE id = 1', fixSql, count: 1 };
    const service = repairService(live, [rule]);
    const steps = [{ id: 'rule-fix:rule', kind: 'rule-fix' as const, subject: 'Nobody', reason: '' }];
    change(live, 'PRAGMA foreign_keys = OFF');
    const before = logicalHash(live);
    const error = await errorOf(service.repairs.start(service.database, steps).done);
    expect(error.code).toBe('REPAIR_UNDONE');
    expect(String(error.params['reason'])).toContain(reason);
    expect(logicalHash(live)).toBe(before);
    expect(service.repairs.list(service.database.id)).toMatchObject([
      { outcome: 'undone', errorCode: 'REPAIR_UNDONE' },
    ]);
    service.store.close();
  });

  it('whose unique index cannot be built is refused before a backup is taken; its damage stays told', async () => {
    change(live, 'CREATE UNIQUE INDEX owner_name ON owner (name)');
    makeStale(live, 'owner_name', "UPDATE owner SET name = 'twice'");
    const plan = await core.soundness.plan(database.id).done;
    expect(plan.steps).toMatchObject([{ kind: 'reindex', subject: 'owner_name' }]);
    const before = logicalHash(live);
    const error = await errorOf(core.soundness.repair(database.id, plan.steps).done);
    expect([error.code, error.params['reason']]).toEqual(['REPAIR_UNDONE', expect.stringContaining('UNIQUE')]);
    expect(logicalHash(live)).toBe(before);
    expect(core.backups(database.id)).toEqual([]);
    expect(openCodes()).toEqual(expect.arrayContaining(['DATABASE_CORRUPT', 'REPAIR_UNDONE']));
  });

  it('of an index that is not there is refused', async () => {
    expect(
      await codeOf(
        core.soundness.repair(database.id, [{ id: 'x', kind: 'reindex', subject: 'nothing', reason: '' }]).done,
      ),
    ).toBe('REPAIR_UNDONE');
    expect(integrityOf(live)).toBe('ok');
  });
});

function repairService(file: string, rules: RuleFix[] = []) {
  const service = backupService(place, file);
  const clock = { nowMs: () => nowMs };
  let repairs: RepairService;
  const integrity = new IntegrityService(service.context, {
    clock,
    databases: () => service.store.databases.list(),
    mayRun: () => mayRun,
    onScheduled: (database, result) => void repairs.mendMinor(database, result),
  });
  repairs = new RepairService(service.context, {
    clock,
    backups: service.backups,
    integrity,
    rules: { rulesWithFixes: async () => rules, ruleError: () => null, ruleFindings: async () => [] },
  });
  return { ...service, integrity, repairs };
}
let nowMs = Date.now();
let mayRun = true;

describe('by schedule', () => {
  const DAY_MS = 86_400_000;
  const settled = (service: ReturnType<typeof repairService>) =>
    until('no job is left', () => service.context.jobs.views().length === 0);

  beforeEach(() => {
    nowMs = Date.now();
    mayRun = true;
  });

  it('a database is checked once a period, after a long sleep too, and on battery not at all', async () => {
    const file = makeDatabase(place.file('app.db'));
    const service = repairService(file);
    nowMs = Date.parse(service.database.addedAt);
    const checks = () => service.integrity.list(service.database.id).map(({ depth, trigger }) => `${trigger} ${depth}`);
    service.integrity.wake();
    await settled(service);
    expect(checks()).toEqual([]);
    mayRun = false;
    nowMs += 30 * DAY_MS;
    service.integrity.wake();
    await settled(service);
    expect(checks()).toEqual([]);
    expect(service.store.problems.list(false)).toMatchObject([
      { code: 'CHECK_OVERDUE', params: { name: 'app', days: 30 } },
    ]);
    mayRun = true;
    service.integrity.wake();
    service.integrity.wake();
    await settled(service);
    expect(checks()).toEqual(['scheduled full']);
    expect(service.store.problems.list(false)).toEqual([]);
    service.integrity.wake();
    nowMs += DAY_MS;
    service.integrity.wake();
    await settled(service);
    expect(checks().length).toBe(2);
    service.integrity.stop();
    service.store.close();
  });

  it('a full check that finds nothing but a stale index has it built anew by itself, behind a backup, and told', async () => {
    const file = makeDatabase(place.file('app.db'), { journalMode: 'delete' });
    makeStale(file, 'item_title', "UPDATE item SET title = 'new ' || id WHERE id < 20");
    const service = repairService(file);
    nowMs += 8 * DAY_MS;
    service.integrity.wake();
    await settled(service);
    expect(integrityOf(file)).toBe('ok');
    const [repair] = service.repairs.list(service.database.id);
    expect(repair).toMatchObject({ outcome: 'repaired', steps: [{ kind: 'reindex', subject: 'item_title' }] });
    expect(service.store.backups.get(repair?.safetyPointId ?? '')?.kind).toBe('safety');
    const problem = service.store.problems.list(true).find(({ code }) => code === 'DATABASE_CORRUPT');
    expect(problem?.state).toBe('resolved');
    service.integrity.stop();
    service.store.close();
  });

  it('nothing is repaired by itself where a row might be at stake, or the application compares in its own way', async () => {
    const file = makeDatabase(place.file('app.db'), { sql: 'CREATE INDEX owner_name ON owner (name COLLATE NOCASE)' });
    makeStale(file, 'owner_name', "UPDATE owner SET name = 'new' WHERE id = 1");
    const service = repairService(file);
    nowMs += 8 * DAY_MS;
    const bytes = readFileSync(file);
    service.integrity.wake();
    await settled(service);
    expect(service.integrity.newest(service.database.id)?.outcome).toBe('damaged');
    expect(service.repairs.list(service.database.id)).toEqual([]);
    expect(readFileSync(file).equals(bytes)).toBe(true);
    service.integrity.stop();
    service.store.close();
  });
});

describe('a repair that turns out worse than it was tried', () => {
  let live: string;
  beforeEach(() => {
    live = makeDatabase(place.file('app.db'), { sql: 'CREATE INDEX owner_name ON owner (name)' });
    // A fault that the step does not mend: as if the database had become damaged between trial and repair.
    makeStale(live, 'owner_name', "UPDATE owner SET name = 'new' WHERE id = 1");
  });
  const step = (kind: RepairKind, subject: string) => [{ id: 'step', kind, subject, rule: null }];
  const request = () => ({
    liveFile: live,
    folder: place.file('scratch'),
    steps: step('reindex', 'item_title'),
    lockTimeoutMs: 1000,
  });

  it('is taken back: everything is as it was', async () => {
    const before = logicalHash(live);
    const phases: string[] = [];
    const result = await repairLive(request(), { ...HERE, onProgress: (phase) => void phases.push(phase) });
    expect(result).toMatchObject({ outcome: 'undone', reason: expect.stringContaining('faults instead of') });
    expect(phases).toContain('apply');
    expect(logicalHash(live)).toBe(before);
    expect(place.list(place.file('scratch'))).toEqual([]);
  });

  it('is not taken back over what an application has committed since', async () => {
    let written = false;
    const result = await repairLive(request(), {
      ...HERE,
      onProgress: (phase) => {
        if (phase !== 'verify' || written) return;
        written = true;
        const app = new Database(live);
        app.exec("INSERT INTO item (owner, title) VALUES (1, 'since then')");
        app.close();
      },
    });
    expect(result.outcome).toBe('kept');
    expect(ask(live, "SELECT count(*) FROM item WHERE title = 'since then'")).toBe(1);
  });

  it('is rolled back before anybody sees it where rows would be left without their parent', async () => {
    change(
      live,
      `REINDEX; CREATE TABLE late (owner INTEGER REFERENCES owner (id) DEFERRABLE INITIALLY DEFERRED);
       DELETE FROM item; INSERT INTO late VALUES (1)`,
    );
    const rule = { sql: 'SELECT * FROM owner WHERE id = 1', fixSql: 'DELETE FROM owner WHERE id = 1' };
    const steps = [{ id: 'step', kind: 'rule-fix' as const, subject: 'Nobody', rule }];
    const before = logicalHash(live);
    const result = await repairLive({ ...request(), steps }, HERE);
    expect(result).toEqual({ outcome: 'undone', after: null, reason: 'more rows would be without their parent' });
    expect(logicalHash(live)).toBe(before);
  });

  it('is never begun where a step is still wrong inside the transaction', async () => {
    const bytes = readFileSync(live);
    const missing = { ...request(), steps: step('reindex', 'not there') };
    expect(await repairLive(missing, HERE)).toMatchObject({ outcome: 'undone', after: null });
    expect(readFileSync(live).equals(bytes)).toBe(true);
    expect(place.list(join(place.folder, 'scratch'))).toEqual([]);
  });
});
