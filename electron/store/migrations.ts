/** The shape of the store, step by step. A step that has shipped is never edited: a change is a new step. */
import type Database from 'better-sqlite3';
import { holdfastError } from '../errors/holdfast-error';
import { storeError } from './connection';

/** 'HLDF': tells a store of Holdfast from any other SQLite file. */
export const STORE_APPLICATION_ID = 0x484c4446;

export interface Migration {
  /** 1, 2, 3 … without gaps; the file's `user_version` afterwards. */
  version: number;
  sql: string;
}

export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    sql: `
      CREATE TABLE databases (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        path TEXT NOT NULL UNIQUE,
        added_at TEXT NOT NULL,
        sample INTEGER NOT NULL CHECK (sample IN (0, 1)),
        schedules TEXT NOT NULL CHECK (json_valid(schedules)),
        -- Since when each schedule counts, by kind: what was due before it was set is not made up for.
        schedules_since TEXT NOT NULL CHECK (json_valid(schedules_since)),
        -- Set when nobody guards it any more; the row stays because its backups name it.
        removed_at TEXT
      ) STRICT;
      -- People type names, and case does not tell files apart everywhere. A removed database gives its name free.
      CREATE UNIQUE INDEX databases_name ON databases (name COLLATE NOCASE) WHERE removed_at IS NULL;

      CREATE TABLE backups (
        id TEXT PRIMARY KEY,
        database_id TEXT NOT NULL REFERENCES databases (id),
        kind TEXT NOT NULL,
        created_at TEXT NOT NULL,
        file TEXT NOT NULL UNIQUE,
        size_bytes INTEGER NOT NULL,
        content_bytes INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        content_sha256 TEXT NOT NULL,
        page_size_bytes INTEGER NOT NULL,
        page_count INTEGER NOT NULL,
        schema_version INTEGER NOT NULL,
        user_version INTEGER NOT NULL,
        application_id INTEGER NOT NULL,
        duration_ms REAL NOT NULL,
        state TEXT NOT NULL,
        verified_at TEXT,
        checks TEXT NOT NULL CHECK (json_valid(checks))
      ) STRICT;
      CREATE INDEX backups_newest ON backups (database_id, created_at, id);

      CREATE TABLE schedule_runs (
        database_id TEXT NOT NULL REFERENCES databases (id),
        kind TEXT NOT NULL,
        -- Local wall time of the cron occurrence, YYYY-MM-DDTHH:mm: what makes a period run once, whatever the clock does.
        occurrence TEXT NOT NULL,
        -- The moment of the occurrence, and of the outcome: milliseconds since 1970, UTC.
        occurrence_ms INTEGER NOT NULL,
        at_ms INTEGER NOT NULL,
        outcome TEXT NOT NULL,
        PRIMARY KEY (database_id, kind, occurrence)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX schedule_runs_newest ON schedule_runs (database_id, kind, occurrence_ms);

      CREATE TABLE restores (
        id TEXT PRIMARY KEY,
        database_id TEXT NOT NULL REFERENCES databases (id),
        -- No reference: what was restored stays true after that backup is deleted.
        source_point_id TEXT,
        source_file TEXT NOT NULL,
        started_at TEXT NOT NULL,
        finished_at TEXT,
        outcome TEXT NOT NULL,
        undo_point_id TEXT REFERENCES backups (id) ON DELETE SET NULL,
        written_since INTEGER NOT NULL DEFAULT 0 CHECK (written_since IN (0, 1)),
        undone INTEGER NOT NULL CHECK (undone IN (0, 1)),
        error_code TEXT,
        phase TEXT NOT NULL,
        content_sha256 TEXT
      ) STRICT;
      CREATE INDEX restores_newest ON restores (database_id, started_at, id);
      CREATE INDEX restores_undo ON restores (undo_point_id) WHERE undo_point_id IS NOT NULL;

      CREATE TABLE problems (
        id TEXT PRIMARY KEY,
        code TEXT NOT NULL,
        severity TEXT NOT NULL,
        -- No reference: reporting an error never fails because of what the error names.
        database_id TEXT,
        params TEXT NOT NULL CHECK (json_valid(params)),
        detail TEXT NOT NULL,
        first_seen_at TEXT NOT NULL,
        last_seen_at TEXT NOT NULL,
        count INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('open', 'resolved')),
        resolved_at TEXT,
        notified_at TEXT
      ) STRICT;
      CREATE UNIQUE INDEX problems_open ON problems (code, ifnull(database_id, '')) WHERE state = 'open';
      CREATE INDEX problems_resolved ON problems (resolved_at) WHERE state = 'resolved';

      CREATE TABLE settings (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL CHECK (json_valid(value))
      ) STRICT, WITHOUT ROWID;
    `,
  },
  {
    version: 2,
    sql: `
      -- What is watched, and how: each configuration is one JSON document, checked when it is written and when it is read.
      CREATE TABLE probes (
        id TEXT PRIMARY KEY,
        config TEXT NOT NULL CHECK (json_valid(config)),
        created_at TEXT NOT NULL
      ) STRICT;
      CREATE TABLE scrape_targets (
        id TEXT PRIMARY KEY,
        config TEXT NOT NULL CHECK (json_valid(config)),
        created_at TEXT NOT NULL
      ) STRICT;
      CREATE TABLE business_metrics (
        id TEXT PRIMARY KEY,
        database_id TEXT NOT NULL REFERENCES databases (id) ON DELETE CASCADE,
        config TEXT NOT NULL CHECK (json_valid(config)),
        created_at TEXT NOT NULL,
        -- The last result, so that a restart neither forgets nor asks anew: {value, atMs, tookMs, error}.
        last TEXT CHECK (json_valid(last))
      ) STRICT;
      CREATE INDEX business_metrics_database ON business_metrics (database_id);

      CREATE TABLE alert_rules (
        id TEXT PRIMARY KEY,
        config TEXT NOT NULL CHECK (json_valid(config)),
        created_at TEXT NOT NULL
      ) STRICT;

      CREATE TABLE alerts (
        id TEXT PRIMARY KEY,
        -- What it is about: one open alert for each.
        key TEXT NOT NULL,
        source TEXT NOT NULL CHECK (json_valid(source)),
        severity TEXT NOT NULL,
        state TEXT NOT NULL,
        title_key TEXT NOT NULL,
        params TEXT NOT NULL CHECK (json_valid(params)),
        value REAL,
        threshold REAL,
        unit TEXT NOT NULL,
        started_at TEXT NOT NULL,
        firing_since TEXT,
        resolved_at TEXT,
        acknowledged_at TEXT,
        snoozed_until TEXT,
        unstable INTEGER NOT NULL CHECK (unstable IN (0, 1)),
        inhibited_by TEXT,
        notifications INTEGER NOT NULL,
        last_notified_at TEXT,
        -- What the state machine and the policy remember besides, so that a restart neither repeats nor forgets.
        memory TEXT NOT NULL CHECK (json_valid(memory))
      ) STRICT;
      CREATE UNIQUE INDEX alerts_open ON alerts (key) WHERE resolved_at IS NULL;
      CREATE INDEX alerts_resolved ON alerts (resolved_at) WHERE resolved_at IS NOT NULL;
      CREATE INDEX alerts_started ON alerts (started_at);

      CREATE TABLE alert_events (
        id INTEGER PRIMARY KEY,
        alert_id TEXT NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
        at TEXT NOT NULL,
        kind TEXT NOT NULL,
        params TEXT NOT NULL CHECK (json_valid(params))
      ) STRICT;
      CREATE INDEX alert_events_alert ON alert_events (alert_id, id);

      CREATE TABLE channels (
        id TEXT PRIMARY KEY,
        config TEXT NOT NULL CHECK (json_valid(config)),
        created_at TEXT NOT NULL
      ) STRICT;

      -- Messages to channels: written in the transaction that decides on them, sent afterwards.
      CREATE TABLE outbox (
        id TEXT PRIMARY KEY,
        channel_id TEXT NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
        -- The same message twice is one message.
        idempotency_key TEXT NOT NULL,
        thread_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        severity TEXT NOT NULL,
        message TEXT NOT NULL CHECK (json_valid(message)),
        created_at TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'given-up', 'merged')),
        attempts INTEGER NOT NULL,
        next_attempt_at TEXT,
        sent_at TEXT,
        error TEXT CHECK (json_valid(error)),
        -- The digest that took this message in.
        merged_into TEXT,
        UNIQUE (channel_id, idempotency_key)
      ) STRICT;
      CREATE INDEX outbox_waiting ON outbox (channel_id, next_attempt_at) WHERE state = 'waiting';
      CREATE INDEX outbox_newest ON outbox (created_at);

      CREATE TABLE secrets (
        name TEXT PRIMARY KEY,
        -- 'keyring': encrypted with a key of the operating system's keyring; 'file': readable to whoever reads this file.
        protection TEXT NOT NULL CHECK (protection IN ('keyring', 'file')),
        value BLOB NOT NULL
      ) STRICT, WITHOUT ROWID;

      -- Small facts that must outlive a restart: until when alerts are paused, when the last digest went out.
      CREATE TABLE facts (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL CHECK (json_valid(value))
      ) STRICT, WITHOUT ROWID;
    `,
  },
  {
    version: 3,
    sql: `
      -- Chains of changed pages: a full backup is its own chain.
      ALTER TABLE backups ADD COLUMN form TEXT NOT NULL DEFAULT 'full' CHECK (form IN ('full', 'changes'));
      ALTER TABLE backups ADD COLUMN parent_id TEXT;
      ALTER TABLE backups ADD COLUMN chain_id TEXT;
      ALTER TABLE backups ADD COLUMN chain_length INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE backups ADD COLUMN changed_pages INTEGER;
      -- Mark of the home that made the file, where that is another one: its files are not this one's to delete.
      ALTER TABLE backups ADD COLUMN other_home TEXT;
      UPDATE backups SET chain_id = id;

      CREATE TABLE destinations (
        id TEXT PRIMARY KEY,
        config TEXT NOT NULL CHECK (json_valid(config)),
        created_at TEXT NOT NULL,
        -- What is known of it besides what people set up: marker, last use, last error.
        facts TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(facts))
      ) STRICT;

      CREATE TABLE copies (
        point_id TEXT NOT NULL REFERENCES backups (id) ON DELETE CASCADE,
        destination_id TEXT NOT NULL REFERENCES destinations (id) ON DELETE CASCADE,
        state TEXT NOT NULL,
        -- Below the destination's root, with forward slashes.
        remote_name TEXT NOT NULL,
        -- Of the file as it lies there: encrypted where it is.
        size_bytes INTEGER,
        sha256 TEXT,
        attempts INTEGER NOT NULL DEFAULT 0,
        next_try_at TEXT,
        copied_at TEXT,
        verified_at TEXT,
        reread_at TEXT,
        error TEXT CHECK (error IS NULL OR json_valid(error)),
        PRIMARY KEY (point_id, destination_id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX copies_of_destination ON copies (destination_id, state);

      CREATE TABLE drills (
        id TEXT PRIMARY KEY,
        database_id TEXT NOT NULL REFERENCES databases (id),
        started_at TEXT NOT NULL,
        finished_at TEXT NOT NULL,
        outcome TEXT NOT NULL CHECK (outcome IN ('passed', 'failed')),
        results TEXT NOT NULL CHECK (json_valid(results))
      ) STRICT;
      CREATE INDEX drills_newest ON drills (database_id, started_at, id);
    `,
  },
  {
    version: 4,
    sql: `
      -- Continuous protection: a generation is a log without a gap, a segment one file of it.
      ALTER TABLE databases ADD COLUMN continuous INTEGER NOT NULL DEFAULT 0 CHECK (continuous IN (0, 1));
      CREATE TABLE log_generations (
        id TEXT PRIMARY KEY,
        database_id TEXT NOT NULL REFERENCES databases (id),
        started_at TEXT NOT NULL,
        -- Moment of the last look that is in it; null while nothing was seen.
        until_at TEXT,
        -- Number of the last transaction that is on the disk.
        last_transaction INTEGER NOT NULL DEFAULT 0,
        page_size_bytes INTEGER NOT NULL,
        ended_at TEXT,
        ended_because TEXT,
        other_home TEXT
      ) STRICT;
      CREATE INDEX log_generations_database ON log_generations (database_id, started_at);
      CREATE TABLE log_segments (
        id TEXT PRIMARY KEY,
        generation_id TEXT NOT NULL REFERENCES log_generations (id) ON DELETE CASCADE,
        -- 1, 2, 3 … without gaps.
        number INTEGER NOT NULL,
        file TEXT NOT NULL UNIQUE,
        -- Numbers and moments of the first and last transaction in it.
        first_transaction INTEGER NOT NULL,
        last_transaction INTEGER NOT NULL,
        from_at TEXT NOT NULL,
        until_at TEXT NOT NULL,
        size_bytes INTEGER NOT NULL,
        content_bytes INTEGER NOT NULL,
        sha256 TEXT NOT NULL,
        content_sha256 TEXT NOT NULL,
        -- 'proved': the file was read back byte for byte; 'replayed': a drill or restore replayed it as well.
        state TEXT NOT NULL CHECK (state IN ('proved', 'replayed', 'failed', 'missing', 'elsewhere')),
        verified_at TEXT,
        UNIQUE (generation_id, number)
      ) STRICT;
      -- Restore points that a log can be replayed on: from the transaction after replay_from, to any from usable_from on.
      CREATE TABLE log_bases (
        point_id TEXT NOT NULL REFERENCES backups (id) ON DELETE CASCADE,
        generation_id TEXT NOT NULL REFERENCES log_generations (id) ON DELETE CASCADE,
        replay_from INTEGER NOT NULL,
        usable_from INTEGER NOT NULL,
        -- When usable_from was told.
        usable_at TEXT NOT NULL,
        PRIMARY KEY (point_id, generation_id)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE segment_copies (
        segment_id TEXT NOT NULL REFERENCES log_segments (id) ON DELETE CASCADE,
        destination_id TEXT NOT NULL REFERENCES destinations (id) ON DELETE CASCADE,
        state TEXT NOT NULL,
        remote_name TEXT NOT NULL,
        size_bytes INTEGER,
        sha256 TEXT,
        attempts INTEGER NOT NULL DEFAULT 0,
        next_try_at TEXT,
        copied_at TEXT,
        verified_at TEXT,
        error TEXT CHECK (error IS NULL OR json_valid(error)),
        PRIMARY KEY (segment_id, destination_id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX segment_copies_of_destination ON segment_copies (destination_id, state);

      ALTER TABLE restores ADD COLUMN content_at TEXT;
      -- Names of the tables of which rows were restored, as JSON; null for the whole database.
      ALTER TABLE restores ADD COLUMN tables TEXT CHECK (tables IS NULL OR json_valid(tables));
      -- Schema cookie that the transaction of a restore of rows leaves in the database when it is committed.
      ALTER TABLE restores ADD COLUMN commit_mark INTEGER;

      CREATE TABLE integrity_checks (
        id TEXT PRIMARY KEY,
        database_id TEXT NOT NULL REFERENCES databases (id),
        depth TEXT NOT NULL CHECK (depth IN ('quick', 'full')),
        trigger TEXT NOT NULL,
        started_at TEXT NOT NULL,
        finished_at TEXT NOT NULL,
        outcome TEXT NOT NULL,
        found TEXT NOT NULL CHECK (json_valid(found)),
        took_ms REAL NOT NULL
      ) STRICT;
      CREATE INDEX integrity_checks_newest ON integrity_checks (database_id, started_at, id);

      CREATE TABLE data_rules (
        id TEXT PRIMARY KEY,
        database_id TEXT NOT NULL REFERENCES databases (id) ON DELETE CASCADE,
        config TEXT NOT NULL CHECK (json_valid(config)),
        created_at TEXT NOT NULL,
        last TEXT CHECK (json_valid(last))
      ) STRICT;
      CREATE INDEX data_rules_database ON data_rules (database_id);
      CREATE TABLE data_rule_counts (
        rule_id TEXT NOT NULL REFERENCES data_rules (id) ON DELETE CASCADE,
        at_ms INTEGER NOT NULL,
        count INTEGER NOT NULL,
        PRIMARY KEY (rule_id, at_ms)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE repairs (
        id TEXT PRIMARY KEY,
        database_id TEXT NOT NULL REFERENCES databases (id),
        started_at TEXT NOT NULL,
        record TEXT NOT NULL CHECK (json_valid(record))
      ) STRICT;
      CREATE INDEX repairs_newest ON repairs (database_id, started_at, id);
    `,
  },
  {
    version: 5,
    sql: `
      -- Applications that send their errors.
      CREATE TABLE error_applications (
        id TEXT PRIMARY KEY,
        -- The number of the project in Sentry's addresses.
        project_id INTEGER NOT NULL UNIQUE,
        name TEXT NOT NULL UNIQUE COLLATE NOCASE,
        -- Public by design, as in every DSN: it lets errors in, and nothing out.
        key TEXT NOT NULL UNIQUE,
        created_at TEXT NOT NULL,
        last_event_at TEXT,
        events INTEGER NOT NULL DEFAULT 0,
        refused INTEGER NOT NULL DEFAULT 0
      ) STRICT;

      -- application_id null: Holdfast's own. Groups of an application that is gone are not shown, and go little by little:
      -- they may be many, and nobody is to wait for them.
      CREATE TABLE error_groups (
        id TEXT PRIMARY KEY,
        application_id TEXT,
        title TEXT NOT NULL,
        culprit TEXT,
        type TEXT,
        -- Rank of the worst since it was resolved, 0 LOW to 3 CRITICAL.
        severity INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('open', 'acknowledged', 'muted', 'resolved')),
        code TEXT,
        params TEXT NOT NULL CHECK (json_valid(params)),
        database_id TEXT,
        first_seen_at TEXT NOT NULL,
        last_seen_at TEXT NOT NULL,
        count INTEGER NOT NULL,
        -- Somebody looked at it: it is not new any more.
        looked_at TEXT,
        acknowledged_at TEXT,
        muted_until TEXT,
        muted_until_per_hour INTEGER,
        -- The hour in which it was muted, and its events in that hour until then.
        muted_hour INTEGER,
        muted_count INTEGER,
        resolved_at TEXT,
        returned_at TEXT,
        -- Since when it comes far more often than usual; null when it does not.
        growing_at TEXT,
        because TEXT NOT NULL CHECK (json_valid(because))
      ) STRICT;
      CREATE INDEX error_groups_seen ON error_groups (last_seen_at, id);
      CREATE INDEX error_groups_application ON error_groups (application_id, last_seen_at);
      CREATE INDEX error_groups_muted ON error_groups (muted_until) WHERE state = 'muted';

      -- Which group a fingerprint leads to, and what was counted by it: a merge moves it, a split takes it out again.
      -- application '' for Holdfast's own: null is not equal to null in a key.
      CREATE TABLE error_fingerprints (
        -- Never used again: hours of a fingerprint that is gone must not be taken for those of another.
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        application TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        group_id TEXT NOT NULL REFERENCES error_groups (id) ON DELETE CASCADE,
        because TEXT NOT NULL CHECK (json_valid(because)),
        -- What a group shows of its newest event.
        title TEXT NOT NULL,
        culprit TEXT,
        type TEXT,
        code TEXT,
        params TEXT NOT NULL CHECK (json_valid(params)),
        database_id TEXT,
        severity INTEGER NOT NULL,
        count INTEGER NOT NULL,
        first_seen_at TEXT NOT NULL,
        last_seen_at TEXT NOT NULL,
        UNIQUE (application, fingerprint)
      ) STRICT;
      CREATE INDEX error_fingerprints_group ON error_fingerprints (group_id);

      -- Samples: the first and the newest of each fingerprint. part: its id.
      CREATE TABLE error_events (
        -- Grows with each event: two may come in the same millisecond.
        place INTEGER PRIMARY KEY AUTOINCREMENT,
        part INTEGER NOT NULL REFERENCES error_fingerprints (id) ON DELETE CASCADE,
        id TEXT NOT NULL,
        received_at TEXT NOT NULL,
        is_first INTEGER NOT NULL,
        event TEXT NOT NULL CHECK (json_valid(event))
      ) STRICT;
      CREATE INDEX error_events_newest ON error_events (part, place);

      -- Events by hour (since 1970), fingerprint and severity, for courses and growth. Without a reference: those of a
      -- fingerprint that is gone may be many, and go little by little.
      CREATE TABLE error_hours (
        part INTEGER NOT NULL,
        hour INTEGER NOT NULL,
        severity INTEGER NOT NULL,
        count INTEGER NOT NULL,
        PRIMARY KEY (part, hour, severity)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX error_hours_old ON error_hours (hour);
      CREATE TABLE error_gone (part INTEGER PRIMARY KEY) STRICT;
      CREATE TRIGGER error_fingerprints_gone AFTER DELETE ON error_fingerprints BEGIN
        INSERT OR IGNORE INTO error_gone (part) VALUES (old.id);
      END;

      -- Holdfast's operations by local day, against the objective.
      CREATE TABLE operation_days (
        day TEXT NOT NULL,
        operation TEXT NOT NULL,
        total INTEGER NOT NULL,
        failed INTEGER NOT NULL,
        PRIMARY KEY (day, operation)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE log_sources (
        id TEXT PRIMARY KEY,
        config TEXT NOT NULL CHECK (json_valid(config)),
        created_at TEXT NOT NULL
      ) STRICT;

      CREATE TABLE saved_searches (
        id TEXT PRIMARY KEY,
        config TEXT NOT NULL CHECK (json_valid(config)),
        created_at TEXT NOT NULL
      ) STRICT;
    `,
  },
];

/**
 * Brings the store to the newest shape of `migrations`, one transaction a step; stops at the first step that fails, with
 * the store as the step before left it. `STORE_NEWER` when the file is ahead of this list. Gives the steps that ran.
 */
export function migrate(db: Database.Database, file: string, migrations: readonly Migration[] = MIGRATIONS): number[] {
  const supported = migrations.length;
  const step = db.transaction((): number | null => {
    // Read inside the transaction: another process may have just done the same step.
    const found = readVersion(db);
    if (found > supported) {
      throw holdfastError('STORE_NEWER', { params: { path: file, found, supported } });
    }
    const next = migrations[found];
    if (!next) return null;
    if (next.version !== found + 1) throw new RangeError(`migration ${next.version} stands at place ${found + 1}`);
    db.exec(next.sql);
    const broken = db.pragma('foreign_key_check') as unknown[];
    if (broken.length > 0) {
      const detail = `migration ${next.version} would leave ${broken.length} broken references`;
      throw holdfastError('STORE_DAMAGED', { params: { path: file }, detail });
    }
    db.pragma(`application_id = ${STORE_APPLICATION_ID}`);
    db.pragma(`user_version = ${next.version}`);
    return next.version;
  });
  const ran: number[] = [];
  try {
    for (let version = step.immediate(); version !== null; version = step.immediate()) ran.push(version);
  } catch (thrown) {
    throw storeError(thrown, file);
  }
  return ran;
}

/** The file's `user_version`. */
export function readVersion(db: Database.Database): number {
  return Number(db.pragma('user_version', { simple: true }));
}
