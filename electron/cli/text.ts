/** Words that only the command shows. What the window shows too is in shared/text. */
import type { Language } from '@shared/settings';
import { en } from './text/en';
import { ko } from './text/ko';

export type CliText = typeof en;

/** What is wrong with a command line: the name of its text and the values in it. */
export type UsageText = {
  [K in keyof CliText['usage']]: [key: K, ...values: Parameters<CliText['usage'][K]>];
}[keyof CliText['usage']];

const TEXTS: Record<Language, CliText> = { en, ko };

export function cliText(language: Language): CliText {
  return TEXTS[language];
}

/** The sentence of a `UsageText`. */
export function usageSentence(text: CliText, [key, ...values]: UsageText): string {
  const sentence: (...values: string[]) => string = text.usage[key];
  return sentence(...values);
}
