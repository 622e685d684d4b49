/** Opens Holdfast's own database: what it remembers. What it guards is never opened here. */
import { closeSync, lstatSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { HoldfastError, holdfastError } from '../errors/holdfast-error';
import { knownCode } from '../errors/wrap';
import { Connection, storeError } from './connection';
import { AlertRulesTable } from './alert-rules';
import { AlertsTable } from './alerts';
import { BackupsTable } from './backups';
import { BusinessMetricsTable } from './business-metrics';
import { ChannelsTable } from './channels';
import { CopiesTable } from './copies';
import { DataRulesTable } from './data-rules';
import { DatabasesTable } from './databases';
import { DestinationsTable } from './destinations';
import { DrillsTable } from './drills';
import { ErrorApplicationsTable } from './error-applications';
import { ErrorEventsTable } from './error-events';
import { ErrorFingerprintsTable } from './error-fingerprints';
import { ErrorGroupsTable } from './error-groups';
import { ErrorHoursTable } from './error-hours';
import { FactsTable } from './facts';
import { IntegrityChecksTable } from './integrity-checks';
import { LogSourcesTable } from './log-sources';
import { LogsTable } from './logs';
import { migrate, readVersion, STORE_APPLICATION_ID } from './migrations';
import { OperationDaysTable } from './operation-days';
import { OutboxTable } from './outbox';
import { ProbesTable } from './probes';
import { ProblemsTable } from './problems';
import { RepairsTable } from './repairs';
import { RestoresTable } from './restores';
import { ScheduleRunsTable } from './schedule-runs';
import { ScrapeTargetsTable } from './scrape-targets';
import { SavedSearchesTable } from './saved-searches';
import { SecretsTable } from './secrets';
import { SegmentCopiesTable } from './segment-copies';
import { SettingsTable } from './settings';

// One process owns the home, so a wait is rare (a copy being taken of the store); longer would be seen in the window.
const BUSY_TIMEOUT_MS = 2_000;
const WAL_KEPT_BYTES = 4 * 1024 * 1024;

export interface Store {
  readonly file: string;
  readonly databases: DatabasesTable;
  readonly backups: BackupsTable;
  readonly scheduleRuns: ScheduleRunsTable;
  readonly restores: RestoresTable;
  readonly problems: ProblemsTable;
  readonly probes: ProbesTable;
  readonly businessMetrics: BusinessMetricsTable;
  readonly channels: ChannelsTable;
  readonly outbox: OutboxTable;
  readonly secrets: SecretsTable;
  readonly settings: SettingsTable;
  readonly drills: DrillsTable;
  readonly destinations: DestinationsTable;
  readonly copies: CopiesTable;
  readonly segmentCopies: SegmentCopiesTable;
  readonly logs: LogsTable;
  readonly logSources: LogSourcesTable;
  readonly savedSearches: SavedSearchesTable;
  readonly scrapeTargets: ScrapeTargetsTable;
  readonly alerts: AlertsTable;
  readonly alertRules: AlertRulesTable;
  readonly dataRules: DataRulesTable;
  readonly integrityChecks: IntegrityChecksTable;
  readonly repairs: RepairsTable;
  readonly facts: FactsTable;
  readonly errorApplications: ErrorApplicationsTable;
  readonly errorGroups: ErrorGroupsTable;
  readonly errorFingerprints: ErrorFingerprintsTable;
  readonly errorEvents: ErrorEventsTable;
  readonly errorHours: ErrorHoursTable;
  readonly operationDays: OperationDaysTable;
  /** While this is true, what is read or written may be undone. */
  inTransaction(): boolean;
  /** Runs `work` as one transaction over any of the tables: all of it or, when it throws, nothing. */
  atomically<T>(work: () => T): T;
  /** What SQLite's quick check says is wrong with the file; null when nothing is. */
  check(): string | null;
  /** Closes the file; calling it again does nothing. */
  close(): void;
}

/**
 * Opens the store at `file`, made when it is not there, brought to the newest shape when it is older.
 * Throws `STORE_NEWER` (made by a newer Holdfast), `STORE_DAMAGED` (no store, or damaged; the file is left as it is),
 * `HOME_UNUSABLE` (its folder cannot be used). The catalogue of a lost store can be rebuilt from the backup folder.
 */
export function openStore(file: string): Store {
  refuseWhatCannotBeAStore(file);
  let db: Database.Database | undefined;
  try {
    makePrivate(file);
    db = new Database(file, { timeout: BUSY_TIMEOUT_MS });
    prepare(db, file);
    migrate(db, file);
    return assemble(db, file);
  } catch (thrown) {
    db?.close();
    throw unusable(thrown, file);
  }
}

/** Made here, so that nobody else can ever read it: SQLite gives its log and shared memory the same mode. */
function makePrivate(file: string): void {
  try {
    closeSync(openSync(file, 'a', 0o600));
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown;
    throw holdfastError('HOME_UNUSABLE', { params: { path: dirname(file) }, cause: thrown });
  }
}

function prepare(db: Database.Database, file: string): void {
  // Before anything else is read: functions named in a schema that somebody else wrote must not run.
  db.pragma('trusted_schema = OFF');
  // A damaged page is reported when it is read, not followed.
  db.pragma('cell_size_check = ON');
  recognise(db, file);
  // Readers and the writer do not wait for each other, and a commit is one write.
  const mode = String(db.pragma('journal_mode = WAL', { simple: true }));
  // In WAL mode NORMAL keeps the file whole after a power cut; the last moments may be lost, and they can be rebuilt
  // from the backup folder. A file system without shared memory stays in a rollback journal, which needs FULL.
  db.pragma(`synchronous = ${mode === 'wal' ? 'NORMAL' : 'FULL'}`);
  // A backup must not outlive its database's row, nor point at one that never was.
  db.pragma('foreign_keys = ON');
  // A burst of writes must not leave a large log behind for good.
  db.pragma(`journal_size_limit = ${WAL_KEPT_BYTES}`);
  // No temporary files in a folder that may be full.
  db.pragma('temp_store = MEMORY');
}

/** Passes an empty file and a whole store; refuses the rest before anything is written to it. */
function recognise(db: Database.Database, file: string): void {
  const applicationId = Number(db.pragma('application_id', { simple: true }));
  const objects = Number(db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get());
  if (objects === 0 && applicationId === 0 && readVersion(db) === 0) return;
  if (applicationId !== STORE_APPLICATION_ID) throw damaged(file, 'it is a SQLite file, but no store of Holdfast');
  const fault = quickCheck(db);
  if (fault) throw damaged(file, fault);
}

function refuseWhatCannotBeAStore(file: string): void {
  const stats = lookAt(file);
  if (!stats) return;
  if (!stats.isFile()) throw damaged(file, 'it is not a regular file');
  // SQLite takes an empty file for a new database and throws its log away; a store never is empty beside a log.
  if (stats.size === 0 && (lookAt(`${file}-wal`)?.size ?? 0) > 0) throw damaged(file, 'it is empty beside its log');
}

function lookAt(file: string): { isFile(): boolean; size: number } | null {
  try {
    if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return null;
    return statSync(file);
  } catch (thrown) {
    throw unusable(thrown, file);
  }
}

// What SQLite and Node have no name for at this point (no such folder) is the folder's fault.
const unusable = (thrown: unknown, file: string) =>
  knownCode(thrown) || thrown instanceof HoldfastError
    ? storeError(thrown, file)
    : holdfastError('HOME_UNUSABLE', { params: { path: dirname(file) }, cause: thrown });

const damaged = (file: string, detail: string) => holdfastError('STORE_DAMAGED', { params: { path: file }, detail });

function quickCheck(db: Database.Database): string | null {
  const lines = db.prepare('PRAGMA quick_check(10)').pluck().all();
  return lines.length === 1 && lines[0] === 'ok' ? null : lines.join('; ') || 'the check gave no answer';
}

function assemble(db: Database.Database, file: string): Store {
  const connection = new Connection(db, file);
  return {
    file,
    databases: new DatabasesTable(connection),
    backups: new BackupsTable(connection),
    scheduleRuns: new ScheduleRunsTable(connection),
    restores: new RestoresTable(connection),
    problems: new ProblemsTable(connection),
    probes: new ProbesTable(connection),
    businessMetrics: new BusinessMetricsTable(connection),
    channels: new ChannelsTable(connection),
    outbox: new OutboxTable(connection),
    secrets: new SecretsTable(connection),
    settings: new SettingsTable(connection),
    drills: new DrillsTable(connection),
    destinations: new DestinationsTable(connection),
    copies: new CopiesTable(connection),
    segmentCopies: new SegmentCopiesTable(connection),
    logs: new LogsTable(connection),
    logSources: new LogSourcesTable(connection),
    savedSearches: new SavedSearchesTable(connection),
    scrapeTargets: new ScrapeTargetsTable(connection),
    alerts: new AlertsTable(connection),
    alertRules: new AlertRulesTable(connection),
    dataRules: new DataRulesTable(connection),
    integrityChecks: new IntegrityChecksTable(connection),
    repairs: new RepairsTable(connection),
    facts: new FactsTable(connection),
    errorApplications: new ErrorApplicationsTable(connection),
    errorGroups: new ErrorGroupsTable(connection),
    errorFingerprints: new ErrorFingerprintsTable(connection),
    errorEvents: new ErrorEventsTable(connection),
    errorHours: new ErrorHoursTable(connection),
    operationDays: new OperationDaysTable(connection),
    inTransaction: () => connection.inTransaction,
    atomically: (work) => connection.atomically(work),
    check: () => {
      try {
        return quickCheck(db);
      } catch (thrown) {
        // SQLite throws instead of answering when the damage is in the way of the check itself: that is the answer.
        return storeError(thrown, file).message;
      }
    },
    close: () => {
      db.close();
    },
  };
}
