/** The translator of the language that is set now. */
import type { Language, Settings } from '@shared/settings';
import { createTranslator, resolveLanguage, type Translate } from '@shared/text';
import { app } from 'electron';

/** Answers with the translator for the setting; makes one anew only when the language changed. */
export function createTexts(setting: () => Settings['language']): () => Translate {
  const known = new Map<Language, Translate>();
  return () => {
    // the same locale that the window's `navigator.language` gives
    const language = resolveLanguage(setting(), app.getLocale());
    const translate = known.get(language) ?? createTranslator(language);
    known.set(language, translate);
    return translate;
  };
}
