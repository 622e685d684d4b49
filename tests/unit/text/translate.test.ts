import { ERROR_CODES } from '@shared/errors';
import { LANGUAGES } from '@shared/settings';
import { createTranslator, describeError, formatValue, resolveLanguage, sentenceText } from '@shared/text';
import { describe, expect, test } from 'vitest';

const en = createTranslator('en');
const ko = createTranslator('ko');

describe('createTranslator', () => {
  test('fills values in', () => {
    expect(en('errors.FILE_NOT_FOUND.what', { path: '/srv/orders.db' })).toBe('There is no file at /srv/orders.db.');
    expect(ko('errors.FILE_NOT_FOUND.what', { path: '/srv/주문.db' })).toBe('/srv/주문.db 위치에 파일이 없습니다.');
  });

  test('translators of two languages do not disturb each other', () => {
    expect([en('actions.retry'), ko('actions.retry'), en('actions.retry')]).toEqual([
      'Try again',
      '다시 시도',
      'Try again',
    ]);
  });

  test('chooses the plural form by count', () => {
    expect(en('sentence.all-protected', { count: 1, name: 'orders' })).toBe('orders is protected.');
    expect(en('sentence.all-protected', { count: 4, name: 'orders' })).toBe('All 4 databases are protected.');
    expect(ko('sentence.all-protected', { count: 1 })).toBe('모든 데이터베이스가 보호되고 있습니다(1개).');
    expect(ko('sentence.all-protected', { count: 4 })).toBe('모든 데이터베이스가 보호되고 있습니다(4개).');
  });

  test('shows a dash for a value that nobody gave, plain or formatted', () => {
    expect(en('errors.FILE_NOT_FOUND.what')).toBe('There is no file at —.');
    expect(en('errors.BACKUP_PROOF_FAILED.what', { name: 'orders' })).toBe(
      'A backup of orders did not pass this check: —.',
    );
  });

  test('takes values as they are: no markup, no template, no option hides in them', () => {
    const path = `/a b/<i>"&'{{name}} {{- name}} $t(actions.retry) $& %s`;
    const values = {
      path,
      name: 'no',
      lng: 'ko',
      context: 'x',
      ns: 'y',
      defaultValue: 'z',
      count: 2,
      postProcess: 'p',
    };
    expect(en('errors.FILE_NOT_FOUND.what', values)).toBe(`There is no file at ${path}.`);
  });

  test('says more when more is known', () => {
    const path = '/mnt/nas/orders.sqlite.gz';
    expect(en('errors.DISK_FULL.what', { path })).toBe(`There is not enough free space to write ${path}.`);
    expect(en('errors.DISK_FULL.what', { path, neededBytes: 3.25e9, freeBytes: 0 })).toBe(
      `There is not enough free space to write ${path}: 3.3 GB needed, 0 bytes free.`,
    );
    expect(ko('errors.DATABASE_LOCKED.what', { path: 'orders.db', seconds: 30 })).toBe(
      '다른 프로그램이 30초 동안 orders.db 데이터베이스를 잠그고 있었습니다.',
    );
    expect(en('errors.RESTORE_HELD_OPEN.what', { path: 'orders.db', holders: 'python3 (412)' })).toBe(
      'Another program has orders.db open: python3 (412).',
    );
    expect(en('notify.restore-ended.body', { name: 'orders' })).toBe(
      'The database was restored and verified. This can be undone.',
    );
    expect(en('notify.restore-ended.body', { contentAt: new Date(2026, 2, 7, 15, 4).toISOString() })).toBe(
      'It holds the content of Mar 7, 2026, 15:04. This can be undone.',
    );
    // a value that a text has no variant for changes nothing
    expect(en('errors.FILE_EMPTY.what', { path, seconds: 5 })).toBe(`The file ${path} is empty.`);
    expect(en('sentence.all-protected', { count: 2, reason: 'x' })).toBe('All 2 databases are protected.');
  });

  test('a reason fits into its sentence', () => {
    const reason = 'it is not\n  a folder. ';
    expect(en('errors.INVALID_INPUT.what', { reason })).toBe('The input is not valid: it is not a folder.');
  });

  test('a name and a path stand in for each other', () => {
    expect(en('errors.BACKUP_KEPT.what', { path: '/srv/orders.db' })).toBe(
      'This is the last proved backup of orders.db.',
    );
    expect(en('errors.BACKUP_KEPT.what', { path: 'C:\\data\\orders.db' })).toBe(
      'This is the last proved backup of orders.db.',
    );
    expect(en('errors.DATABASE_LOCKED.what', { name: 'orders' })).toBe(
      'Another program keeps the database orders locked.',
    );
    expect(en('errors.BACKUP_KEPT.what', { name: 'orders', path: '/srv/o.db' })).toContain('of orders.');
    expect(en('errors.BACKUP_KEPT.what', { path: '/' })).toContain('of /.');
  });

  test('every text of an error reads whole in both languages with no value at all', () => {
    for (const translate of [en, ko]) {
      for (const code of ERROR_CODES) {
        const words = describeError(translate, { code, params: {} });
        for (const text of [words.what, words.meaning, words.action, words.actionLabel]) {
          expect(text).not.toMatch(/[{}]|undefined|errors\.|actions\./);
        }
      }
    }
  });

  test('gives a key back when there is no such text, so that it is seen', () => {
    expect(en('health.disk.no-such-key')).toBe('health.disk.no-such-key');
  });
});

describe('sentences about an error', () => {
  const problem = { key: 'problem', params: { name: 'orders', code: 'DISK_FULL', path: '/mnt/nas' } } as const;

  test('take the words of its code', () => {
    expect(sentenceText(en, problem)).toBe('orders: There is not enough free space to write /mnt/nas.');
    expect(sentenceText(ko, problem)).toBe('orders: /mnt/nas에 쓸 여유 공간이 부족합니다.');
    expect(en('notify.backup-failed.body', problem.params)).toBe('There is not enough free space to write /mnt/nas.');
  });

  test('prefer words that are given', () => {
    expect(en('sentence.problem', { name: 'orders', what: 'As said.', code: 'DISK_FULL' })).toBe('orders: As said.');
  });

  test('a code that is none is no error', () => {
    expect(en('sentence.problem', { name: 'orders', code: 'toString' })).toBe('orders: —');
  });
});

describe('describeError', () => {
  test('says what, meaning, action and what the button does', () => {
    expect(describeError(en, { code: 'BACKUP_OVERDUE', params: { name: 'orders', hours: 31 } })).toEqual({
      what: 'orders has had no proved backup for 31 hours.',
      meaning: 'What was written since the last proved backup would be lost if the database were damaged now.',
      action: 'Back up now.',
      actionKind: 'back-up-now',
      actionLabel: 'Back up now',
    });
  });
});

describe('formatValue', () => {
  test.each([
    [0, '0 bytes', '0바이트'],
    [1, '1 byte', '1바이트'],
    [999, '999 bytes', '999바이트'],
    [1500, '1.5 kB', '1.5kB'],
    [999_999, '1 MB', '1MB'],
    [64e9, '64 GB', '64GB'],
    [123_456_789, '123 MB', '123MB'],
    [5e15, '5,000 TB', '5,000TB'],
  ])('%d bytes', (bytes, english, korean) => {
    expect(formatValue(bytes, 'bytes', 'en')).toBe(english);
    expect(formatValue(bytes, 'bytes', 'ko')).toBe(korean);
  });

  test('hours', () => {
    expect([1, 31, 26.4].map((hours) => formatValue(hours, 'hours', 'en'))).toEqual(['1 hour', '31 hours', '26 hours']);
    expect(formatValue(31, 'hours', 'ko')).toBe('31시간');
  });

  test('seconds', () => {
    expect([1, 30].map((seconds) => formatValue(seconds, 'seconds', 'en'))).toEqual(['1 second', '30 seconds']);
    expect(formatValue(30, 'seconds', 'ko')).toBe('30초');
  });

  test('a moment is shown in local time, whatever the time zone', () => {
    const local = new Date(2026, 2, 7, 15, 4).toISOString();
    expect(formatValue(local, 'moment', 'en')).toBe('Mar 7, 2026, 15:04');
    expect(formatValue(local, 'moment', 'ko')).toBe('2026. 3. 7. 15:04');
  });

  test('what is no number, time or known word stays as it is', () => {
    expect(formatValue('about 5 GB', 'bytes', 'en')).toBe('about 5 GB');
    expect(formatValue('many', 'hours', 'ko')).toBe('many');
    expect(formatValue('yesterday', 'moment', 'en')).toBe('yesterday');
    expect(formatValue('constructor', 'proofStep', 'en')).toBe('constructor');
  });

  test('words of closed sets', () => {
    expect(formatValue('integrity-check', 'proofStep', 'ko')).toBe('무결성 검사');
    expect(formatValue('apply', 'jobName', 'en')).toBe('restore');
  });

  test('a format that does not exist is an error', () => {
    expect(() => formatValue(1, 'byte', 'en')).toThrow('no text format is named byte');
  });
});

describe('resolveLanguage', () => {
  test.each([
    ['en', 'ko-KR', 'en'],
    ['ko', 'en-US', 'ko'],
    ['system', 'ko-KR', 'ko'],
    ['system', 'ko_KR.UTF-8', 'ko'],
    ['system', 'KO', 'ko'],
    ['system', 'kok-IN', 'en'],
    ['system', 'en-GB', 'en'],
    ['system', 'de', 'en'],
    ['system', 'C.UTF-8', 'en'],
    ['system', '', 'en'],
  ] as const)('setting %s on a desktop in %s shows %s', (setting, locale, expected) => {
    expect(resolveLanguage(setting, locale)).toBe(expected);
    expect(LANGUAGES).toContain(expected);
  });
});
