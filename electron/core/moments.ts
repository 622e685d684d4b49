/** Moments of a database: opened in a scratch folder, looked at, and told in order of time. */
import type { RequestPayload, RestoreSource } from '@shared/ipc';
import type { OpenedMoment, ResolvedMoment, TablePage, Timeline, TimelineEvent } from '@shared/recovery';
import type { BackupService } from '../backup/backup-service';
import type { ContinuousService } from '../continuous/continuous-service';
import type { KnownLog } from '../continuous/coverage';
import { type FoundMoment, findMoment } from '../continuous/find-moment';
import { knownLog, openLogFile } from '../continuous/log-of';
import { timelineRanges } from '../continuous/timeline-ranges';
import type { LogReplay, LogSegment } from '../continuous/types';
import type { Guard } from '../database/guard';
import { holdfastError } from '../errors/holdfast-error';
import type { Inspections } from '../restore/inspections';
import type { ResolvedSource } from '../restore/restore-service';
import type { StoredAlert } from '../store/alerts';
import type { RunningJob } from '../jobs/runner';
import type { CoreContext } from './context';
import type { ScratchFolder } from './scratch';
import type { JobHandle } from './types';

/** A page of a table that takes longer is of no use to anybody who looks at it. */
const PAGE_LIMIT_MS = 30_000;

/** Resolved ones of all databases that are looked through. */
const MOST_ALERTS = 1_000;

export interface MomentParts {
  guard: Guard;
  inspections: Inspections;
  resolve: (source: RestoreSource) => ResolvedSource;
  backups: Pick<BackupService, 'entry' | 'points'>;
  log: Pick<ContinuousService, 'openFile' | 'pollMs'>;
  /** Whether a destination has a segment that is not whole in the backup folder. */
  hasCopy: (segment: LogSegment) => boolean;
  /** The same replay with files that are there. */
  segmentsFor: (job: RunningJob, replay: LogReplay, folder: ScratchFolder) => Promise<LogReplay>;
}

export class Moments {
  constructor(
    private readonly context: CoreContext,
    private readonly parts: MomentParts,
  ) {}

  /** See `Recovery.timeline`. */
  timeline(databaseId: string): Timeline {
    this.parts.guard.get(databaseId);
    const points = this.parts.backups
      .points(databaseId)
      .map(({ id, createdAt, kind, form, state }) => ({ id, at: createdAt, kind, form, state }))
      .toReversed();
    const firstPoint = points.find(({ state }) => state === 'proved' || state === 'elsewhere');
    const { ranges, gaps } = timelineRanges(this.known(databaseId));
    const [firstAt = null] = [firstPoint?.at, ranges[0]?.fromAt].filter((at) => at !== undefined).toSorted();
    return { databaseId, firstAt, points, ranges, gaps, events: this.events(databaseId) };
  }

  /** @throws MOMENT_NOT_COVERED {name, at} */
  resolve(databaseId: string, at: string): ResolvedMoment {
    return this.find(databaseId, at).moment;
  }

  /** What a restore of a moment takes its content from. @throws MOMENT_NOT_COVERED {name, at} */
  sourceOf(databaseId: string, at: string): ResolvedSource {
    const { moment, replay } = this.find(databaseId, at);
    const { pointId, contentAt, uncertaintyMs } = moment;
    if (!replay) return this.parts.resolve({ pointId });
    const entry = this.parts.backups.entry(pointId);
    return {
      stage: async (job, folder) => ({
        type: 'log',
        chain: await this.context.chainOf(job, entry, folder),
        replay: await this.parts.segmentsFor(job, replay, folder),
      }),
      pointId: null,
      file: replay.files.at(-1)?.file ?? entry.file,
      contentAt,
      uncertaintyMs,
    };
  }

  private find(databaseId: string, at: string): FoundMoment {
    const { name } = this.parts.guard.get(databaseId);
    const { backupFolder } = this.context.settings();
    const found = findMoment(this.known(databaseId), databaseId, Date.parse(at), {
      pollMs: this.parts.log.pollMs,
      openFile: (generationId, number) => openLogFile(backupFolder, name, generationId, number),
    });
    if (!found) throw holdfastError('MOMENT_NOT_COVERED', { params: { name, at } });
    return found;
  }

  /** The store is told of the log that is written only now and then. */
  private known(databaseId: string): KnownLog {
    const known = knownLog(this.context.store, databaseId, this.parts.hasCopy);
    const open = this.parts.log.openFile(databaseId);
    if (!open || open.untilAt === null) return known;
    const { generationId, lastTransaction, untilAt } = open;
    const generations = known.generations.map((one) =>
      one.id === generationId ? { ...one, lastTransaction, untilAt } : one,
    );
    return { ...known, generations };
  }

  /** See `Recovery.open`. */
  open(source: RestoreSource, databaseId: string): JobHandle<OpenedMoment> {
    const { name } = this.parts.guard.get(databaseId);
    const resolved = this.parts.resolve(source);
    return this.context.jobs.start({
      kind: 'inspect',
      databaseId,
      subject: name,
      body: async (job) => {
        const folder = await this.context.scratch.open(`moment-${job.id}`);
        try {
          const contentFile = folder.file('content.sqlite');
          const staged = await job.process('stage', {
            source: await resolved.stage(job, folder),
            stagingFile: contentFile,
            liveFile: null,
          });
          job.setPhase('count-rows');
          const tables = await job.process('open-moment', { file: contentFile });
          const { checks, contentBytes, hash } = staged;
          const { file, pointId, contentAt, uncertaintyMs } = resolved;
          const opened = { contentFile, folder, file, contentAt, uncertaintyMs, hash, checks, pointId };
          const token = await this.parts.inspections.keep(opened);
          return { token, databaseId, contentAt, uncertaintyMs, contentBytes, checks, tables };
        } catch (thrown) {
          await folder.remove();
          throw thrown;
        }
      },
    });
  }

  /** @throws INVALID_INPUT for a token that was let go or a table that is not there; QUERY_TIMED_OUT; CANCELLED */
  rows({ token, ...page }: RequestPayload<'moments:rows'>): Promise<TablePage> {
    const { contentFile } = this.parts.inspections.get(token);
    const stall = {
      afterMs: PAGE_LIMIT_MS,
      error: () => holdfastError('QUERY_TIMED_OUT', { params: { seconds: PAGE_LIMIT_MS / 1000 } }),
    };
    return this.context.jobs.start({
      kind: 'inspect',
      databaseId: null,
      subject: page.table,
      body: (job) =>
        this.parts.inspections.reading(token, () =>
          job.process('table-page', { file: contentFile, ...page }, { stall }),
        ),
    }).done;
  }

  /** What happened to a database besides backups, oldest first. */
  private events(databaseId: string): TimelineEvent[] {
    const { integrityChecks, drills, restores, repairs } = this.context.store;
    const events: TimelineEvent[] = [
      ...integrityChecks
        .list(databaseId)
        .map(({ id, startedAt, finishedAt, outcome }) =>
          event('integrity-check', id, startedAt, finishedAt, CHECK_OUTCOMES[outcome]),
        ),
      ...drills
        .list(databaseId)
        .map(({ id, startedAt, finishedAt, outcome }) =>
          event('drill', id, startedAt, finishedAt, outcome === 'passed' ? 'ok' : 'failed'),
        ),
      ...restores
        .list(databaseId)
        .map(({ id, startedAt, finishedAt, outcome }) =>
          event(
            'restore',
            id,
            startedAt,
            finishedAt,
            outcome === 'restored' ? 'ok' : outcome === 'running' ? 'warning' : 'failed',
          ),
        ),
      ...repairs
        .list(databaseId)
        .map(({ id, startedAt, finishedAt, outcome }) =>
          event('repair', id, startedAt, finishedAt, outcome === 'repaired' ? 'ok' : 'failed'),
        ),
      ...this.alertsOf(databaseId).map(({ id, severity, titleKey, params, firingSince, startedAt, resolvedAt }) => ({
        ...event(
          'alert',
          id,
          firingSince ?? startedAt,
          resolvedAt,
          severity === 'CRITICAL' || severity === 'HIGH' ? 'failed' : 'warning',
        ),
        alert: { id, severity, titleKey, params },
      })),
    ];
    return events.toSorted((a, b) => a.at.localeCompare(b.at));
  }

  private alertsOf(databaseId: string): StoredAlert[] {
    const { alerts } = this.context.store;
    return [...alerts.open(), ...alerts.resolved(MOST_ALERTS)].filter(
      ({ source, firingSince }) => firingSince !== null && 'databaseId' in source && source.databaseId === databaseId,
    );
  }
}

const CHECK_OUTCOMES = { ok: 'ok', incomplete: 'warning', violations: 'warning', damaged: 'failed' } as const;

function event(
  kind: TimelineEvent['kind'],
  id: string,
  at: string,
  untilAt: string | null,
  outcome: TimelineEvent['outcome'],
): TimelineEvent {
  return { kind, id, at, untilAt, outcome, alert: null };
}
