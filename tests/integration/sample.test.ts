import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { contentHash } from '../../electron/database/content-hash';
import { examineFile } from '../../electron/database/examine';
import { buildSampleDatabase } from '../../electron/database/sample';
import { SAMPLE_APPLICATION_ID, SAMPLE_USER_VERSION } from '../../electron/database/sample-schema';
import { HoldfastError } from '../../electron/errors/holdfast-error';

const NOW_MS = Date.UTC(2026, 2, 15, 9, 30);
let folder = '';
let file = '';
let opened: Database.Database[] = [];

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-sample-'));
  file = path.join(folder, 'video-review.db');
});

afterEach(() => {
  for (const db of opened) db.close();
  opened = [];
  fs.rmSync(folder, { recursive: true });
});

function open(name = file): Database.Database {
  const db = new Database(name);
  db.pragma('foreign_keys = ON');
  opened.push(db);
  return db;
}

function figure(db: Database.Database, sql: string): number {
  return db.prepare(sql).pluck().get() as number;
}

function thrownBy(work: () => void): HoldfastError {
  try {
    work();
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(HoldfastError);
    return thrown as HoldfastError;
  }
  throw new Error('nothing was thrown');
}

describe('the sample database', () => {
  test('is one sound file in WAL mode that says whose it is', async () => {
    buildSampleDatabase(file, NOW_MS);
    expect(fs.readdirSync(folder)).toEqual(['video-review.db']);
    const { content } = await examineFile(file);
    expect(content).toMatchObject({
      format: 'sqlite',
      header: { wal: true, encoding: 'UTF-8', applicationId: SAMPLE_APPLICATION_ID, userVersion: SAMPLE_USER_VERSION },
    });
    const db = open();
    expect(db.pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    expect(db.pragma('foreign_key_check')).toEqual([]);
    db.exec(`INSERT INTO videos_fts (videos_fts, rank) VALUES ('integrity-check', 1)`);
  });

  // Month lengths, a leap day and a month that has just begun change how many months of revenue there are.
  test.each([NOW_MS, Date.UTC(2024, 1, 29, 23, 59), Date.UTC(2025, 0, 1), Date.UTC(2027, 6, 31, 12)])(
    'holds thousands of rows whose times end at %d',
    (nowMs) => {
      buildSampleDatabase(file, nowMs);
      const db = open();
      const rows = (table: string) => figure(db, `SELECT count(*) FROM ${table}`);
      expect(rows('channels')).toBe(40);
      expect(rows('videos')).toBe(3000);
      expect(Math.abs(rows('reviews') - 9000)).toBeLessThan(500);
      expect(Math.abs(rows('monetization') - 2500)).toBeLessThan(700);
      const toSeconds = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
      const [dayBefore, now] = [toSeconds(nowMs - 24 * 3_600_000), toSeconds(nowMs)];
      const times = { videos: 'uploaded_at', reviews: 'created_at', monetization: 'decided_at' };
      for (const [table, column] of Object.entries(times)) {
        const newest = db.prepare(`SELECT max(${column}) FROM ${table}`).pluck().get() as string;
        expect(newest > dayBefore && newest <= now, `${table}: ${newest}`).toBe(true);
      }
      expect(db.pragma('foreign_key_check')).toEqual([]);
    },
  );

  test('makes sense as the content of a review product', () => {
    buildSampleDatabase(file, NOW_MS);
    const db = open();
    const statuses = db.prepare('SELECT DISTINCT status FROM videos ORDER BY 1').pluck().all();
    expect(statuses).toEqual(['approved', 'changes_requested', 'in_review', 'queued', 'rejected']);
    const undecided = `SELECT count(*) FROM videos v WHERE status IN ('approved', 'rejected') AND NOT EXISTS (
      SELECT 1 FROM reviews r WHERE r.video_id = v.id AND r.created_at = v.processed_at
        AND r.decision = CASE v.status WHEN 'approved' THEN 'approve' ELSE 'reject' END)`;
    expect(figure(db, undecided)).toBe(0);
    expect(
      figure(db, 'SELECT count(*) FROM reviews r JOIN videos v ON v.id = video_id WHERE r.created_at < v.uploaded_at'),
    ).toBe(0);
    expect(
      figure(db, `SELECT count(*) FROM monetization m JOIN videos v ON v.id = video_id WHERE v.status <> 'approved'`),
    ).toBe(0);
    expect(figure(db, 'SELECT count(*) FROM monetization WHERE net_krw <> gross_krw - fee_krw')).toBe(0);
    expect(figure(db, 'SELECT count(*) FROM videos WHERE like_percent > 0')).toBeGreaterThan(1000);
    expect(figure(db, `SELECT count(*) FROM daily_processing WHERE day >= '2026-02-15'`)).toBeGreaterThan(20);
    expect(figure(db, 'SELECT count(*) FROM channel_overview WHERE approval_percent BETWEEN 50 AND 95')).toBe(40);
  });

  test('is Korean and English, and both can be searched', () => {
    buildSampleDatabase(file, NOW_MS);
    const db = open();
    for (const language of ['ko', 'en']) {
      expect(figure(db, `SELECT count(*) FROM videos WHERE language = '${language}'`)).toBeGreaterThan(800);
    }
    expect(figure(db, `SELECT count(*) FROM videos WHERE language = 'en' AND title GLOB '*[가-힣]*'`)).toBe(0);
    expect(figure(db, `SELECT count(*) FROM videos WHERE language = 'ko' AND title NOT GLOB '*[가-힣]*'`)).toBe(0);
    expect(figure(db, `SELECT count(*) FROM videos WHERE title GLOB '*[#@]*'`)).toBe(0);
    for (const words of ['베란다*', 'recording']) {
      const found = figure(db, `SELECT count(*) FROM videos_fts WHERE videos_fts MATCH '${words}'`);
      expect(found).toBeGreaterThan(10);
      expect(found).toBe(figure(db, `SELECT count(*) FROM videos WHERE title LIKE '%${words.replace('*', '')}%'`));
    }
  });

  test('its rules hold when it is written to', () => {
    buildSampleDatabase(file, NOW_MS);
    const db = open();
    // Money is not deleted with a video, reviews are.
    const earning = figure(db, 'SELECT video_id FROM monetization LIMIT 1');
    const remove = db.prepare('DELETE FROM videos WHERE id = ?');
    expect(() => remove.run(earning)).toThrow(/FOREIGN KEY/);
    const other = figure(db, `SELECT min(id) FROM videos WHERE status = 'rejected'`);
    expect(figure(db, `SELECT count(*) FROM reviews WHERE video_id = ${other}`)).toBeGreaterThan(0);
    remove.run(other);
    expect(figure(db, `SELECT count(*) FROM reviews WHERE video_id = ${other}`)).toBe(0);
    // The triggers keep the index and the time of change.
    db.prepare('UPDATE videos SET title = ? WHERE id = ?').run('가나다라 unrepeatable', earning);
    expect(figure(db, `SELECT rowid FROM videos_fts WHERE videos_fts MATCH 'unrepeatable'`)).toBe(earning);
    const touched = `SELECT count(*) FROM videos WHERE id = ${earning} AND abs(julianday(updated_at) - julianday('now')) < 1`;
    expect(figure(db, touched)).toBe(1);
    db.exec(`INSERT INTO videos_fts (videos_fts, rank) VALUES ('integrity-check', 1)`);
  });

  test('is the same for the same moment and another one for another', async () => {
    const names = ['a.db', 'b.db', 'c.db'].map((name) => path.join(folder, name));
    for (const [index, name] of names.entries()) buildSampleDatabase(name, NOW_MS + (index === 2 ? 60_000 : 0));
    const [a, b, c] = await Promise.all(names.map((name) => contentHash(name)));
    expect(a).toBe(b);
    expect(c).not.toBe(a);
  });
});

describe('building the sample', () => {
  test('leaves a sample that is there as it is', async () => {
    buildSampleDatabase(file, NOW_MS);
    open().exec(`DELETE FROM monetization; PRAGMA wal_checkpoint(TRUNCATE)`);
    const before = await contentHash(file);
    buildSampleDatabase(file, NOW_MS);
    expect(await contentHash(file)).toBe(before);
  });

  test.each(['-wal', '-journal'])(
    'refuses a place where there is a %s of another file, and leaves that alone',
    (suffix) => {
      fs.writeFileSync(file + suffix, 'what somebody wrote');
      const error = thrownBy(() => buildSampleDatabase(file, NOW_MS));
      expect([error.code, error.params]).toEqual(['RESTORE_TARGET_EXISTS', { path: file + suffix }]);
      expect(fs.readFileSync(file + suffix, 'utf8')).toBe('what somebody wrote');
      expect(fs.readdirSync(folder)).toEqual([path.basename(file) + suffix]);
    },
  );

  test('makes the folder and takes the place of an attempt that was cut off', () => {
    const inner = path.join(folder, 'samples', 'one.db');
    fs.mkdirSync(path.dirname(inner));
    fs.writeFileSync(`${inner}.building`, Buffer.alloc(10_000, 7));
    fs.writeFileSync(`${inner}.building-wal`, Buffer.alloc(10_000, 7));
    buildSampleDatabase(inner, NOW_MS);
    expect(fs.readdirSync(path.dirname(inner))).toEqual(['one.db']);
    expect(open(inner).pragma('integrity_check', { simple: true })).toBe('ok');
  });

  test('says so when the place cannot be written to, and leaves nothing behind', () => {
    fs.writeFileSync(path.join(folder, 'file'), 'no folder');
    const error = thrownBy(() => buildSampleDatabase(path.join(folder, 'file', 'one.db'), NOW_MS));
    expect(['FILE_NOT_FOUND', 'IO_ERROR']).toContain(error.code);
    expect(fs.readdirSync(folder)).toEqual(['file']);
  });
});
