/**
 * Schema of the sample database: a video-review product, with one of everything that makes a database hard to move:
 * foreign keys with and without a cascade, generated columns, full-text search with its shadow tables, triggers, views,
 * AUTOINCREMENT, a table without rowid, a strict one, partial indexes and blobs.
 */

/** 'VREV': says which application a file belongs to. */
export const SAMPLE_APPLICATION_ID = 0x56524556;
/** Version of the schema below, as the sample's own application would count. */
export const SAMPLE_USER_VERSION = 7;

export const SAMPLE_SCHEMA = `
CREATE TABLE schema_migrations (
  version INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  applied_at TEXT NOT NULL
);

CREATE TABLE channels (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  handle TEXT NOT NULL UNIQUE COLLATE NOCASE,
  title TEXT NOT NULL,
  category TEXT NOT NULL,
  language TEXT NOT NULL CHECK (language IN ('ko', 'en')),
  subscriber_count INTEGER NOT NULL DEFAULT 0 CHECK (subscriber_count >= 0),
  status TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'paused', 'closed')),
  created_at TEXT NOT NULL
);

CREATE TABLE reviewers (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  email TEXT NOT NULL UNIQUE COLLATE NOCASE,
  role TEXT NOT NULL CHECK (role IN ('reviewer', 'senior', 'lead')),
  active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)),
  created_at TEXT NOT NULL
);

CREATE TABLE review_rules (
  code TEXT PRIMARY KEY,
  title_ko TEXT NOT NULL,
  title_en TEXT NOT NULL,
  weight REAL NOT NULL CHECK (weight > 0),
  active INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE videos (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  channel_id INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
  external_id TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  language TEXT NOT NULL CHECK (language IN ('ko', 'en')),
  duration_s INTEGER NOT NULL CHECK (duration_s > 0),
  view_count INTEGER NOT NULL DEFAULT 0,
  like_count INTEGER NOT NULL DEFAULT 0,
  fingerprint BLOB NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('queued', 'in_review', 'changes_requested', 'approved', 'rejected')),
  uploaded_at TEXT NOT NULL,
  processed_at TEXT,
  updated_at TEXT NOT NULL,
  like_percent REAL GENERATED ALWAYS AS (round(100.0 * like_count / max(view_count, 1), 2)) VIRTUAL,
  CHECK ((status IN ('approved', 'rejected')) = (processed_at IS NOT NULL))
);
CREATE INDEX videos_by_channel ON videos (channel_id, uploaded_at DESC);
CREATE INDEX videos_by_processing ON videos (processed_at) WHERE processed_at IS NOT NULL;
CREATE INDEX videos_waiting ON videos (uploaded_at) WHERE status IN ('queued', 'in_review');

CREATE TABLE tags (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);

CREATE TABLE video_tags (
  video_id INTEGER NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  tag_id INTEGER NOT NULL REFERENCES tags (id),
  PRIMARY KEY (video_id, tag_id)
) WITHOUT ROWID;

CREATE TABLE reviews (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  video_id INTEGER NOT NULL REFERENCES videos (id) ON DELETE CASCADE,
  reviewer_id INTEGER NOT NULL REFERENCES reviewers (id),
  round INTEGER NOT NULL CHECK (round >= 1),
  decision TEXT NOT NULL CHECK (decision IN ('approve', 'reject', 'request_changes', 'escalate')),
  rule_code TEXT REFERENCES review_rules (code) ON UPDATE CASCADE,
  score INTEGER NOT NULL CHECK (score BETWEEN 0 AND 100),
  comment TEXT NOT NULL DEFAULT '',
  created_at TEXT NOT NULL,
  UNIQUE (video_id, round)
);
CREATE INDEX reviews_by_reviewer ON reviews (reviewer_id, created_at);
CREATE INDEX reviews_by_rule ON reviews (rule_code) WHERE rule_code IS NOT NULL;

CREATE TABLE monetization (
  id INTEGER PRIMARY KEY,
  video_id INTEGER NOT NULL REFERENCES videos (id),
  month TEXT NOT NULL CHECK (month GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]'),
  status TEXT NOT NULL CHECK (status IN ('pending', 'limited', 'monetized', 'declined')),
  gross_krw INTEGER NOT NULL DEFAULT 0 CHECK (gross_krw >= 0),
  fee_krw INTEGER NOT NULL DEFAULT 0 CHECK (fee_krw BETWEEN 0 AND gross_krw),
  net_krw INTEGER GENERATED ALWAYS AS (gross_krw - fee_krw) STORED,
  decided_at TEXT NOT NULL,
  UNIQUE (video_id, month)
);
CREATE INDEX monetization_by_month ON monetization (month, status);

CREATE VIRTUAL TABLE videos_fts USING fts5 (title, content = 'videos', content_rowid = 'id', prefix = '1 2');
CREATE TRIGGER videos_fts_insert AFTER INSERT ON videos BEGIN
  INSERT INTO videos_fts (rowid, title) VALUES (new.id, new.title);
END;
CREATE TRIGGER videos_fts_delete AFTER DELETE ON videos BEGIN
  INSERT INTO videos_fts (videos_fts, rowid, title) VALUES ('delete', old.id, old.title);
END;
CREATE TRIGGER videos_fts_update AFTER UPDATE OF title ON videos BEGIN
  INSERT INTO videos_fts (videos_fts, rowid, title) VALUES ('delete', old.id, old.title);
  INSERT INTO videos_fts (rowid, title) VALUES (new.id, new.title);
END;
CREATE TRIGGER videos_touch AFTER UPDATE OF title, description, status ON videos BEGIN
  UPDATE videos SET updated_at = strftime('%Y-%m-%dT%H:%M:%SZ', 'now') WHERE id = new.id;
END;

CREATE VIEW channel_overview AS
  SELECT c.id, c.title, count(v.id) AS videos,
    sum(v.status = 'approved') AS approved,
    sum(v.status = 'rejected') AS rejected,
    round(100.0 * sum(v.status = 'approved') / max(sum(v.processed_at IS NOT NULL), 1), 1) AS approval_percent
  FROM channels c LEFT JOIN videos v ON v.channel_id = c.id
  GROUP BY c.id;

CREATE VIEW daily_processing AS
  SELECT date(processed_at) AS day, count(*) AS processed, sum(status = 'approved') AS approved
  FROM videos WHERE processed_at IS NOT NULL
  GROUP BY day;

CREATE VIEW monthly_revenue AS
  SELECT month, count(*) AS records, sum(status = 'monetized') AS monetized, sum(net_krw) AS net_krw
  FROM monetization GROUP BY month;
`;
