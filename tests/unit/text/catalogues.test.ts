import { ERROR_CODES, SEVERITIES } from '@shared/errors';
import { BACKUP_KINDS, KEEP_REASONS, PROOF_STEPS } from '@shared/models';
import { LANGUAGES, type Language } from '@shared/settings';
import { CATALOGS, formatValue, type TextKey } from '@shared/text';
import type { Mirror } from '@shared/text/mirror';
import { JOB_REQUESTS } from '../../../electron/jobs/protocol';
import { describe, expect, expectTypeOf, test } from 'vitest';

type Tree = { [key: string]: string | Tree };

/** Every text of a catalogue by its full key. */
function flatten(tree: Tree, prefix = ''): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') texts.set(prefix + key, value);
    else for (const [inner, text] of flatten(value, `${prefix}${key}.`)) texts.set(inner, text);
  }
  return texts;
}

const en = flatten(CATALOGS.en);
const ko = flatten(CATALOGS.ko);
const texts: Record<Language, Map<string, string>> = { en, ko };
const withoutPlural = (key: string) => key.replace(/_(one|other)$/, '');
const placeholders = (text: string) => [...text.matchAll(/\{\{([^}]*)\}\}/g)].map((match) => match[1] ?? '');
const valueNames = (text: string) => placeholders(text).map((inside) => inside.split(',')[0]?.trim());
/** Texts that are whole sentences; all others are labels. */
const isSentence = (key: string) =>
  /^(errors|sentence|previewWarning)\.|^notify\.[a-z-]+\.body(_\w+)?$/.test(key) ||
  (key.startsWith('health.') && !key.endsWith('.title'));
/** Sentences that end in other words: of an error, which bring their own full stop, or the title of an alert. */
const endsInWhat = (text: string) => text.endsWith('{{what}}') || text === '{{title}}';

describe('the two catalogues', () => {
  test('hold the same keys, apart from plurals', () => {
    const [english, korean] = [en, ko].map((catalog) => new Set([...catalog.keys()].map(withoutPlural)));
    expect(korean).toEqual(english);
  });

  test('an English plural has both forms, Korean only the one it has', () => {
    const ones = [...en.keys()].filter((key) => key.endsWith('_one'));
    expect(ones).not.toEqual([]);
    for (const key of ones) {
      const other = key.replace(/_one$/, '_other');
      expect(en.has(other), key).toBe(true);
      expect(ko.has(other), key).toBe(true);
    }
    expect([...ko.keys()].filter((key) => key.endsWith('_one'))).toEqual([]);
  });

  test('a key that is missing in Korean, or that English does not have, does not compile', () => {
    interface Source {
      [key: string]: unknown;
      count_one: string;
      count_other: string;
      inner: { text: string };
    }
    type Korean = Mirror<Pick<Source, 'count_one' | 'count_other' | 'inner'>>;
    expectTypeOf<keyof Korean>().toEqualTypeOf<'count_other' | 'inner'>();
    expectTypeOf<keyof Korean['inner']>().toEqualTypeOf<'text'>();
    expectTypeOf<{ count_other: string }>().not.toExtend<Korean>();
    expectTypeOf<'errors.DISK_FULL.what' | 'sentence.all-protected' | 'health.disk.anything'>().toExtend<TextKey>();
    expectTypeOf<'errors.NO_SUCH_CODE.what'>().not.toExtend<TextKey>();
  });

  test('Korean uses no value that English does not use', () => {
    for (const [key, text] of ko) {
      const known = [...en].filter(([other]) => withoutPlural(other) === withoutPlural(key));
      const names = new Set(known.flatMap(([, english]) => valueNames(english)));
      for (const name of valueNames(text)) expect(names, key).toContain(name);
    }
  });

  test('a value reads the same way in both, and by a format that exists', () => {
    for (const language of LANGUAGES) {
      for (const [key, text] of texts[language]) {
        for (const inside of placeholders(text)) {
          const [name, format] = inside.split(',').map((part) => part.trim());
          expect(name, key).toMatch(/^[a-zA-Z]+$/);
          if (format !== undefined) expect(() => formatValue(1, format, language), key).not.toThrow();
          if (language === 'ko' && key === withoutPlural(key)) expect(en.get(key), key).toContain(`{{${inside}}}`);
        }
      }
    }
  });
});

describe.each(LANGUAGES)('the catalogue %s', (language) => {
  const catalog = texts[language];

  test('says of every error what happened, what it means and what to do', () => {
    for (const code of ERROR_CODES) {
      for (const part of ['what', 'meaning', 'action'])
        expect(catalog.get(`errors.${code}.${part}`), code).toMatch(/\S/);
    }
    const codes = new Set(
      [...catalog.keys()].filter((key) => key.startsWith('errors.')).map((key) => key.split('.')[1]),
    );
    expect(codes).toEqual(new Set(ERROR_CODES));
  });

  test('has a word for every value of the closed sets', () => {
    const expected = [
      ...SEVERITIES.map((value) => `severity.${value}`),
      ...BACKUP_KINDS.map((value) => `kind.${value}`),
      ...PROOF_STEPS.map((value) => `proofStep.${value}`),
      ...KEEP_REASONS.map((value) => `keep.${value}`),
    ];
    for (const key of expected) expect(catalog.has(key), key).toBe(true);
  });

  test('names every job whose process may end', () => {
    for (const job of Object.keys(JOB_REQUESTS)) expect(catalog.has(`jobName.${job}`), job).toBe(true);
  });

  test('no text is empty or untidy', () => {
    for (const [key, text] of catalog) {
      expect(text, key).toMatch(/\S/);
      expect(text, key).toBe(text.trim());
      expect(text, key).not.toMatch(/ {2}|\n|\t| [.,:]/);
      expect(text.replace(/\{\{[^{}]*\}\}/g, ''), key).not.toMatch(/[{}]/);
    }
  });

  test('sentences end as sentences and labels as labels', () => {
    for (const [key, text] of catalog) {
      if (isSentence(key) && !endsInWhat(text)) expect(text, key).toMatch(/\.$/);
      if (!isSentence(key)) expect(text, key).not.toMatch(/[.:]$/);
    }
  });

  test('the tone is neutral', () => {
    for (const [key, text] of catalog) {
      expect(text, key).not.toMatch(/[!?]/);
      expect(text, key).not.toMatch(/\b(oops|sorry|please|we|our|unfortunately|successfully)\b|죄송|저희|우리/i);
    }
  });
});

describe('English', () => {
  test('sentences begin with a capital or with a value', () => {
    for (const [key, text] of en) {
      if (!isSentence(key)) continue;
      for (const part of text.split(/(?<=\.) /)) expect(part, key).toMatch(/^([A-Z]|\{\{)/);
    }
  });
});

describe('Korean', () => {
  /** Names that are written the same in every language. */
  const names =
    /\b(SQLite|Holdfast|application_id|user_version|DNS|Prometheus|SELECT|UPDATE|DELETE|INSERT|REPLACE|WITH|ATTACH|PRAGMA|CSV|JSON|PNG|CPU|GPU|API|SMTP|TLS|WAL)\b/g;

  test('holds no English but names', () => {
    for (const [key, text] of ko) {
      const rest = text.replace(/\{\{[^}]*\}\}/g, '').replace(names, '');
      expect(rest, key).not.toMatch(/[A-Za-z]/);
      if (!['tray.tooltip', 'sentence.own-problem'].includes(key) && !/^[\s{}a-z:]*$/.test(text))
        expect(text, key).toMatch(/[가-힣]/);
    }
  });

  test('sentences are in the formal style', () => {
    for (const [key, text] of ko) {
      if (!isSentence(key) || endsInWhat(text)) continue;
      for (const part of text.split(/(?<=\.) /))
        expect(part, key).toMatch(/(니다|십시오)(\([^)]*\)|: \{\{[^}]*\}\})?\.$/);
    }
  });

  test('no particle that depends on the sound before it follows a value', () => {
    for (const [key, text] of ko) {
      expect(text, key).not.toMatch(/\}\}['"’”]?(이|가|을|를|은|는|와|과|로|으로|이라|라)(?![가-힣])/);
      expect(text, key).not.toMatch(/[(（](이|가|을|를|은|는|와|과|으)[)）]/);
    }
  });

  test('one thing has one name', () => {
    for (const [key, text] of ko)
      expect(text, key).not.toMatch(/리스토어|복구 지점|체크포인트|증명|카탈로그|빽업|데이타/);
  });
});
