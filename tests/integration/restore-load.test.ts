/**
 * Restores over a database that readers and writers in other processes use all the time. What must hold: every reader saw
 * the old state or the new one, never a mixture; every commit of the writer that was answered is in what a restore kept for
 * undo, or in the database afterwards; the database is sound. `HOLDFAST_RESTORES=50` runs as many in each journal mode.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { gunzip } from '../helpers/backups';
import { integrityOf } from '../helpers/databases';
import { Place } from '../helpers/engine';
import { builtPrograms } from '../helpers/programs';

const programs = builtPrograms();
const RESTORES = Number(process.env['HOLDFAST_RESTORES'] ?? 2);

interface Seen {
  states: Record<string, number>;
  torn: string[];
  errors: Record<string, number>;
  last: number;
}

let place: Place;
const running: ChildProcess[] = [];

beforeEach(async () => {
  place = await Place.make(programs);
});
afterEach(async () => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  await place.end();
});

async function start(file: string, part: 'reader' | 'writer'): Promise<() => Promise<Seen>> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../helpers/load-process.mjs'), file, part], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  running.push(child);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (more: string) => (text += more));
  await once(child.stdout, 'data');
  return async () => {
    const closed = once(child, 'close');
    child.stdin.write('end\n');
    await closed;
    return JSON.parse(text.trim().split('\n').at(-1) ?? '') as Seen;
  };
}

/** A state of the application: every row carries its label. Half of them have more rows, so that the file grows and shrinks. */
function makeState(file: string, label: string, items: number, journalMode: string): string {
  const database = new Database(file);
  database.pragma(`journal_mode = ${journalMode}`);
  database.exec(`CREATE TABLE item (id INTEGER PRIMARY KEY, label TEXT NOT NULL, filler BLOB);
    CREATE INDEX item_label ON item (label);
    CREATE TABLE expected (items INTEGER NOT NULL, label TEXT NOT NULL);
    CREATE TABLE written (number INTEGER PRIMARY KEY);
    INSERT INTO expected VALUES (${items}, '${label}')`);
  const insert = database.prepare('INSERT INTO item (label, filler) VALUES (?, randomblob(400))');
  database.transaction(() => {
    for (let row = 0; row < items; row++) insert.run(label);
  })();
  database.close();
  return file;
}

function numbers(file: string): number[] {
  const database = new Database(file, { readonly: true });
  try {
    return database.prepare('SELECT number FROM written').pluck().all() as number[];
  } finally {
    database.close();
  }
}

it.each(['wal', 'delete'] as const)(
  `${RESTORES} restores under load (%s): all old or all new for everybody, no commit lost`,
  async (journalMode) => {
    const core = await place.core();
    const live = makeState(place.file('app.db'), 'first', 400, journalMode);
    const database = await core.addDatabase({ file: live });
    const other = await core.addDatabase({ file: makeState(place.file('other.db'), 'second', 3000, journalMode) });
    const points = [
      await core.startBackup(other.id, 'manual').done,
      await core.startBackup(database.id, 'manual').done,
    ];
    const stops = [await start(live, 'reader'), await start(live, 'reader')];
    const stopWriter = await start(live, 'writer');
    const kept: string[] = [];
    for (let round = 0; round < RESTORES; round++) {
      const point = points[round % 2];
      const record = await core.restore({ pointId: point?.id ?? '' }, database.id).done;
      expect(record.outcome).toBe('restored');
      // Now: retention may let the safety copies of older restores go.
      kept.push(gunzip(place, core.backup(record.undoPointId ?? '').file));
    }
    const writer = await stopWriter();
    const readers = await Promise.all(stops.map((stop) => stop()));
    expect(readers.flatMap(({ torn }) => torn)).toEqual([]);
    for (const { states } of readers) expect(Object.keys(states).toSorted()).toEqual(['first', 'second']);
    const found = new Set([...kept, live].flatMap(numbers));
    const lost = Array.from({ length: writer.last }, (_, index) => index + 1).filter((number) => !found.has(number));
    expect(writer.last).toBeGreaterThan(0);
    expect(lost).toEqual([]);
    expect(integrityOf(live)).toBe('ok');
  },
  30_000 + RESTORES * 30_000,
);
