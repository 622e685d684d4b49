/** What a list of error groups is narrowed to, as SQL over `error_groups AS g` and `error_applications AS a`. */
import { SEVERITIES } from '@shared/errors';
import type { ErrorFilter } from '@shared/ipc-diagnosis';
import type { Params } from './connection';

/** Groups with their applications; those of an application that is gone are not shown. */
export const SHOWN_GROUPS = 'error_groups AS g LEFT JOIN error_applications AS a ON a.id = g.application_id';
export const IS_SHOWN = '(g.application_id IS NULL OR a.id IS NOT NULL)';

/** Holdfast's own, as an application. */
const OWN = 'holdfast';

export const FILTERED = `${IS_SHOWN} AND g.last_seen_at >= @seenSince
  AND (@application IS NULL OR coalesce(g.application_id, '${OWN}') = @application)
  AND (@states IS NULL OR g.state IN (SELECT value FROM json_each(@states)))
  AND (@severities IS NULL OR g.severity IN (SELECT value FROM json_each(@severities)))
  AND (@type IS NULL OR g.type = @type)
  AND (@search IS NULL OR g.title LIKE @search ESCAPE '\\' OR g.culprit LIKE @search ESCAPE '\\'
    OR g.type LIKE @search ESCAPE '\\')`;

/** Values for `FILTERED`. */
export function filterParams({ applicationId, states, severities, type, search, fromMs }: ErrorFilter): Params {
  return {
    application: applicationId,
    states: states === null ? null : JSON.stringify(states),
    severities: severities === null ? null : JSON.stringify(severities.map((name) => SEVERITIES.indexOf(name))),
    type,
    search: search === null ? null : `%${search.replaceAll(/[\\%_]/g, '\\$&')}%`,
    seenSince: fromMs === null ? '' : new Date(fromMs).toISOString(),
  };
}
