import type { Problem, Sentence } from './models';

/** The sentence of an open problem. `name` is that of its database; null for a problem of none: the values are its own then. */
export function problemSentence(
  { code, params }: Pick<Problem, 'code' | 'params'>,
  name: string | null,
): Pick<Sentence, 'key' | 'params'> {
  if (name === null) return { key: 'own-problem', params: { ...params, code } };
  return { key: code === 'BACKUP_OVERDUE' ? 'overdue' : 'problem', params: { ...params, name, code } };
}
