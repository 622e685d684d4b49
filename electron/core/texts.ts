/** The translator of the language that is set now. */
import type { Language, Settings } from '@shared/settings';
import { createTranslator, resolveLanguage, type Translate } from '@shared/text';

/** Answers with the translator for the setting; makes one anew only when the language changed. */
export function createTexts(setting: () => Settings['language'], systemLocale: () => string): () => Translate {
  const known = new Map<Language, Translate>();
  return () => {
    const language = resolveLanguage(setting(), systemLocale());
    const translate = known.get(language) ?? createTranslator(language);
    known.set(language, translate);
    return translate;
  };
}
