/**
 * Figures that come with Holdfast, for databases shaped like the sample: a team that reviews videos. Each is offered only
 * where its queries can be prepared. Times are UTC texts (`2026-05-01T09:00:00Z`), which sort as they run.
 */
import type { Language } from '@shared/languages';
import type { BusinessConfig } from '@shared/monitoring';
import { CATALOGS } from '@shared/text';

/** Name and unit are words, in the language of whoever adds it. */
export type BusinessPreset = Omit<BusinessConfig, 'databaseId' | 'name' | 'preset' | 'unitLabel'>;

const ago = (span: string): string => `strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '${span}')`;

const common = { enabled: true, target: null, severity: null } as const;

/** By the name of their texts, `businessPreset.<name>`. */
export const BUSINESS_PRESETS = {
  'videos-processed': {
    ...common,
    sql: `SELECT count(*) FROM videos WHERE processed_at >= ${ago('-1 day')}`,
    rowsSql: `SELECT v.id, v.title, c.title AS channel, v.status, v.processed_at
FROM videos v JOIN channels c ON c.id = v.channel_id
WHERE v.processed_at >= ${ago('-1 day')}
ORDER BY v.processed_at DESC`,
    unit: 'count',
    intervalMinutes: 15,
    target: { direction: 'at-least', value: 10 },
  },
  'approval-rate': {
    ...common,
    // Without any decision there is no rate: NULL, not 0.
    sql: `SELECT avg(status = 'approved') FROM videos WHERE processed_at >= ${ago('-7 days')}`,
    rowsSql: `SELECT c.title AS channel, count(*) AS processed, sum(v.status = 'approved') AS approved,
  round(avg(v.status = 'approved'), 3) AS rate
FROM videos v JOIN channels c ON c.id = v.channel_id
WHERE v.processed_at >= ${ago('-7 days')}
GROUP BY c.id ORDER BY processed DESC`,
    unit: 'fraction',
    intervalMinutes: 30,
    target: { direction: 'at-least', value: 0.7 },
  },
  'monetization-conversion': {
    ...common,
    // Of the videos approved in the last 90 days, the share that earns: approval alone earns nothing.
    sql: `SELECT avg(EXISTS (
  SELECT 1 FROM monetization m WHERE m.video_id = v.id AND m.status IN ('monetized', 'limited')
)) FROM videos v
WHERE v.status = 'approved' AND v.processed_at >= ${ago('-90 days')}`,
    rowsSql: `SELECT v.id, v.title, v.processed_at, ifnull(m.status, 'not requested') AS monetization, m.month,
  m.net_krw
FROM videos v
LEFT JOIN monetization m ON m.video_id = v.id
  AND m.month = (SELECT max(month) FROM monetization WHERE video_id = v.id)
WHERE v.status = 'approved' AND v.processed_at >= ${ago('-90 days')}
ORDER BY v.processed_at DESC`,
    unit: 'fraction',
    intervalMinutes: 60,
    target: { direction: 'at-least', value: 0.25 },
  },
  'videos-published': {
    ...common,
    sql: `SELECT count(*) FROM videos WHERE status = 'approved' AND processed_at >= ${ago('-1 day')}`,
    rowsSql: `SELECT v.id, v.title, c.title AS channel, v.processed_at AS published_at, v.view_count
FROM videos v JOIN channels c ON c.id = v.channel_id
WHERE v.status = 'approved' AND v.processed_at >= ${ago('-1 day')}
ORDER BY v.processed_at DESC`,
    unit: 'count',
    intervalMinutes: 15,
  },
  'reviews-waiting': {
    ...common,
    sql: `SELECT count(*) FROM videos WHERE status IN ('queued', 'in_review')`,
    rowsSql: `SELECT v.id, v.title, c.title AS channel, v.status, v.uploaded_at,
  round((julianday('now') - julianday(v.uploaded_at)) * 24, 1) AS waiting_hours
FROM videos v JOIN channels c ON c.id = v.channel_id
WHERE v.status IN ('queued', 'in_review')
ORDER BY v.uploaded_at`,
    unit: 'count',
    intervalMinutes: 15,
    target: { direction: 'at-most', value: 50 },
  },
  'hours-to-review': {
    ...common,
    // The median: a few videos that lay for weeks would hide how it is for the others.
    sql: `WITH waits AS (
  SELECT (julianday(processed_at) - julianday(uploaded_at)) * 24 AS hours
  FROM videos WHERE processed_at >= ${ago('-7 days')}
), ranked AS (
  SELECT hours, row_number() OVER (ORDER BY hours) AS place, count(*) OVER () AS total FROM waits
)
SELECT avg(hours) FROM ranked WHERE place IN ((total + 1) / 2, (total + 2) / 2)`,
    rowsSql: `SELECT v.id, v.title, v.status, v.uploaded_at, v.processed_at,
  round((julianday(v.processed_at) - julianday(v.uploaded_at)) * 24, 1) AS hours,
  (SELECT count(*) FROM reviews r WHERE r.video_id = v.id) AS rounds
FROM videos v WHERE v.processed_at >= ${ago('-7 days')}
ORDER BY hours DESC`,
    unit: 'hours',
    intervalMinutes: 30,
    target: { direction: 'at-most', value: 48 },
  },
  'channels-monetized': {
    ...common,
    sql: `SELECT count(DISTINCT v.channel_id) FROM monetization m JOIN videos v ON v.id = m.video_id
WHERE m.status = 'monetized' AND m.month >= strftime('%Y-%m', 'now', 'start of month', '-1 month')`,
    rowsSql: `SELECT c.title AS channel, count(DISTINCT v.id) AS videos, sum(m.net_krw) AS net_krw
FROM monetization m JOIN videos v ON v.id = m.video_id JOIN channels c ON c.id = v.channel_id
WHERE m.status = 'monetized' AND m.month >= strftime('%Y-%m', 'now', 'start of month', '-1 month')
GROUP BY c.id ORDER BY net_krw DESC`,
    unit: 'count',
    intervalMinutes: 60,
  },
  'revenue-last-month': {
    ...common,
    sql: `SELECT ifnull(sum(net_krw), 0) FROM monetization
WHERE month = strftime('%Y-%m', 'now', 'start of month', '-1 month')`,
    rowsSql: `SELECT v.title, m.status, m.gross_krw, m.fee_krw, m.net_krw
FROM monetization m JOIN videos v ON v.id = m.video_id
WHERE m.month = strftime('%Y-%m', 'now', 'start of month', '-1 month')
ORDER BY m.net_krw DESC`,
    unit: 'number',
    intervalMinutes: 60,
  },
} as const satisfies Record<string, BusinessPreset>;

export type BusinessPresetName = keyof typeof BUSINESS_PRESETS;
export const BUSINESS_PRESET_NAMES = Object.keys(BUSINESS_PRESETS) as BusinessPresetName[];

/** The figure of a preset for one database, in the words of a language. */
export function presetConfig(preset: BusinessPresetName, databaseId: string, language: Language): BusinessConfig {
  const words: { name: string; unit?: string } = CATALOGS[language].businessPreset[preset];
  return { ...BUSINESS_PRESETS[preset], databaseId, name: words.name, unitLabel: words.unit ?? '', preset };
}
