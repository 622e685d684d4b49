/** A log that is followed, while it is being set up. */
import type { LogFormat, LogLevel, LogSourceConfig } from '@shared/logs';

const MOST_NAME = 80;
const MOST_PATH = 4_096;

export interface SourceDraft {
  path: string;
  /** Empty: the name of the file. */
  name: string;
  format: LogFormat | null;
  alertFrom: LogLevel | null;
}

export const NEW_SOURCE: SourceDraft = { path: '', name: '', format: null, alertFrom: 'ERROR' };

export const sourceDraftOf = ({ path, name, format, alertFrom }: LogSourceConfig): SourceDraft => ({
  path,
  name,
  format,
  alertFrom,
});

export type SourceFault = 'path' | 'name';

/** The log that a draft describes; null, and what is wrong, when it does not describe one. */
export function readSourceDraft(
  draft: SourceDraft,
  enabled: boolean,
): { config: LogSourceConfig | null; faults: Set<SourceFault> } {
  const faults = new Set<SourceFault>();
  const path = draft.path.trim();
  const name = draft.name.trim() || nameOf(path);
  if (!isWholePath(path)) faults.add('path');
  else if (name === '' || name.length > MOST_NAME) faults.add('name');
  const { format, alertFrom } = draft;
  return { config: faults.size > 0 ? null : { name, path, format, enabled, alertFrom }, faults };
}

const isWholePath = (path: string): boolean =>
  path.length > 1 && path.length <= MOST_PATH && /^(\/|[A-Za-z]:[\\/]|\\\\)/.test(path) && !/[/\\]$/.test(path);

/** A name for the log at a path: of its file; where any file is meant, of the folder that tells most. */
export function nameOf(path: string): string {
  const parts = path.split(/[/\\]/).filter((part) => part !== '');
  const tells = (part: string): boolean => /[\p{L}\p{N}]/u.test(part.replace(/\.(log|gz|txt|jsonl?)\b/g, ''));
  const named = parts.findLast((part, place) => tells(part) && (place === parts.length - 1 || !/^logs?$/i.test(part)));
  return (named ?? '').slice(0, MOST_NAME);
}
