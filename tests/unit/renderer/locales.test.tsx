/** The window's texts: both languages say the same things, with the same values, each in its own words. */
import { describe, expect, it } from 'vitest';
import { en } from '@/locales/en';
import { ko } from '@/locales/ko';

type Tree = { [key: string]: string | Tree };

function flatten(tree: Tree, prefix = ''): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') texts.set(prefix + key, value);
    else for (const [inner, text] of flatten(value, `${prefix}${key}.`)) texts.set(inner, text);
  }
  return texts;
}

const english = flatten(en);
const korean = flatten(ko);
const values = (text: string): string[] => [
  ...new Set([...text.matchAll(/\{\{([^}]*)\}\}/g)].map((match) => match[1] ?? '')),
];

describe('the two catalogues of the window', () => {
  it('have the same keys', () => {
    expect(new Set(korean.keys())).toEqual(new Set(english.keys()));
  });
  it('use the same values', () => {
    for (const [key, text] of english) {
      // the English form for one may say it in words; Korean has one form only
      if (key.endsWith('_one')) continue;
      expect(new Set(values(korean.get(key) ?? '')), key).toEqual(new Set(values(text)));
    }
  });
  it('leave nothing untranslated: Korean texts hold Korean, or what is written the same everywhere', () => {
    const left = [...korean].filter(([key, text]) => {
      const own = text.replace(/\{\{[^}]*\}\}/g, '');
      return /[A-Za-z]{2}/.test(own) && !/\p{sc=Hangul}/u.test(own) && text === english.get(key) && !isName(own);
    });
    expect(left).toEqual([]);
  });
  it('have no text that is empty, or begins or ends with a blank', () => {
    for (const [key, text] of [...english, ...korean]) expect(text, key).toMatch(/^\S(.*\S)?$/s);
  });
});

/** Names of products, formats and measures. */
const isName = (text: string): boolean =>
  /^[\s·,/()0-9:.%–-]*((English|Electron|Chromium|Python logging|JSON Lines|Syslog|Holdfast|SQLite|Prometheus|OpenTelemetry|Sentry|Python|Node\.js|JavaScript|DSN|SFTP|SSH|S3|CPU|GPU|CSV|JSON|PNG|URL|HTTP|HTTPS|TCP|DNS|TLS|STARTTLS|SQL|WAL|RPO|ID|PID|OTLP|ms|Slack|Discord|Webhook|MB|GB|age)[\s·,/()0-9:.%–-]*)+$/.test(
    text,
  );
