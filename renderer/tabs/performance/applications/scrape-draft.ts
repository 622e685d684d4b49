/** A scrape target while it is being edited: text in every field. */
import type { ScrapeConfig } from '@shared/monitoring';
import { httpUrl, shortName, wholeNumber } from '../forms/fields';

export interface ScrapeDraft {
  name: string;
  enabled: boolean;
  url: string;
  intervalSeconds: string;
  timeoutSeconds: string;
  /** With commas or spaces between them. */
  prefixes: string;
  /** Empty: what is stored stays. */
  token: string;
  removeToken: boolean;
}

export const NEW_SCRAPE: ScrapeDraft = {
  name: '',
  enabled: true,
  url: 'http://127.0.0.1:9100/metrics',
  intervalSeconds: '15',
  timeoutSeconds: '5',
  prefixes: '',
  token: '',
  removeToken: false,
};

export function scrapeDraftOf(config: ScrapeConfig): ScrapeDraft {
  return {
    ...NEW_SCRAPE,
    name: config.name,
    enabled: config.enabled,
    url: config.url,
    intervalSeconds: String(config.intervalSeconds),
    timeoutSeconds: String(config.timeoutMs / 1000),
    prefixes: config.prefixes.join(', '),
  };
}

export type ScrapeFault = 'name' | 'url' | 'interval' | 'timeout' | 'prefixes';

export function readScrapeDraft(draft: ScrapeDraft): { config: ScrapeConfig | null; faults: Set<ScrapeFault> } {
  const faults = new Set<ScrapeFault>();
  const url = httpUrl(draft.url);
  const name = shortName(draft.name) ?? (url ? shortName(new URL(url).host.slice(0, 80)) : null);
  const intervalSeconds = wholeNumber(draft.intervalSeconds, 10, 3_600);
  const timeoutMs = Math.round(Number(draft.timeoutSeconds.replace(',', '.')) * 1000);
  const prefixes = draft.prefixes.split(/[\s,]+/).filter(Boolean);
  const timely = timeoutMs >= 100 && timeoutMs <= 60_000;
  if (name === null) faults.add('name');
  if (url === null) faults.add('url');
  if (intervalSeconds === null) faults.add('interval');
  if (!timely) faults.add('timeout');
  if (prefixes.length > 20 || prefixes.some((prefix) => prefix.length > 100)) faults.add('prefixes');
  if (faults.size > 0 || name === null || url === null || intervalSeconds === null) return { config: null, faults };
  return { config: { name, enabled: draft.enabled, url, intervalSeconds, timeoutMs, prefixes }, faults };
}

/** The token to send with a change: undefined leaves the stored one, null removes it. */
export const tokenOf = ({
  token,
  removeToken,
}: Pick<ScrapeDraft, 'token' | 'removeToken'>): string | null | undefined =>
  removeToken ? null : token.trim() || undefined;
