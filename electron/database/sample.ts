/** Builds the sample database that the first run offers: a video-review product with half a year of content. */
import fs from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { makePrivateFolders } from '../core/folders';
import { holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import { SAMPLE_APPLICATION_ID, SAMPLE_SCHEMA, SAMPLE_USER_VERSION } from './sample-schema';
import { CATEGORIES, COMMENTS, DESCRIPTIONS, REVIEWERS, RULES, TAGS, TITLE_FORMS } from './sample-words';

const CHANNELS = 40;
const VIDEOS = 3000;
const SEED = 20_240_229;
const DAYS_OF_CONTENT = 180;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

type Decision = keyof typeof COMMENTS;
type Chance = ReturnType<typeof chanceFrom>;

/**
 * Builds the sample at `file` under a temporary name beside it and renames it when it is complete. The same `nowMs`
 * gives the same content. A file that is there already stays as it is: it may hold what somebody tried out. Takes well
 * under two seconds; opens files with `fs`, so call it in a job process.
 * @param nowMs Unix time in milliseconds that the content leads up to.
 * @throws RESTORE_TARGET_EXISTS when only the journal of another file is there, and what disks throw (DISK_FULL, …).
 */
export function buildSampleDatabase(file: string, nowMs: number = Date.now()): void {
  const building = `${file}.building`;
  try {
    if (fs.existsSync(file)) return;
    // A journal left by an earlier file of the same name would be applied to the new one.
    for (const suffix of ['-wal', '-journal']) {
      if (fs.existsSync(file + suffix))
        throw holdfastError('RESTORE_TARGET_EXISTS', { params: { path: file + suffix } });
    }
    makePrivateFolders(path.dirname(file));
    removeWithJournals(building);
    write(building, nowMs);
    flush(building);
    fs.renameSync(building, file);
  } catch (thrown) {
    try {
      removeWithJournals(building);
    } catch {
      // The first failure is the one to tell; what is left here is removed by the next attempt.
    }
    throw wrapError(thrown, { path: file });
  }
}

function removeWithJournals(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) fs.rmSync(file + suffix, { force: true });
}

function flush(file: string): void {
  const handle = fs.openSync(file, 'r+');
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

function write(file: string, nowMs: number): void {
  const db = new Database(file);
  try {
    // Nobody else has the file and a crash leaves only a temporary name: no journal and no waiting for the disk.
    db.pragma('journal_mode = OFF');
    db.pragma('synchronous = OFF');
    db.pragma('foreign_keys = ON');
    db.pragma(`application_id = ${SAMPLE_APPLICATION_ID}`);
    db.pragma(`user_version = ${SAMPLE_USER_VERSION}`);
    db.transaction(() => {
      db.exec(SAMPLE_SCHEMA);
      fill(db, nowMs, chanceFrom(SEED));
    })();
    db.exec(`INSERT INTO videos_fts (videos_fts) VALUES ('optimize'); ANALYZE;`);
    db.pragma('journal_mode = WAL');
    db.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    db.close();
  }
}

function fill(db: Database.Database, nowMs: number, chance: Chance): void {
  const startMs = nowMs - DAYS_OF_CONTENT * DAY_MS;
  const migration = db.prepare('INSERT INTO schema_migrations VALUES (?, ?, ?)');
  const names = ['base', 'review rounds', 'rules', 'monetization', 'full-text search', 'tags', 'views'];
  for (const [index, name] of names.entries())
    migration.run(index + 1, name, isoTime(startMs - (8 - index) * 30 * DAY_MS));
  const reviewer = db.prepare('INSERT INTO reviewers VALUES (?, ?, ?, ?, ?, ?)');
  for (const [index, [name, address, role]] of REVIEWERS.entries()) {
    const active = index === REVIEWERS.length - 1 ? 0 : 1;
    reviewer.run(index + 1, name, `${address}@example.com`, role, active, isoTime(startMs - (index + 3) * 11 * DAY_MS));
  }
  const rule = db.prepare('INSERT INTO review_rules (code, title_ko, title_en, weight) VALUES (?, ?, ?, ?)');
  for (const values of RULES) rule.run(values);
  const tag = db.prepare('INSERT INTO tags VALUES (?, ?)');
  for (const [index, name] of TAGS.entries()) tag.run(index + 1, name);
  const channels = addChannels(db, startMs, chance);
  addVideos(db, channels, startMs, nowMs, chance);
}

interface Channel {
  id: number;
  category: (typeof CATEGORIES)[number];
  language: 'ko' | 'en';
  subscribers: number;
}

function addChannels(db: Database.Database, startMs: number, chance: Chance): Channel[] {
  const insert = db.prepare(
    `INSERT INTO channels (handle, title, category, language, subscriber_count, status, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const planned = CATEGORIES.flatMap((category) =>
    (['ko', 'en'] as const).flatMap((language) =>
      category.channels[language].map((title) => ({ category, language, title })),
    ),
  );
  const channels: Channel[] = [];
  for (let index = 0; index < CHANNELS; index++) {
    const plan = planned[index % planned.length] as (typeof planned)[number];
    const again = index >= planned.length;
    const second = plan.language === 'ko' ? ' 다시 보기' : ' Archive';
    // A few channels are large and most are small.
    const subscribers = Math.round(500 * 10 ** (3.2 * chance.fraction() ** 1.6));
    const status = chance.below(12) === 0 ? 'paused' : 'active';
    const { lastInsertRowid } = insert.run(
      `@${plan.category.name}-${plan.language}-${index + 1}`,
      again ? plan.title + second : plan.title,
      plan.category.name,
      plan.language,
      subscribers,
      status,
      isoTime(startMs - chance.below(900) * DAY_MS),
    );
    channels.push({ id: Number(lastInsertRowid), category: plan.category, language: plan.language, subscribers });
  }
  return channels;
}

function addVideos(db: Database.Database, channels: Channel[], startMs: number, nowMs: number, chance: Chance): void {
  const insert = db.prepare(
    `INSERT INTO videos (channel_id, external_id, title, description, language, duration_s, view_count, like_count,
       fingerprint, status, uploaded_at, processed_at, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const insertTag = db.prepare('INSERT OR IGNORE INTO video_tags VALUES (?, ?)');
  const addReview = reviewWriter(db, chance);
  const addMonths = monetizationWriter(db, nowMs, chance);
  for (let index = 0; index < VIDEOS; index++) {
    const channel = chance.of(channels);
    const { language } = channel;
    // The square root makes the newer months the busier ones.
    const uploadedMs = startMs + Math.sqrt((index + chance.fraction()) / VIDEOS) * (nowMs - startMs);
    const rounds = planReviews(uploadedMs, nowMs, chance);
    const last = rounds.at(-1);
    const status = statusAfter(last?.decision);
    const done = status === 'approved' || status === 'rejected';
    const ageDays = (nowMs - uploadedMs) / DAY_MS;
    const views =
      status === 'approved' ? Math.round(channel.subscribers * chance.fraction() ** 2 * Math.log2(2 + ageDays)) : 0;
    const fingerprint = Buffer.from(Uint8Array.from({ length: 16 }, () => chance.below(256)));
    const { lastInsertRowid } = insert.run(
      channel.id,
      fingerprint.toString('base64url').slice(0, 11),
      chance
        .of(TITLE_FORMS[language])
        .replace('#', chance.of(channel.category.subjects[language]))
        .replace('@', String(3 + chance.below(27))),
      `${chance.of(DESCRIPTIONS[language])} #${channel.category.name}`,
      language,
      45 + Math.round(3000 * chance.fraction() ** 2.5),
      views,
      Math.round(views * (0.01 + 0.07 * chance.fraction())),
      fingerprint,
      status,
      isoTime(uploadedMs),
      done && last ? isoTime(last.atMs) : null,
      isoTime(last?.atMs ?? uploadedMs),
    );
    const videoId = Number(lastInsertRowid);
    for (let count = chance.below(4); count > 0; count--) insertTag.run(videoId, 1 + chance.below(TAGS.length));
    for (const [round, review] of rounds.entries()) addReview(videoId, round + 1, review);
    if (status === 'approved' && last) addMonths(videoId, last.atMs, views);
  }
}

interface Review {
  decision: Decision;
  atMs: number;
}

/** One to five rounds that end in a decision; what would happen after `nowMs` has not happened yet. */
function planReviews(uploadedMs: number, nowMs: number, chance: Chance): Review[] {
  const rounds = 1 + chance.below(3) + chance.below(3);
  const reviews: Review[] = [];
  let atMs = uploadedMs;
  for (let round = 1; round <= rounds; round++) {
    atMs += (0.5 + 20 * chance.fraction()) * HOUR_MS;
    const final = chance.below(100) < 78 ? 'approve' : 'reject';
    const interim = chance.below(5) === 0 ? 'escalate' : 'request_changes';
    if (atMs <= nowMs) reviews.push({ decision: round === rounds ? final : interim, atMs });
  }
  return reviews;
}

function statusAfter(decision: Decision | undefined): string {
  switch (decision) {
    case undefined:
      return 'queued';
    case 'approve':
      return 'approved';
    case 'reject':
      return 'rejected';
    case 'request_changes':
      return 'changes_requested';
    case 'escalate':
      return 'in_review';
  }
}

function reviewWriter(db: Database.Database, chance: Chance): (videoId: number, round: number, review: Review) => void {
  const insert = db.prepare(
    `INSERT INTO reviews (video_id, reviewer_id, round, decision, rule_code, score, comment, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return (videoId, round, { decision, atMs }) => {
    const approved = decision === 'approve';
    const ruleCode = approved || decision === 'escalate' ? null : chance.of(RULES)[0];
    const score = approved ? 70 + chance.below(31) : 15 + chance.below(55);
    const reviewerId = 1 + chance.below(REVIEWERS.length);
    insert.run(videoId, reviewerId, round, decision, ruleCode, score, chance.of(COMMENTS[decision]), isoTime(atMs));
  };
}

/** One record a month from approval on, for the videos whose owners asked for it. */
function monetizationWriter(
  db: Database.Database,
  nowMs: number,
  chance: Chance,
): (videoId: number, approvedMs: number, views: number) => void {
  const insert = db.prepare(
    'INSERT INTO monetization (video_id, month, status, gross_krw, fee_krw, decided_at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  return (videoId, approvedMs, views) => {
    if (chance.below(100) >= 43) return;
    const declined = chance.below(100) < 12;
    const limited = chance.below(100) < 9;
    for (const month of monthsBetween(approvedMs, nowMs)) {
      const decidedMs = Math.max(approvedMs, Date.parse(`${month}-01T00:00:00Z`)) + chance.below(48) * HOUR_MS;
      const current = month === isoTime(nowMs).slice(0, 7);
      const status = declined ? 'declined' : current ? 'pending' : limited ? 'limited' : 'monetized';
      const perView = status === 'monetized' ? 2.4 : status === 'limited' ? 0.6 : 0;
      const gross = Math.round(views * perView * (0.2 + 0.3 * chance.fraction()));
      insert.run(videoId, month, status, gross, Math.floor(gross * 0.3), isoTime(Math.min(decidedMs, nowMs)));
      if (declined) return;
    }
  };
}

/** The months from one time to another, both included, as `YYYY-MM` in UTC. */
function monthsBetween(fromMs: number, toMs: number): string[] {
  const months: string[] = [];
  const from = new Date(fromMs);
  for (let step = 0; ; step++) {
    const monthMs = Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + step, 1);
    if (monthMs > toMs) return months;
    months.push(isoTime(monthMs).slice(0, 7));
  }
}

/** Seconds are enough: `2024-02-29T02:00:00Z`. */
function isoTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** Repeatable chance (mulberry32): the same seed gives the same sample on every machine. */
function chanceFrom(seed: number) {
  let state = seed;
  /** 0 up to, not including, 1. */
  const fraction = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  /** A whole number from 0 up to, not including, `end`. */
  const below = (end: number) => Math.floor(fraction() * end);
  return { fraction, below, of: <T>(list: readonly T[]): T => list[below(list.length)] as T };
}
