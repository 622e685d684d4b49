/** Languages: the window's own texts (`t`) and those it shares with the tray and the command (`shared`). */
import i18next from 'i18next';
import { useMemo } from 'react';
import { initReactI18next, useTranslation } from 'react-i18next';
import type { Language } from '@shared/settings';
import { createTranslator, type Translate } from '@shared/text';
import { createFormat, type Format } from './format/format';
import { en } from './locales/en';
import { ko } from './locales/ko';
import type { TextKey } from './locales/types';

export type TextValues = Record<string, string | number>;

export interface Texts {
  language: Language;
  /** A text of the window. */
  t(key: TextKey, values?: TextValues): string;
  /** A text of `shared/text`. */
  shared: Translate;
  format: Format;
}

/** Starts i18next. Call once, before the first render. */
export async function startTexts(language: Language): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    ns: ['ui'],
    defaultNS: 'ui',
    resources: { en: { ui: en }, ko: { ui: ko } },
    interpolation: { escapeValue: false }, // React escapes
  });
}

/** Applies a language to every text and to the document. */
export async function applyLanguage(language: Language): Promise<void> {
  document.documentElement.lang = language;
  if (i18next.language !== language) await i18next.changeLanguage(language);
}

const held = new Map<Language, Texts>();

function textsFor(language: Language): Texts {
  const known = held.get(language);
  if (known) return known;
  const ui = i18next.getFixedT(language, 'ui');
  const made: Texts = {
    language,
    t: (key, values = {}) => ui(key, values),
    shared: createTranslator(language),
    format: createFormat(localeFor(language, navigator.language)),
  };
  held.set(language, made);
  return made;
}

/** Locale for numbers and times: the desktop's own variety of the language, when it has one. */
function localeFor(language: Language, desktopLocale: string): string {
  return desktopLocale.toLowerCase().startsWith(language) ? desktopLocale : language;
}

const languageOf = (name: string): Language => (name === 'ko' ? 'ko' : 'en');

/** Texts outside components: in toasts and event handlers. */
export function currentTexts(): Texts {
  return textsFor(languageOf(i18next.language));
}

/** Texts in the language that is set; draws again when it changes. */
export function useTexts(): Texts {
  const { i18n } = useTranslation('ui');
  return useMemo(() => textsFor(languageOf(i18n.language)), [i18n.language]);
}
