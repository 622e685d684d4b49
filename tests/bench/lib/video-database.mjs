/**
 * Builds a large database in the shape of a video-review product: text that repeats as real titles and comments do,
 * numbers that do not, indexes on both. gzip -6 makes about 0.4 of it.
 */
import Database from 'better-sqlite3';

const WORDS = (
  'review channel video great editing 리뷰 영상 채널 구독 추천 sound light camera travel food seoul busan market street night ' +
  'music live interview tutorial game play walkthrough unboxing phone laptop kitchen recipe kimchi noodle spicy honest ' +
  'opinion quality price compare battery screen design fast slow cheap premium update patch season episode part final'
).split(' ');

/** Deterministic numbers in [0, 1): mulberry32. */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * @param {string} file must not exist
 * @param {number} sizeBytes the file is at least this large
 * @param {{ journalMode?: 'WAL' | 'DELETE', seed?: number }} [options]
 */
export function buildVideoDatabase(file, sizeBytes, options = {}) {
  const next = random(options.seed ?? 1);
  const int = (limit) => Math.floor(next() * limit);
  const text = (words) => Array.from({ length: words }, () => WORDS[int(WORDS.length)]).join(' ');
  const hex = (bytes) => Array.from({ length: bytes }, () => int(256).toString(16).padStart(2, '0')).join('');
  const db = new Database(file);
  db.pragma('journal_mode = OFF');
  db.pragma('synchronous = OFF');
  db.exec(`
    CREATE TABLE channels (id INTEGER PRIMARY KEY, name TEXT NOT NULL, subscribers INTEGER NOT NULL);
    CREATE TABLE videos (
      id INTEGER PRIMARY KEY, channel_id INTEGER NOT NULL REFERENCES channels(id), youtube_id TEXT NOT NULL UNIQUE,
      title TEXT NOT NULL, views INTEGER NOT NULL, processed_at INTEGER NOT NULL);
    CREATE INDEX videos_by_channel ON videos(channel_id, processed_at);
    CREATE TABLE reviews (
      id INTEGER PRIMARY KEY, video_id INTEGER NOT NULL REFERENCES videos(id), score REAL NOT NULL, approved INTEGER,
      comment TEXT NOT NULL, fingerprint TEXT NOT NULL, created_at INTEGER NOT NULL);
    CREATE INDEX reviews_by_video ON reviews(video_id);
  `);
  const channel = db.prepare('INSERT INTO channels (name, subscribers) VALUES (?, ?)');
  const video = db.prepare(
    'INSERT INTO videos (channel_id, youtube_id, title, views, processed_at) VALUES (?, ?, ?, ?, ?)',
  );
  const review = db.prepare(
    'INSERT INTO reviews (video_id, score, approved, comment, fingerprint, created_at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const size = db
    .prepare('SELECT page_count * page_size AS bytes FROM pragma_page_count(), pragma_page_size()')
    .pluck();
  const batch = db.transaction((videos) => {
    for (let count = 0; count < videos; count++) {
      const row = video.run(1 + int(400), hex(6), text(4 + int(8)), int(5_000_000), 1_700_000_000 + int(40_000_000));
      for (let reviews = int(12); reviews > 0; reviews--) {
        const at = 1_700_000_000 + int(40_000_000);
        review.run(row.lastInsertRowid, next() * 5, int(3) - 1, text(5 + int(45)), hex(16), at);
      }
    }
  });
  db.transaction(() => {
    for (let count = 0; count < 400; count++) channel.run(text(2), int(2_000_000));
  })();
  while (size.get() < sizeBytes) batch(2_000);
  db.pragma('user_version = 7');
  db.pragma(`journal_mode = ${options.journalMode ?? 'WAL'}`);
  db.close();
}

/**
 * Updates rows all over the database, from a connection of its own, one commit each as an application does, and closes.
 * @param {number} seed another one for other rows
 */
export function updateRows(file, rows, seed) {
  const next = random(seed);
  const db = new Database(file);
  db.pragma('synchronous = NORMAL');
  const last = db.prepare('SELECT max(id) FROM reviews').pluck().get();
  const update = db.prepare('UPDATE reviews SET approved = ?, score = ? WHERE id = ?');
  for (let count = 0; count < rows; count++) update.run(count % 2, next() * 5, 1 + Math.floor(next() * last));
  db.close();
}

/**
 * A large database in little time: a video database with blobs of nothing beside it.
 * @param {number} sizeMib
 */
export function buildBlankDatabase(file, sizeMib) {
  buildVideoDatabase(file, 32 << 20);
  const db = new Database(file);
  db.pragma('synchronous = OFF');
  db.exec('CREATE TABLE blank (content BLOB)');
  const insert = db.prepare('INSERT INTO blank VALUES (zeroblob(?))');
  for (let mib = 32; mib < sizeMib; mib += 32) insert.run(32 << 20);
  db.close();
}
