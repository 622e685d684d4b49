/** The texts of Holdfast in every language it speaks, for the window, the tray and the command. */
import { createInstance } from 'i18next';
import type { ErrorAction, ErrorCode, ErrorView } from '../errors';
import { ERRORS } from '../errors';
import { LANGUAGES, type Language } from '../languages';
import type { HealthComponent, Sentence } from '../models';
import type { Settings } from '../settings';
import type { en } from './en';
import { ABSENT, CATALOGS, textFormatter } from './format';

export { CATALOGS, formatValue } from './format';

/** A text `<key>_<value>` is used instead of `<key>` when that value is given: some reasons are not always known. */
const VARIANTS = ['neededBytes', 'holders', 'seconds', 'reason', 'contentAt', 'value', 'points'] as const;

type Plain<K extends string> = K extends `${infer Stem}_${'one' | 'other' | (typeof VARIANTS)[number]}` ? Stem : K;
type Leaves<T> = {
  [K in keyof T & string]: T[K] extends string ? Plain<K> : `${K}.${Leaves<T[K]>}`;
}[keyof T & string];

/** Every key of the catalogues. The part after a health component is open: it comes from the component. */
export type TextKey = Leaves<typeof en> | `health.${HealthComponent['component']}.${string}`;
export type TextParams = Readonly<Record<string, string | number>>;
/** Gives the text of a key in one language. A value that is not given reads `—`. */
export type Translate = (key: TextKey, params?: TextParams) => string;

/** Makes the translator of one language. */
export function createTranslator(language: Language): Translate {
  const instance = createInstance().use(textFormatter);
  void instance.init({
    lng: language,
    fallbackLng: 'en',
    resources: { en: { translation: CATALOGS.en }, ko: { translation: CATALOGS.ko } },
    // everything is in memory: ready when init returns
    initAsync: false,
    // no key has a namespace; a colon in a key would be read as one
    nsSeparator: false,
    interpolation: { escapeValue: false },
    missingInterpolationHandler: () => ABSENT,
  });
  const translate: Translate = (key, params = {}) => {
    const values = complete(translate, params);
    const count = values['count'];
    const context = VARIANTS.find((name) => values[name] !== undefined);
    return instance.t(key, {
      // apart from i18next's own options: a value named `lng` would choose another language
      replace: values,
      ...(typeof count === 'number' ? { count } : {}),
      ...(context ? { context } : {}),
    });
  };
  return translate;
}

/**
 * Adds what follows from other values: `what` are the words of the error `code`, `title` those of an alert's
 * `titleKey`; a name stands in for a path that is not given, and the last part of a path for a name.
 */
function complete(translate: Translate, params: TextParams): TextParams {
  const { code, titleKey, ...given } = params;
  const { name, path, reason } = given;
  const values: Record<string, string | number> = { ...given };
  // A reason comes from elsewhere and ends up inside a sentence.
  if (typeof reason === 'string') values['reason'] = reason.replaceAll(/\s+/g, ' ').replace(/[.\s]+$/, '');
  if (name === undefined && path !== undefined) values['name'] = String(path).split(/[/\\]/).at(-1) || path;
  if (path === undefined && name !== undefined) values['path'] = name;
  if (values['title'] === undefined && typeof titleKey === 'string') {
    values['title'] = translate(`alertTitle.${titleKey}` as TextKey, {
      ...values,
      ...(code === undefined ? {} : { code }),
    });
  }
  if (values['what'] === undefined && typeof code === 'string' && Object.hasOwn(ERRORS, code)) {
    values['what'] = translate(`errors.${code as ErrorCode}.what`, values);
  }
  return values;
}

/** An error in words: what happened, what it means for the data, what to do next, and the label of its button. */
export interface ErrorWords {
  what: string;
  meaning: string;
  action: string;
  actionKind: ErrorAction;
  actionLabel: string;
}

/** The words of an error or an open problem. */
export function describeError(translate: Translate, error: Pick<ErrorView, 'code' | 'params'>): ErrorWords {
  const actionKind = ERRORS[error.code].action;
  return {
    what: translate(`errors.${error.code}.what`, error.params),
    meaning: translate(`errors.${error.code}.meaning`, error.params),
    action: translate(`errors.${error.code}.action`, error.params),
    actionKind,
    actionLabel: translate(`actions.${actionKind}`),
  };
}

/** The one sentence of the header and the tray. */
export function sentenceText(translate: Translate, sentence: Pick<Sentence, 'key' | 'params'>): string {
  return translate(`sentence.${sentence.key}`, sentence.params);
}

/** The language to show: the setting, or the desktop's language when the setting is `system`; English when it is neither. */
export function resolveLanguage(setting: Settings['language'], systemLocale: string): Language {
  if (setting !== 'system') return setting;
  const primary = systemLocale.split(/[-_.@]/)[0]?.toLowerCase();
  return LANGUAGES.find((language) => language === primary) ?? 'en';
}
