/** Moments between restore points, in a real core with a real capture: found, looked into, restored, saved as a copy. */
import fs from 'node:fs/promises';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Core } from '../../electron/core/types';
import type { App } from '../helpers/app';
import { ask, integrityOf } from '../helpers/databases';
import { codeOf, errorOf, Place } from '../helpers/engine';
import { builtPrograms } from '../helpers/programs';
import { until } from '../helpers/until';

const programs = builtPrograms();
let place: Place;
let core: Core;
let app: App;
let live: string;
let databaseId: string;

beforeEach(async () => {
  place = await Place.make(programs);
  live = place.file('app.db');
  const made = new Database(live);
  made.exec(`PRAGMA journal_mode = WAL; CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL, body BLOB);
    CREATE VIEW short AS SELECT text FROM note; INSERT INTO note (text) VALUES ('first')`);
  made.close();
  app = await place.app(live);
  core = await place.core({ role: 'serve', home: place.file('home') });
  databaseId = (await core.addDatabase({ file: live, name: 'app' })).id;
});
afterEach(() => place.end());

async function protect(): Promise<void> {
  core.start();
  core.recovery.setContinuous(databaseId, true);
  await until('it runs', () => core.recovery.continuousOf(databaseId).state === 'running' || undefined);
}

/** Commits a note and waits for a moment of which the log knows that it came after the commit. Gives that moment. */
async function noted(text: string): Promise<string> {
  await app.exec(`INSERT INTO note (text) VALUES ('${text}')`);
  const covered = () => core.recovery.continuousOf(databaseId).coveredUntil ?? '';
  const after = (moment: string) => until('it is covered', () => (covered() > moment ? covered() : undefined));
  // The look that found it says when it was committed at the latest; the one after that began later.
  return after(await after(new Date().toISOString()));
}

const texts = (file: string): unknown =>
  ask(file, "SELECT group_concat(text, ' ') FROM (SELECT text FROM note ORDER BY id)");

describe('a moment between two commits', () => {
  it('is what was committed until then: looked into, saved as a copy, restored, undone', async () => {
    await protect();
    const moments = [await noted('second'), await noted('third'), await noted('fourth')];
    const [, third = ''] = moments;
    const resolved = core.recovery.resolve(databaseId, third);
    expect(resolved).toMatchObject({ databaseId, askedAt: third, contentAt: third });
    const opened = await core.recovery.open({ databaseId, at: third }, databaseId).done;
    expect(opened.contentAt).toBe(third);
    expect(opened.checks.every(({ outcome }) => outcome === 'ok')).toBe(true);
    expect(opened.tables).toEqual([
      { table: 'note', kind: 'table', rows: 3, columns: ['id', 'text', 'body'] },
      { table: 'short', kind: 'view', rows: null, columns: ['text'] },
    ]);
    const page = { token: opened.token, table: 'note', offset: 1, limit: 10 };
    expect(await core.recovery.rows(page)).toEqual({
      columns: ['id', 'text', 'body'],
      rows: [
        [2, 'second', null],
        [3, 'third', null],
      ],
      total: 3,
      offset: 1,
    });
    expect((await core.recovery.rows({ ...page, offset: 0, search: 'ECO' })).rows).toEqual([[2, 'second', null]]);
    const preview = await core.previewRestore({ token: opened.token }, databaseId);
    expect(preview.tables).toContainEqual({ table: 'note', rowsNow: 4, rowsThen: 3, schemaChanged: false });

    const copy = place.file('copy.db');
    await core.saveCopy({ databaseId, at: moments[0] ?? '' }, copy, false).done;
    expect([texts(copy), integrityOf(copy)]).toEqual(['first second', 'ok']);

    const record = await core.restore({ token: opened.token }, databaseId).done;
    expect(record).toMatchObject({ outcome: 'restored', contentAt: third });
    expect(texts(live)).toBe('first second third');
    // The restore is a transaction like any other: the log goes on behind it, and before it nothing is lost.
    const later = await noted('after');
    await core.saveCopy({ databaseId, at: later }, place.file('later.db'), false).done;
    await core.saveCopy({ databaseId, at: moments[2] ?? '' }, place.file('fourth.db'), false).done;
    expect([texts(place.file('later.db')), texts(place.file('fourth.db'))]).toEqual([
      'first second third after',
      'first second third fourth',
    ]);
    await core.undoRestore(record.id).done;
    expect(texts(live)).toBe('first second third fourth');
  });

  it('is part of the timeline: one range without a gap, that grows', async () => {
    await protect();
    const second = await noted('second');
    const { ranges, gaps, points, firstAt } = core.recovery.timeline(databaseId);
    expect(ranges).toMatchObject([{ open: true, endedBecause: null }]);
    expect(gaps).toEqual([]);
    expect(points).toHaveLength(1);
    expect(firstAt).toBe(points[0]?.at);
    expect((ranges[0]?.untilAt ?? '') >= second).toBe(true);
    core.recovery.setContinuous(databaseId, false);
    await until('it is off', () => core.recovery.continuousOf(databaseId).state === 'off' || undefined);
    await until('it ended', () => core.recovery.timeline(databaseId).ranges[0]?.open === false || undefined);
    await core.saveCopy({ databaseId, at: second }, place.file('second.db'), false).done;
    expect(texts(place.file('second.db'))).toBe('first second');
  });
});

describe('without a log', () => {
  it('a moment is the restore point before it; before the first there is none', async () => {
    const point = await core.startBackup(databaseId, 'manual').done;
    const later = new Date(Date.parse(point.createdAt) + 5_000).toISOString();
    expect(core.recovery.resolve(databaseId, later)).toMatchObject({
      pointId: point.id,
      contentAt: point.createdAt,
      uncertaintyMs: 0,
      transaction: null,
    });
    const earlier = new Date(Date.parse(point.createdAt) - 5_000).toISOString();
    const error = await errorOf(async () => core.recovery.resolve(databaseId, earlier));
    expect(error).toMatchObject({ code: 'MOMENT_NOT_COVERED', params: { name: 'app', at: earlier } });
    expect(await codeOf(async () => core.restore({ databaseId, at: earlier }, databaseId))).toBe('MOMENT_NOT_COVERED');
  });

  it('a table that is not there, and a token that was let go, are refused', async () => {
    const point = await core.startBackup(databaseId, 'manual').done;
    const { token } = await core.recovery.open({ pointId: point.id }, databaseId).done;
    const page = { token, table: 'nothing', offset: 0, limit: 10 };
    expect(await codeOf(() => core.recovery.rows(page))).toBe('INVALID_INPUT');
    await core.releaseInspection(token);
    expect(await codeOf(async () => core.recovery.rows({ ...page, table: 'note' }))).toBe('INVALID_INPUT');
  });

  it('a page that is still read when the moment is let go is cancelled, and no problem is told of', async () => {
    const point = await core.startBackup(databaseId, 'manual').done;
    const { token } = await core.recovery.open({ pointId: point.id }, databaseId).done;
    const ended = codeOf(() => core.recovery.rows({ token, table: 'note', offset: 0, limit: 10 }));
    await core.releaseInspection(token);
    expect(await ended).toBe('CANCELLED');
    expect(core.problems(true)).toEqual([]);
  });
});

describe('a database that is captured and damaged', () => {
  it('is restored by replacing its file: the capture lets go of it, and begins a new log', async () => {
    await protect();
    const second = await noted('second');
    await app.kill();
    const bytes = Buffer.alloc(100, 'x');
    const handle = await fs.open(live, 'r+');
    await handle.write(bytes, 0, bytes.length, 0);
    await handle.close();
    const record = await core.restore({ databaseId, at: second }, databaseId).done;
    expect(record.outcome).toBe('restored');
    expect([texts(live), integrityOf(live)]).toEqual(['first second', 'ok']);
    await until('it runs anew', () => core.recovery.continuousOf(databaseId).state === 'running' || undefined);
    const { ranges, gaps } = core.recovery.timeline(databaseId);
    expect([ranges.length, gaps.length]).toEqual([2, 1]);
  });
});
