/** The patterns of one source: what its entries are without what changes from one to the next. */
import type { LogLevel, LogPattern } from '@shared/logs';
import type Database from 'better-sqlite3';
import { z } from 'zod';
import { normalise } from '../../errors/normalise';
import { levelNumber, levelOf, NO_LEVEL } from './block';

/** Kept for each source; beyond it, those that were not seen for longest go, many at once. */
export const MOST_PATTERNS = 2_000;
const GO_AT_ONCE = 200;
/** Of the first line of an entry. */
const LOOKED_AT_CHARACTERS = 400;
const DAY_MS = 86_400_000;
/** New patterns of a source within a day that each become an alert; the others are summed up in one. */
export const ALERTS_A_DAY = 5;

/** 0: nobody is told; 1: an alert of its own; 2: summed up. */
type AlertKind = 0 | 1 | 2;

interface Pattern {
  id: number;
  level: number;
  text: string;
  sample: string;
  count: number;
  firstMs: number;
  lastMs: number;
  newAtMs: number | null;
  alert: AlertKind;
  /** Order in which they were seen. */
  seen: number;
}

export interface Sighting {
  text: string;
  level: number;
  atMs: number;
  hasOwnTime: boolean;
}

export interface SightingContext {
  nowMs: number;
  /** The source had been read up to its end before. */
  caughtUp: boolean;
  alertFrom: LogLevel | null;
}

/** New patterns that somebody wants to be told of, each with when it was read. */
export interface NewPatterns {
  own: { pattern: LogPattern; newAtMs: number }[];
  /** Those that are summed up. */
  more: { newAtMs: number }[];
}

const Row = z.object({
  id: z.number(),
  level: z.number(),
  text: z.string(),
  sample: z.string(),
  count: z.number(),
  first_ms: z.number(),
  last_ms: z.number(),
  new_at_ms: z.number().nullable(),
  alert: z.union([z.literal(0), z.literal(1), z.literal(2)]),
});

export class PatternBook {
  private readonly byText = new Map<string, Pattern>();
  private readonly byId = new Map<number, Pattern>();
  private readonly changed = new Set<Pattern>();
  private readonly insert;
  private readonly update;
  private readonly drop;
  private seen = 0;
  /** When those that became an alert of their own were first read. */
  private ownAtMs: number[] = [];

  constructor(
    db: Database.Database,
    private readonly source: number,
    private readonly sourceId: string,
  ) {
    this.insert = db.prepare(
      `INSERT INTO patterns (source, level, text, sample, count, first_ms, last_ms, new_at_ms, alert)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.update = db.prepare('UPDATE patterns SET count = ?, first_ms = ?, last_ms = ? WHERE id = ?');
    this.drop = db.prepare('DELETE FROM patterns WHERE id = ?');
    for (const raw of db.prepare('SELECT * FROM patterns WHERE source = ? ORDER BY last_ms').all(source)) {
      const { first_ms, last_ms, new_at_ms, ...row } = Row.parse(raw);
      if (row.alert === 1 && new_at_ms !== null) this.ownAtMs.push(new_at_ms);
      this.keep({ ...row, firstMs: first_ms, lastMs: last_ms, newAtMs: new_at_ms, seen: this.seen++ });
    }
  }

  /** Counts an entry; gives the id of its pattern. Within the transaction that keeps the entry. */
  see({ text, level, atMs, hasOwnTime }: Sighting, context: SightingContext): number {
    const line = firstLine(text);
    const normal = normalise(line);
    const found = this.byText.get(keyOf(level, normal));
    if (found) {
      found.count++;
      found.firstMs = Math.min(found.firstMs, atMs);
      found.lastMs = Math.max(found.lastMs, atMs);
      found.seen = this.seen++;
      this.changed.add(found);
      return found.id;
    }
    if (this.byId.size >= MOST_PATTERNS) this.dropOldest();
    // What is old by its own time is no news, however late it is read.
    const isNews = context.caughtUp && !(hasOwnTime && atMs < context.nowMs - DAY_MS);
    const newAtMs = isNews ? context.nowMs : null;
    const alert = isNews ? this.alertKind(level, context) : 0;
    const { lastInsertRowid } = this.insert.run(...[this.source, level, normal, line, 1, atMs, atMs, newAtMs, alert]);
    const id = Number(lastInsertRowid);
    this.keep({
      id,
      level,
      text: normal,
      sample: line,
      count: 1,
      firstMs: atMs,
      lastMs: atMs,
      newAtMs,
      alert,
      seen: this.seen++,
    });
    return id;
  }

  /** Writes what was counted. */
  flush(): void {
    for (const { count, firstMs, lastMs, id } of this.changed) this.update.run(count, firstMs, lastMs, id);
    this.changed.clear();
  }

  /** Null when it is not kept any more. */
  shown(id: number, nowMs: number): LogPattern | null {
    const pattern = this.byId.get(id);
    return pattern ? this.view(pattern, nowMs) : null;
  }

  news(nowMs: number): NewPatterns {
    const news: NewPatterns = { own: [], more: [] };
    for (const pattern of this.byId.values()) {
      const { newAtMs, alert } = pattern;
      if (newAtMs === null || !isNew(pattern, nowMs)) continue;
      if (alert === 1) news.own.push({ pattern: this.view(pattern, nowMs), newAtMs });
      else if (alert === 2) news.more.push({ newAtMs });
    }
    return news;
  }

  private view(pattern: Pattern, nowMs: number): LogPattern {
    const { id, level, text, sample, count, firstMs, lastMs } = pattern;
    return {
      ...{ id, text, sample, count },
      sourceId: this.sourceId,
      level: levelOf(level),
      firstSeenMs: firstMs,
      lastSeenMs: lastMs,
      isNew: isNew(pattern, nowMs),
    };
  }

  /** Counted at the time: one that is summed up stays so when those before it are over. */
  private alertKind(level: number, { alertFrom, nowMs }: SightingContext): AlertKind {
    if (alertFrom === null || level === NO_LEVEL || level < levelNumber(alertFrom)) return 0;
    this.ownAtMs = this.ownAtMs.filter((atMs) => atMs > nowMs - DAY_MS);
    if (this.ownAtMs.length >= ALERTS_A_DAY) return 2;
    this.ownAtMs.push(nowMs);
    return 1;
  }

  private keep(pattern: Pattern): void {
    this.byText.set(keyOf(pattern.level, pattern.text), pattern);
    this.byId.set(pattern.id, pattern);
  }

  private dropOldest(): void {
    const oldest = [...this.byId.values()].sort((a, b) => a.seen - b.seen).slice(0, GO_AT_ONCE);
    for (const pattern of oldest) {
      this.drop.run(pattern.id);
      this.byText.delete(keyOf(pattern.level, pattern.text));
      this.byId.delete(pattern.id);
      this.changed.delete(pattern);
    }
  }
}

const keyOf = (level: number, text: string): string => `${level}${text}`;
const isNew = ({ newAtMs }: Pattern, nowMs: number): boolean => newAtMs !== null && newAtMs > nowMs - DAY_MS;

function firstLine(text: string): string {
  const end = text.indexOf('\n');
  return text.slice(0, end === -1 || end > LOOKED_AT_CHARACTERS ? LOOKED_AT_CHARACTERS : end);
}
