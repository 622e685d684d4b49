/** A generation follows the WAL, also where it is begun anew; where it cannot know that it saw all, it ends. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CaptureLog, GenerationOver } from '../../../electron/continuous/capture-log';
import { NoteFile } from '../../../electron/continuous/capture-note';
import { LiveWal, type WalState } from '../../../electron/continuous/wal-live';

let folder: string;
let file: string;
let app: Database.Database;
let live: LiveWal;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-follow-'));
  file = join(folder, 'live.db');
  app = new Database(file);
  app.pragma('journal_mode = WAL');
  app.pragma('wal_autocheckpoint = 0');
  app.exec('CREATE TABLE t (v)');
  live = LiveWal.open(file, 'live');
});
afterEach(() => {
  live.close();
  app.close();
  rmSync(folder, { recursive: true, force: true });
});

const settings = () => ({
  database: { id: 'a', name: 'live', path: file },
  home: '0123abcd',
  folder,
  pollMs: 1,
  checkpointBytes: 1,
  walLimitBytes: 1,
  sealBytes: 1,
  sealMs: 1,
});

function stateNow(): WalState {
  const state = live.state();
  if (!state) throw new Error('no wal-index');
  return state;
}

function begin(): CaptureLog {
  live.pinNew();
  return CaptureLog.begin(settings(), live, stateNow(), 1_000);
}

const commit = (): unknown => app.exec('INSERT INTO t VALUES (randomblob(50))');
const look = (log: CaptureLog, atMs = 2_000): number =>
  log.take(live, stateNow(), { beganMs: atMs, endedMs: atMs + 5 });

function reasonOf(work: () => unknown): string {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof GenerationOver) return thrown.because;
    throw thrown;
  }
  return 'none';
}

describe('a WAL that is begun anew', () => {
  it('is followed when all that was committed is known to have been read', () => {
    const log = begin();
    for (let round = 1; round <= 5; round++) {
      commit();
      commit();
      expect(look(log)).toBe(2);
      live.pinNew();
      live.letOld();
      live.checkpoint();
      live.pinNew();
      live.letOld();
      const before = stateNow();
      expect(live.isBackfilled(before)).toBe(true);
      commit();
      expect(stateNow().salts).not.toEqual(before.salts);
      expect(look(log)).toBe(1);
      expect(log.transaction).toBe(3 * round);
    }
  });

  it('ends the generation when a commit is missing, however the WAL looks, and nothing of it stays in the log', () => {
    const log = begin();
    commit();
    look(log);
    const size = log.openBytes;
    // Without a pin: what is committed is copied into the main file, and the WAL begun anew, before it was read.
    live.close();
    live = LiveWal.open(file, 'live');
    commit();
    app.pragma('wal_checkpoint(RESTART)');
    commit();
    expect(reasonOf(() => look(log))).toBe('wal-restarted');
    expect([log.transaction, log.openBytes]).toEqual([1, size]);
  });

  it('ends the generation when it is empty and a commit is missing', () => {
    const log = begin();
    live.close();
    live = LiveWal.open(file, 'live');
    commit();
    app.pragma('wal_checkpoint(TRUNCATE)');
    expect(reasonOf(() => look(log))).toBe('wal-restarted');
  });

  it('cannot be begun anew, and no pin is let go, before what it holds was read', () => {
    const log = begin();
    live.letOld();
    commit();
    live.pinNew();
    live.checkpoint();
    commit();
    // Both pins are held: however often one is asked for, no other is taken and none is let go.
    for (let times = 0; times < 4; times++) {
      live.pinNew();
      live.checkpoint();
    }
    app.pragma('busy_timeout = 0');
    app.pragma('wal_checkpoint(RESTART)');
    commit();
    expect(look(log)).toBe(3);
  });
});

describe('times', () => {
  it('a transaction was committed between the beginning of the look before and the end of the one that saw it', () => {
    const log = begin();
    commit();
    look(log, 4_000);
    log.sawNothing(6_000);
    commit();
    look(log, 8_000);
    // The clock is set back.
    commit();
    look(log, 3_000);
    log.end(null);
    const bytes = readFileSync(join(folder, readdirSync(folder).find((name) => name.endsWith('.log')) ?? ''));
    const times: [number, number][] = [];
    for (let at = 96; at < bytes.length; at += 40 + bytes.readUInt32LE(at + 4) * 4100 + 32) {
      times.push([Number(bytes.readBigUInt64LE(at + 24)), Number(bytes.readBigUInt64LE(at + 32))]);
    }
    expect(times).toEqual([
      [1_000, 4_005],
      [6_000, 8_005],
      [8_000, 8_000],
    ]);
    log.close(true);
  });
});

describe('the note of where a capture was', () => {
  const notes = (): string[] => readdirSync(folder).filter((name) => name.endsWith('.position'));

  it('is the newer of two places, or the older one when that is torn; none when both are', () => {
    const log = begin();
    commit();
    look(log);
    log.sync();
    log.end(null);
    log.close(false);
    const path = join(folder, notes()[0] ?? '');
    const read = (): number | undefined => {
      const { noteFile, note } = NoteFile.open(path);
      noteFile.close();
      return note?.transaction;
    };
    expect(read()).toBe(1);
    const bytes = readFileSync(path);
    const newest = bytes.readUInt8(0) === 0 || bytes.indexOf('"turn":3') < 4096 ? 0 : 4096;
    bytes.fill(0, newest + 10, newest + 300);
    writeFileSync(path, bytes);
    expect(read()).toBe(1);
    bytes.fill(0);
    writeFileSync(path, bytes);
    expect(read()).toBeUndefined();
  });
});
