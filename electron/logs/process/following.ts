/** The sources that are followed: each has a follower, which reads its files into the index. */
import type { HoldfastError } from '../../errors/holdfast-error';
import { deferred, type Deferred } from '../../jobs/deferred';
import type { LogsSetup, PatternNews, SourceState } from '../protocol';
import { Follower } from '../reading/follower';
import type { FollowerState } from '../reading/types';
import type { LogIndex } from '../index/log-index';

type Source = LogsSetup['sources'][number];

interface Followed {
  source: Source;
  /** Null while it is disabled, or waits to be made anew. */
  follower: Follower | null;
  state: FollowerState | null;
  error: HoldfastError | null;
}

export class Following {
  private followed = new Map<string, Followed>();
  /** What was read of these is to be forgotten. */
  private readonly leaving = new Map<string, Deferred<void> | null>();
  private readonly closing = new Set<Promise<void>>();

  constructor(
    private readonly index: LogIndex,
    private readonly nowMs: () => number,
    private readonly onChange: () => void,
  ) {}

  /** Follows these sources from now on; what is kept of others goes. */
  use(sources: readonly Source[]): void {
    const wanted = new Map(sources.map((source) => [source.id, source]));
    for (const [id, { source }] of this.followed) {
      const next = wanted.get(id);
      if (next && isFollowedAlike(source, next)) continue;
      this.drop(id);
    }
    for (const id of this.index.sourceIds()) if (!wanted.has(id) && !this.leaving.has(id)) this.leaving.set(id, null);
    for (const source of sources) {
      const known = this.followed.get(source.id);
      if (known) known.source = source;
      else this.followed.set(source.id, { source, follower: null, state: null, error: null });
    }
    this.onChange();
  }

  /** Reads at most so many bytes of each source; true when there is more. Throws what stands in the way of keeping it. */
  async poll(bytes: number): Promise<boolean> {
    await Promise.all(this.closing);
    let isBehind = false;
    for (const one of this.followed.values()) {
      if (!one.source.config.enabled || this.leaving.has(one.source.id)) continue;
      one.follower ??= this.follow(one);
      const { behindBytes } = await one.follower.poll({ bytes });
      one.error = null;
      isBehind ||= behindBytes > 0;
    }
    return isBehind;
  }

  /** Forgets a piece of what is kept of sources that are not followed any more; false when there is nothing to forget. */
  forgetSome(): boolean {
    for (const [id, done] of this.leaving) {
      if (this.index.removeSome(id)) return true;
      this.leaving.delete(id);
      done?.resolve();
      this.onChange();
    }
    return false;
  }

  /** Resolves when nothing is kept of the source any more. */
  forget(id: string): Promise<void> {
    this.drop(id);
    const done = deferred<void>();
    this.leaving.set(id, done);
    return done.promise;
  }

  /** Reads on from what is kept, later: something stood in the way. */
  async restart(because: HoldfastError): Promise<void> {
    for (const one of this.followed.values()) {
      if (one.follower) this.end(one.follower);
      one.follower = null;
      one.error = because;
    }
    this.onChange();
    await Promise.all(this.closing);
  }

  async close(): Promise<void> {
    for (const id of [...this.followed.keys()]) this.drop(id);
    await Promise.all(this.closing);
    for (const done of this.leaving.values()) done?.resolve();
  }

  states(): SourceState[] {
    return [...this.followed.values()].map(({ source, state, error }) => {
      const kept = this.index.summary(source.id);
      const failure = error ?? state?.error ?? null;
      return {
        id: source.id,
        format: state?.format ?? kept?.format ?? null,
        state: !source.config.enabled ? 'disabled' : error ? 'failing' : (state?.state ?? 'reading'),
        files: state?.files ?? 0,
        entries: kept?.entries ?? 0,
        behindBytes: source.config.enabled ? (state?.behindBytes ?? 0) : 0,
        lastEntryAt: isoTime(kept?.lastEntryMs ?? null),
        error: failure?.toView() ?? null,
      };
    });
  }

  news(): PatternNews[] {
    return [...this.followed.keys()].flatMap((sourceId) => {
      const news = this.index.source(sourceId)?.patterns.news(this.nowMs());
      return news && news.own.length + news.more.length > 0 ? [{ sourceId, ...news }] : [];
    });
  }

  private follow(one: Followed): Follower {
    const { id, config } = one.source;
    return new Follower({
      sourceId: id,
      path: config.path,
      format: config.format,
      positions: this.index.positions(id),
      take: (batch) => {
        this.index.take(batch, one.source.config.alertFrom);
        this.onChange();
      },
      nowMs: this.nowMs,
      onState: (state) => {
        one.state = state;
        this.onChange();
      },
    });
  }

  private drop(id: string): void {
    const follower = this.followed.get(id)?.follower;
    if (follower) this.end(follower);
    this.followed.delete(id);
  }

  private end(follower: Follower): void {
    const closed = follower.close().finally(() => this.closing.delete(closed));
    // Whoever waits for all of them sees it.
    closed.catch(() => undefined);
    this.closing.add(closed);
  }
}

/** The follower need not be made anew. */
const isFollowedAlike = (a: Source, b: Source): boolean =>
  a.config.path === b.config.path && a.config.format === b.config.format && a.config.enabled === b.config.enabled;

/** Times that no calendar has are none. */
const isoTime = (ms: number | null): string | null =>
  ms === null || Math.abs(ms) > 8.64e15 ? null : new Date(ms).toISOString();
