/** What people set up to be watched: probes, applications, business figures. Schemas, and what is known of each. */
import { z } from 'zod';
import { SEVERITIES, type ErrorView } from './errors';
import { METRIC_UNITS } from './metrics';

const Id = z.string().min(1).max(64);
const Name = z.string().trim().min(1).max(80);
const Host = z
  .string()
  .trim()
  .min(1)
  .max(253)
  .regex(/^[^\s/@]+$/, 'a host name or an address');
/** http(s) addresses only; user and password do not belong into an address. */
export const HttpUrl = z
  .url({ protocol: /^https?$/ })
  .max(2048)
  .regex(/^https?:\/\/[^/?#@]+([/?#]|$)/i, 'an address without user and password');

const probeCommon = {
  name: Name,
  enabled: z.boolean(),
  intervalSeconds: z.number().int().min(10).max(86_400),
  timeoutMs: z.number().int().min(100).max(60_000),
  /** Down when this many of the last three tries failed. */
  failuresOfThree: z.number().int().min(1).max(3),
  severity: z.enum(SEVERITIES),
};

export const ProbeConfig = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('http'),
    ...probeCommon,
    url: HttpUrl,
    method: z.enum(['GET', 'HEAD']),
    /** `200`, `2xx`, `200-299`, several with commas. */
    expectedStatus: z.string().regex(/^\s*[1-5](\d\d|xx)(-[1-5]\d\d)?(\s*,\s*[1-5](\d\d|xx)(-[1-5]\d\d)?)*\s*$/),
    /** Text that the body must hold; empty for none. */
    expectedText: z.string().max(500),
    /** Warn when the certificate ends within so many days; 0 never. */
    certificateDays: z.number().int().min(0).max(365),
  }),
  z.object({ kind: z.literal('tcp'), ...probeCommon, host: Host, port: z.number().int().min(1).max(65_535) }),
  z.object({
    kind: z.literal('dns'),
    ...probeCommon,
    host: Host,
    record: z.enum(['A', 'AAAA', 'CNAME', 'MX', 'TXT', 'NS']),
    /** Text that one of the answers must hold; empty for any answer. */
    expectedText: z.string().max(500),
  }),
]);
export type ProbeConfig = z.infer<typeof ProbeConfig>;
export const ProbeInput = z.object({ id: Id.optional(), config: ProbeConfig });
export type ProbeInput = z.infer<typeof ProbeInput>;

/** One try of a probe. `error` says why it failed. */
export interface ProbeResult {
  atMs: number;
  ok: boolean;
  timeMs: number;
  /** Days until the certificate ends; null when there is none. */
  certificateDays: number | null;
  error: ErrorView | null;
}

export interface ProbeStatus {
  id: string;
  config: ProbeConfig;
  state: 'up' | 'down' | 'unknown' | 'paused';
  /** Since when it has been up or down. */
  sinceMs: number | null;
  last: ProbeResult | null;
  /** Results of the last tries, oldest first, at most 60. */
  recent: { atMs: number; ok: boolean; timeMs: number }[];
  /** Share of successful tries, 0…1; null when there were none. */
  availability: { day: number | null; week: number | null; month: number | null };
}

export const ScrapeConfig = z.object({
  name: Name,
  enabled: z.boolean(),
  url: HttpUrl,
  intervalSeconds: z.number().int().min(10).max(3_600),
  timeoutMs: z.number().int().min(100).max(60_000),
  /** Only series whose names begin with one of these; empty for all, up to the limit. */
  prefixes: z.array(z.string().trim().min(1).max(100)).max(20),
});
export type ScrapeConfig = z.infer<typeof ScrapeConfig>;
export const ScrapeInput = z.object({
  id: Id.optional(),
  config: ScrapeConfig,
  /** Bearer token; undefined leaves the stored one, null removes it. */
  token: z.string().min(1).max(4096).nullable().optional(),
});
export type ScrapeInput = z.infer<typeof ScrapeInput>;

/** Series of one application that are kept; more are counted and left out. */
export const MOST_SERIES = 200;

/** An application that sends metrics, or whose metrics are fetched. */
export interface ApplicationStatus {
  /** `service.name` of what it pushes, or the scrape target's name. */
  name: string;
  /** Null for one that pushes. */
  scrape: { id: string; config: ScrapeConfig; hasToken: boolean } | null;
  state: 'receiving' | 'silent' | 'failing' | 'paused';
  lastAtMs: number | null;
  series: number;
  /** Series over `MOST_SERIES` that are not kept. */
  leftOut: number;
  error: ErrorView | null;
}

/** Limits of every query that people write. */
export const QUERY_LIMITS = { timeoutMs: 5_000, rows: 1_000 } as const;

const Sql = z.string().trim().min(1).max(20_000);

export const BusinessConfig = z.object({
  databaseId: Id,
  name: Name,
  enabled: z.boolean(),
  /** Gives one row with one number. */
  sql: Sql,
  /** Gives the rows behind the number; empty for none. */
  rowsSql: z.string().trim().max(20_000),
  unit: z.enum(METRIC_UNITS),
  /** `videos/day`; shown behind the number when the unit is `number` or `count`. */
  unitLabel: z.string().trim().max(30),
  intervalMinutes: z.number().int().min(1).max(10_080),
  target: z.object({ direction: z.enum(['at-least', 'at-most']), value: z.number() }).nullable(),
  /** How bad it is when the target is missed; null raises no alert. */
  severity: z.enum(SEVERITIES).nullable(),
  /** Set for one that came with Holdfast: names its texts `businessPreset.<preset>`. */
  preset: z.string().max(60).nullable(),
});
export type BusinessConfig = z.infer<typeof BusinessConfig>;
export const BusinessInput = z.object({ id: Id.optional(), config: BusinessConfig });
export type BusinessInput = z.infer<typeof BusinessInput>;

export interface BusinessStatus {
  id: string;
  config: BusinessConfig;
  value: number | null;
  atMs: number | null;
  tookMs: number | null;
  /** Null without a target or a value. */
  targetMet: boolean | null;
  error: ErrorView | null;
}

/** What a query gave. Text of a cell is cut at 2 000 characters; a BLOB is told by its size. */
export interface QueryResult {
  columns: string[];
  rows: (string | number | null)[][];
  /** True when there were more than `QUERY_LIMITS.rows`. */
  truncated: boolean;
  tookMs: number;
}
