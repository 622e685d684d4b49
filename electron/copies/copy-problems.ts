/**
 * What is wrong with destinations and copies now, as problems. They are kept by code, and several destinations may have the
 * same fault: a problem is over only when none of them has it.
 */
import type { ErrorCode, ErrorView } from '@shared/errors';
import type { CopyContext } from './parts';

/** A destination as a whole cannot be used. */
export const DESTINATION_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'DESTINATION_NOT_MOUNTED',
  'DESTINATION_UNUSABLE',
  'DESTINATION_FULL',
  'CREDENTIALS_REFUSED',
  'HOST_KEY_CHANGED',
]);
/** One copy is wrong. */
const COPY_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['COPY_FAILED', 'COPY_DAMAGED', 'COPY_MISSING']);

/** Opens and settles problems so that they say what the catalogue knows. */
export function syncProblems({ store, problems }: Pick<CopyContext, 'store' | 'problems'>): void {
  const wrong = new Map<ErrorCode, ErrorView[]>([...DESTINATION_CODES, ...COPY_CODES].map((code) => [code, []]));
  for (const { id, config, facts } of store.destinations.list()) {
    if (!config.enabled) continue;
    if (facts.error) wrong.get(facts.error.code)?.push(facts.error);
    for (const { state, error } of [...store.copies.at(id), ...store.segmentCopies.at(id)]) {
      if (error && state !== 'copied' && COPY_CODES.has(error.code)) wrong.get(error.code)?.push(error);
    }
  }
  for (const [code, errors] of wrong) {
    const open = store.problems.find(code, null);
    const [first] = errors;
    if (!first) {
      if (open) problems.settle(null, [code]);
      continue;
    }
    const stands = open && errors.some(({ params }) => params.name === open.params.name);
    if (stands) continue;
    // The destination that it speaks of works again, another one does not.
    if (open) problems.settle(null, [code]);
    problems.report(first, null);
  }
}
