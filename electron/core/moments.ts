/** Moments of a database: opened in a scratch folder, looked at, and told in order of time. */
import type { RequestPayload, RestoreSource } from '@shared/ipc';
import type { OpenedMoment, TablePage, Timeline, TimelineEvent } from '@shared/recovery';
import type { Guard } from '../database/guard';
import { holdfastError } from '../errors/holdfast-error';
import type { Inspections } from '../restore/inspections';
import type { ResolvedSource } from '../restore/restore-service';
import type { StoredAlert } from '../store/alerts';
import type { CoreContext } from './context';
import type { JobHandle } from './types';

/** A page of a table that takes longer is of no use to anybody who looks at it. */
const PAGE_LIMIT_MS = 30_000;

/** Resolved ones of all databases that are looked through. */
const MOST_ALERTS = 1_000;

export interface MomentParts {
  guard: Guard;
  inspections: Inspections;
  resolve: (source: RestoreSource) => ResolvedSource;
}

export class Moments {
  constructor(
    private readonly context: CoreContext,
    private readonly parts: MomentParts,
  ) {}

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
          const { checks, contentBytes, hash, replayed } = staged;
          const { file, pointId } = resolved;
          // A transaction was committed between two looks at the log: what came back holds it, and none that came later.
          const contentAt = replayed?.untilMs ? new Date(replayed.untilMs).toISOString() : resolved.contentAt;
          const uncertaintyMs = replayed?.untilMs && replayed.fromMs ? replayed.untilMs - replayed.fromMs : 0;
          const opened = { contentFile, folder, file, contentAt, hash, checks, pointId };
          const token = await this.parts.inspections.keep(opened);
          return { token, databaseId, contentAt, uncertaintyMs, contentBytes, checks, tables };
        } catch (thrown) {
          await folder.remove();
          throw thrown;
        }
      },
    });
  }

  /** @throws INVALID_INPUT for a token that was let go or a table that is not there; QUERY_TIMED_OUT */
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
      body: (job) => job.process('table-page', { file: contentFile, ...page }, { stall }),
    }).done;
  }

  /** What happened to a database besides backups, oldest first. */
  events(databaseId: string): Timeline['events'] {
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
