/** The guarded databases, and those that were guarded once: their backups still name them. */
import { NO_INTERVAL } from '@shared/settings';
import { SCHEDULED_KINDS, type GuardedDatabase, type ScheduledKind } from '@shared/models';
import { z } from 'zod';
import { holdfastError } from '../errors/holdfast-error';
import { flag, json } from './columns';
import type { Connection } from './connection';

const Schedule = z.object({ enabled: z.boolean(), cron: z.string(), changesOnly: z.boolean().optional() });
const Schedules = z.object({
  // Rows from before there were incremental backups have none.
  incremental: Schedule.default(NO_INTERVAL),
  daily: Schedule,
  weekly: Schedule,
  monthly: Schedule,
});
const Since = z
  .object({ incremental: z.string().optional(), daily: z.string(), weekly: z.string(), monthly: z.string() })
  .transform((since) => ({ ...since, incremental: since.incremental ?? since.daily }));

const Row = z
  .object({
    id: z.string(),
    name: z.string(),
    path: z.string(),
    added_at: z.string(),
    sample: flag,
    schedules: json(Schedules),
    schedules_since: json(Since),
    removed_at: z.string().nullable(),
    continuous: flag,
  })
  .transform(
    (row): KnownDatabase => ({
      id: row.id,
      name: row.name,
      path: row.path,
      addedAt: row.added_at,
      sample: row.sample,
      schedules: row.schedules,
      schedulesSince: row.schedules_since,
      removedAt: row.removed_at,
      continuous: row.continuous,
    }),
  );

/** Continuous protection is switched on later, where it is wanted. */
export type NewDatabase = Omit<GuardedDatabase, 'continuous'>;

export interface KnownDatabase extends GuardedDatabase {
  /** Since when each schedule is as it is; what was due before is not made up for. */
  schedulesSince: Record<ScheduledKind, string>;
  /** Null while it is guarded. */
  removedAt: string | null;
}

export class DatabasesTable {
  private readonly connection: Connection;
  private readonly guarded;
  private readonly known;
  private readonly byId;
  private readonly ofName;
  private readonly ofPath;
  private readonly insert;
  private readonly revive;
  private readonly writeSchedules;
  private readonly writeContinuous;
  private readonly writeRemoved;

  constructor(connection: Connection) {
    this.connection = connection;
    this.guarded = connection.query(
      'SELECT * FROM databases WHERE removed_at IS NULL ORDER BY name COLLATE NOCASE, id',
      Row,
    );
    this.known = connection.query('SELECT * FROM databases ORDER BY name COLLATE NOCASE, id', Row);
    this.byId = connection.query('SELECT * FROM databases WHERE id = @id', Row);
    this.ofName = connection.query(
      'SELECT * FROM databases WHERE name = @name COLLATE NOCASE AND removed_at IS NULL',
      Row,
    );
    this.ofPath = connection.query('SELECT * FROM databases WHERE path = @path', Row);
    this.insert = connection.command(
      `INSERT INTO databases (id, name, path, added_at, sample, schedules, schedules_since, removed_at)
       VALUES (@id, @name, @path, @addedAt, @sample, @schedules, @since, @removedAt)`,
    );
    this.revive = connection.command(
      `UPDATE databases SET name = @name, added_at = @addedAt, sample = @sample, schedules = @schedules,
         schedules_since = @since, removed_at = NULL, continuous = 0 WHERE id = @id`,
    );
    this.writeSchedules = connection.command(
      'UPDATE databases SET schedules = @schedules, schedules_since = @since WHERE id = @id',
    );
    this.writeContinuous = connection.command('UPDATE databases SET continuous = @continuous WHERE id = @id');
    this.writeRemoved = connection.command(
      'UPDATE databases SET removed_at = @at WHERE id = @id AND removed_at IS NULL',
    );
  }

  /** The guarded ones by name; with `includeRemoved` also those that were guarded once. */
  list(options: { includeRemoved?: boolean } = {}): KnownDatabase[] {
    return (options.includeRemoved ? this.known : this.guarded).all();
  }

  /** Guarded or not; null when the id is not known. */
  get(id: string): KnownDatabase | null {
    return this.byId.get({ id });
  }

  /** The guarded one of that name, in any case of its letters. */
  byName(name: string): KnownDatabase | null {
    return this.ofName.get({ name });
  }

  /** Guarded or not, by real path. */
  byPath(path: string): KnownDatabase | null {
    return this.ofPath.get({ path });
  }

  /**
   * Guards a database. One that was guarded before at this path comes back under its old id, with its backups.
   * Throws `DATABASE_ALREADY_GUARDED` or `NAME_TAKEN`.
   */
  add(database: NewDatabase): KnownDatabase {
    return this.connection.atomically(() => {
      const before = this.byPath(database.path) ?? this.get(database.id);
      if (before && before.removedAt === null) {
        throw holdfastError('DATABASE_ALREADY_GUARDED', { params: { path: database.path, name: before.name } });
      }
      if (this.byName(database.name)) throw holdfastError('NAME_TAKEN', { params: { name: database.name } });
      const values = {
        ...facts(database),
        addedAt: database.addedAt,
        since: JSON.stringify(sinceAll(database.addedAt)),
      };
      if (before) this.revive({ id: before.id, ...values });
      else this.insert({ id: database.id, path: database.path, removedAt: null, ...values });
      return this.mustGet(before?.id ?? database.id);
    });
  }

  /**
   * Makes a database known that only backups speak of, without guarding it, so that the catalogue can name it. Gives the
   * one that is known by its id or by its path already, else the new entry.
   */
  remember(database: NewDatabase, removedAt: string): KnownDatabase {
    return this.connection.atomically(() => {
      const before = this.get(database.id) ?? this.byPath(database.path);
      if (before) return before;
      const since = JSON.stringify(sinceAll(database.addedAt));
      this.insert({
        id: database.id,
        path: database.path,
        addedAt: database.addedAt,
        since,
        removedAt,
        ...facts(database),
      });
      return this.mustGet(database.id);
    });
  }

  /** Replaces the schedules; those that differ from before count from `at`. Throws `DATABASE_UNKNOWN`. */
  setSchedules(id: string, schedules: GuardedDatabase['schedules'], at: string): KnownDatabase {
    return this.connection.atomically(() => {
      const before = this.mustGet(id);
      const since = { ...before.schedulesSince };
      for (const kind of SCHEDULED_KINDS) {
        const [was, is] = [before.schedules[kind], schedules[kind]];
        if (was.cron !== is.cron || was.enabled !== is.enabled) since[kind] = at;
      }
      this.writeSchedules({ id, schedules: JSON.stringify(schedules), since: JSON.stringify(since) });
      return this.mustGet(id);
    });
  }

  /** Throws `DATABASE_UNKNOWN`. */
  setContinuous(id: string, continuous: boolean): KnownDatabase {
    return this.connection.atomically(() => {
      this.mustGet(id);
      this.writeContinuous({ id, continuous: continuous ? 1 : 0 });
      return this.mustGet(id);
    });
  }

  /** Stops guarding; the row and its backups stay. Throws `DATABASE_UNKNOWN`. */
  remove(id: string, at: string): void {
    if (this.writeRemoved({ id, at }) === 0) throw holdfastError('DATABASE_UNKNOWN', { params: { name: id } });
  }

  private mustGet(id: string): KnownDatabase {
    const found = this.get(id);
    if (!found) throw holdfastError('DATABASE_UNKNOWN', { params: { name: id } });
    return found;
  }
}

const sinceAll = (at: string) => ({ incremental: at, daily: at, weekly: at, monthly: at });

const facts = (database: NewDatabase) => ({
  name: database.name,
  sample: database.sample ? 1 : 0,
  schedules: JSON.stringify(database.schedules),
});
