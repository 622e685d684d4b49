/**
 * Rules that come with Holdfast, for databases shaped like the sample: a team that reviews videos. Each is offered only
 * where its query can be prepared. Times are UTC texts (`2026-05-01T09:00:00Z`), which sort as they run.
 */
import type { DataRuleConfig } from '@shared/integrity';
import type { Language } from '@shared/languages';
import { CATALOGS } from '@shared/text';
import type { QueryRunner } from '../database/query-runner';

/** The name is words, in the language of whoever adds it. */
type DataRulePreset = Pick<DataRuleConfig, 'sql' | 'fixSql' | 'intervalMinutes'> & {
  severity: DataRuleConfig['alert']['severity'];
};

/** Clocks of those who write and of this machine may differ. */
const SOON = "strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '+1 day')";

/** By the name of their texts, `dataRulePreset.<name>`. */
export const DATA_RULE_PRESETS = {
  'review-without-video': {
    sql: `SELECT r.id, r.video_id, r.round, r.decision, r.created_at
FROM reviews r LEFT JOIN videos v ON v.id = r.video_id
WHERE v.id IS NULL`,
    fixSql: null,
    intervalMinutes: 60,
    severity: 'HIGH',
  },
  'published-without-approval': {
    sql: `SELECT v.id, v.title, c.title AS channel, v.status, v.processed_at
FROM videos v LEFT JOIN channels c ON c.id = v.channel_id
WHERE (v.status = 'approved' OR EXISTS (
    SELECT 1 FROM monetization m WHERE m.video_id = v.id AND m.status IN ('monetized', 'limited')))
  AND NOT EXISTS (SELECT 1 FROM reviews r WHERE r.video_id = v.id AND r.decision = 'approve')`,
    fixSql: null,
    intervalMinutes: 30,
    severity: 'HIGH',
  },
  'monetized-small-channel': {
    sql: `SELECT c.id, c.handle, c.title, c.subscriber_count
FROM channels c
WHERE c.subscriber_count < 1000 AND EXISTS (
  SELECT 1 FROM videos v JOIN monetization m ON m.video_id = v.id
  WHERE v.channel_id = c.id AND m.status = 'monetized')`,
    fixSql: null,
    intervalMinutes: 360,
    severity: 'MEDIUM',
  },
  'negative-views': {
    sql: 'SELECT id, title, view_count, like_count FROM videos WHERE view_count < 0',
    // The count is wrong as it is, and the next count of the application replaces it.
    fixSql: 'UPDATE videos SET view_count = 0 WHERE view_count < 0',
    intervalMinutes: 60,
    severity: 'MEDIUM',
  },
  'dates-in-the-future': {
    sql: `SELECT 'video' AS what, id, uploaded_at AS at FROM videos WHERE uploaded_at > ${SOON}
UNION ALL
SELECT 'decision', id, processed_at FROM videos WHERE processed_at > ${SOON}
UNION ALL
SELECT 'review', id, created_at FROM reviews WHERE created_at > ${SOON}
UNION ALL
SELECT 'monetization', id, decided_at FROM monetization WHERE decided_at > ${SOON}`,
    fixSql: null,
    intervalMinutes: 60,
    severity: 'MEDIUM',
  },
} as const satisfies Record<string, DataRulePreset>;

export type DataRulePresetName = keyof typeof DATA_RULE_PRESETS;
export const DATA_RULE_PRESET_NAMES = Object.keys(DATA_RULE_PRESETS) as DataRulePresetName[];

/** Rules whose queries can be prepared on the database, without those of `set`. @throws what `QueryRunner.run` throws */
export async function fittingPresets(
  queries: Pick<QueryRunner, 'run'>,
  databaseId: string,
  set: ReadonlySet<string | null>,
  language: Language,
): Promise<DataRuleConfig[]> {
  const offered = DATA_RULE_PRESET_NAMES.filter((name) => !set.has(name));
  if (offered.length === 0) return [];
  const statements = offered.map((name) => ({ sql: DATA_RULE_PRESETS[name].sql, rowLimit: 0 }));
  const checked = await queries.run(databaseId, statements);
  return offered.filter((_, index) => checked[index]?.ok).map((name) => presetConfig(name, databaseId, language));
}

/** The rule of a preset for one database, in the words of a language. */
function presetConfig(preset: DataRulePresetName, databaseId: string, language: Language): DataRuleConfig {
  const { severity, ...rule } = DATA_RULE_PRESETS[preset];
  const { name } = CATALOGS[language].dataRulePreset[preset];
  return { ...rule, databaseId, name, enabled: true, alert: { enabled: true, severity, above: 0 }, preset };
}
