/** New patterns as they were last told: they outlive restarts, so that their alerts neither end nor come again with one. */
import type { LogPattern } from '@shared/logs';
import { z } from 'zod';
import type { FactsTable } from '../store/facts';
import { PatternNews } from './protocol';

const FACT = 'logs.new-patterns';
const DAY_MS = 86_400_000;
const All = z.array(PatternNews);

export class PatternNewsBook {
  private news: PatternNews[];

  constructor(private readonly facts: FactsTable) {
    this.news = facts.read(FACT, All) ?? [];
  }

  /** Takes what the process tells of all sources; true when it is something else than before. */
  take(news: PatternNews[]): boolean {
    const before = idsOf(this.news);
    this.news = news;
    if (idsOf(news) === before) return false;
    this.facts.write(FACT, news.length > 0 ? news : null);
    return true;
  }

  forget(sourceId: string): void {
    this.take(this.news.filter((one) => one.sourceId !== sourceId));
  }

  own(sourceId: string, nowMs: number): LogPattern[] {
    const own = this.news.find((one) => one.sourceId === sourceId)?.own ?? [];
    return own.filter(({ newAtMs }) => newAtMs > nowMs - DAY_MS).map(({ pattern }) => pattern);
  }

  /** When those were read that are summed up. */
  more(sourceId: string, nowMs: number): number[] {
    const more = this.news.find((one) => one.sourceId === sourceId)?.more ?? [];
    return more.map(({ newAtMs }) => newAtMs).filter((atMs) => atMs > nowMs - DAY_MS);
  }
}

/** What tells them apart: how often a pattern was seen does not matter. */
const idsOf = (news: readonly PatternNews[]): string =>
  JSON.stringify(news.map(({ sourceId, own, more }) => [sourceId, own.map(({ pattern }) => pattern.id), more.length]));
