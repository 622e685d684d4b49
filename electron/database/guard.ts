/** Which databases are guarded: adding, naming, removing them. */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { type GuardedDatabase, SCHEDULED_KINDS } from '@shared/models';
import { validateCron } from '../backup/schedule';
import type { CoreContext } from '../core/context';
import { holdfastError } from '../errors/holdfast-error';
import type { FileFacts } from './examine';

/** Somebody waits for the answer to "guard this": a locked database is refused sooner than a backup would give up. */
const EXAMINE_LOCK_TIMEOUT_MS = 5_000;
const SAMPLE_FILE = 'video-review-sample.sqlite';

export class Guard {
  constructor(private readonly context: CoreContext) {}

  /**
   * Guards the database at `file`, after it was opened and read once in a process of its own.
   * @throws what `examineFile` throws; DATABASE_LOCKED, DATABASE_CORRUPT; DATABASE_ALREADY_GUARDED; NAME_TAKEN
   */
  async add(request: { file: string; name?: string }, sample = false): Promise<GuardedDatabase> {
    const facts = await this.examine(request.file);
    if (facts.path === this.context.paths.store) {
      throw holdfastError('INVALID_INPUT', { params: { reason: "this is Holdfast's own store" } });
    }
    const { store } = this.context;
    const known = store.databases.byPath(facts.path);
    const added = store.databases.add({
      id: known?.id ?? randomUUID(),
      name: request.name ?? this.freeName(known?.name ?? path.basename(facts.path).replace(/\.[^.]+$/, '')),
      path: facts.path,
      addedAt: new Date().toISOString(),
      sample,
      schedules: this.context.settings().defaultSchedules,
    });
    this.context.changed();
    return added;
  }

  private async examine(file: string): Promise<FileFacts> {
    const job = this.context.jobs.start({
      kind: 'inspect',
      databaseId: null,
      subject: path.basename(file),
      body: (running) => running.process('examine', { file, lockTimeoutMs: EXAMINE_LOCK_TIMEOUT_MS }),
    });
    return job.done;
  }

  private freeName(wanted: string): string {
    const { databases } = this.context.store;
    for (let number = 1; ; number++) {
      const name = number === 1 ? wanted : `${wanted}-${number}`;
      if (!databases.byName(name)) return name;
    }
  }

  /** Builds the sample and guards it; the one that is guarded already is given again. */
  async addSample(): Promise<GuardedDatabase> {
    const file = path.join(this.context.paths.sample, SAMPLE_FILE);
    const known = this.context.store.databases.byPath(file);
    if (known?.removedAt === null) return known;
    const job = this.context.jobs.start({
      kind: 'inspect',
      databaseId: null,
      subject: SAMPLE_FILE,
      body: (running) => running.process('build-sample', { file }),
    });
    await job.done;
    return this.add({ file }, true);
  }

  /** Stops guarding; backups and their entries stay. @throws DATABASE_UNKNOWN */
  remove(databaseId: string): void {
    this.context.store.databases.remove(databaseId, new Date().toISOString());
    for (const problem of this.context.store.problems.list(false)) {
      if (problem.databaseId === databaseId) this.context.problems.settle(databaseId, [problem.code]);
    }
    this.context.changed();
  }

  /** @throws SETTING_INVALID for a cron expression that cannot be read; DATABASE_UNKNOWN */
  setSchedules(databaseId: string, schedules: GuardedDatabase['schedules']): GuardedDatabase {
    requireCrons(schedules);
    const changed = this.context.store.databases.setSchedules(databaseId, schedules, new Date().toISOString());
    this.context.changed();
    return changed;
  }

  list(): GuardedDatabase[] {
    return this.context.store.databases.list();
  }

  /** @throws DATABASE_UNKNOWN for one that is not guarded */
  get(databaseId: string): GuardedDatabase {
    const database = this.context.store.databases.get(databaseId);
    if (!database || database.removedAt !== null) {
      throw holdfastError('DATABASE_UNKNOWN', { params: { name: databaseId } });
    }
    return database;
  }

  /** @throws DATABASE_UNKNOWN */
  byName(name: string): GuardedDatabase {
    const database = this.context.store.databases.byName(name);
    if (!database) throw holdfastError('DATABASE_UNKNOWN', { params: { name } });
    return database;
  }
}

/** @throws SETTING_INVALID naming the schedule and what is wrong with it */
export function requireCrons(schedules: GuardedDatabase['schedules']): void {
  for (const kind of SCHEDULED_KINDS) {
    const reason = validateCron(schedules[kind].cron);
    if (reason)
      throw holdfastError('SETTING_INVALID', { params: { setting: `${kind}: ${schedules[kind].cron}`, reason } });
  }
}
