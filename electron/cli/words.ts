/** What every command needs to say something to people. */
import type { TextKey, Translate } from '@shared/text';
import { type Format, printable } from './format';
import type { Column } from './table';
import type { CliText } from './text';

export interface Words {
  text: CliText;
  format: Format;
  translate: Translate;
  table(columns: Column[], rows: string[][]): string;
}

/** Names and paths inside a sentence must not steer the terminal either. */
export function lines(...sentences: string[]): string {
  return sentences.map((sentence) => `${printable(sentence)}\n`).join('');
}

/** The word of a closed set; the bare value when the other process knows more of them than this one. */
export function word(
  { translate }: Words,
  group: 'kind' | 'protection' | 'proofState' | 'proofStep',
  value: string,
): string {
  const key = `${group}.${value}`;
  const found = translate(key as TextKey);
  return found === key ? value : found;
}
