/** Destinations in Settings: what is typed becomes what is saved, and only when it can be; what is said of them. */
import { describe, expect, it } from 'vitest';
import i18next from 'i18next';
import { DestinationConfig, DestinationInput, type DestinationStatus, type SecretName } from '@shared/destinations';
import type { CopyView, RestorePoint } from '@shared/models';
import { DEFAULT_RETENTION } from '@shared/settings';
import { createTranslator } from '@shared/text';
import { onlyThere } from '@/destinations/only-there';
import {
  changed,
  changesPlace,
  defaultsOf,
  type DestinationDraft,
  destinationDraftOf,
  newDestination,
  pathStyleOf,
} from '@/destinations/draft';
import { makePassphrase } from '@/destinations/passphrase';
import { type DraftContext, readDestination, secretsOf } from '@/destinations/read-draft';
import { figuresOf, foundWords, natureOf, placeOf } from '@/destinations/words';
import { createFormat } from '@/format/format';
import type { Texts } from '@/i18n';
import { en } from '@/locales/en';
import { ko } from '@/locales/ko';

const KEY = `SHA256:${'a'.repeat(43)}`;
const RECIPIENT = `age1${'q'.repeat(58)}`;
const IDENTITY = `AGE-SECRET-KEY-1${'Q'.repeat(58)}`;
const PRIVATE_KEY = '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----';
const NONE: Record<SecretName, boolean> = {
  secretAccessKey: false,
  password: false,
  privateKey: false,
  passphrase: false,
  identity: false,
};
const CONTEXT: DraftContext = { stored: null, backupFolder: '/home/me/backups', taken: ['NAS'] };

type Change = Omit<Partial<DestinationDraft>, 'secrets'> & { secrets?: Partial<DestinationDraft['secrets']> };
function draftOf(kind: DestinationDraft['kind'], change: Change = {}): DestinationDraft {
  const base = newDestination(kind, DEFAULT_RETENTION);
  const usual: Record<DestinationDraft['kind'], Change> = {
    folder: { path: '/mnt/nas/holdfast' },
    s3: { bucket: 'copies', accessKeyId: 'AK', secrets: { secretAccessKey: 'sk', passphrase: 'correct horse' } },
    sftp: { host: 'backup.example.com', user: 'me', secrets: { password: 'pw', passphrase: 'correct horse' } },
  };
  const { secrets, ...rest } = { ...usual[kind], ...change };
  return { ...base, noted: true, ...rest, secrets: { ...base.secrets, ...usual[kind].secrets, ...secrets } };
}
const faultsOf = (draft: DestinationDraft, context: Partial<DraftContext> = {}) =>
  readDestination(draft, { ...CONTEXT, ...context }).faults;

describe('a destination', () => {
  it.each([
    draftOf('folder'),
    draftOf('folder', { encryption: 'recipient', recipient: ` ${RECIPIENT} ` }),
    draftOf('s3', { endpoint: 'https://s3.example.com', prefix: '/a/b/' }),
    draftOf('sftp', { hostKey: KEY, port: ' 2222 ' }),
  ])('is read as the contract takes it, and back: $kind', (draft) => {
    const { config, faults, open } = readDestination(draft, CONTEXT);
    expect(faults).toEqual({});
    expect(open).toEqual({});
    expect(DestinationConfig.parse(config)).toEqual(config);
    const input = { id: null, config, secrets: secretsOf(draft, null) };
    expect(DestinationInput.parse(input)).toEqual(input);
    if (!config) throw new Error('the draft is a destination');
    const status = { config, secrets: { ...NONE, secretAccessKey: true, password: true, passphrase: true } };
    const again = destinationDraftOf(status as DestinationStatus);
    expect(readDestination(again, { ...CONTEXT, stored: status.secrets }).config).toEqual(config);
    expect(Object.values(again.secrets).join('')).toBe('');
  });

  it('takes its name from the place when it is given none', () => {
    const named = (draft: DestinationDraft) => readDestination(draft, CONTEXT).config?.name;
    expect(named(draftOf('folder', { path: '/mnt/nas/holdfast/' }))).toBe('holdfast');
    expect(named(draftOf('s3'))).toBe('copies');
    expect(named(draftOf('sftp'))).toBe('backup.example.com');
    expect(named(draftOf('sftp', { name: ' Office ' }))).toBe('Office');
  });

  it('whatever leaves the machine is encrypted unless a person says otherwise, and only what is rented is elsewhere', () => {
    expect(defaultsOf('folder')).toMatchObject({ encryption: 'none', offsite: false });
    expect(defaultsOf('sftp')).toMatchObject({ encryption: 'passphrase', offsite: false });
    expect(defaultsOf('s3')).toMatchObject({ encryption: 'passphrase', offsite: true });
  });

  it('puts the bucket into the path for services besides Amazon, unless a person chose', () => {
    expect(pathStyleOf(draftOf('s3'))).toBe(false);
    expect(pathStyleOf(draftOf('s3', { endpoint: 'https://s3.example.com' }))).toBe(true);
    expect(pathStyleOf(draftOf('s3', { endpoint: 'https://s3.example.com', pathStyle: false }))).toBe(false);
  });

  it.each<[string, DestinationDraft, object]>([
    ['no path', draftOf('folder', { path: ' ' }), { path: 'path' }],
    ['a place that has no name', draftOf('folder', { path: '/' }), { name: 'name' }],
    ['a name that differs by case only', draftOf('folder', { name: 'nas' }), { name: 'nameTaken' }],
    ['a relative path', draftOf('folder', { path: 'copies' }), { path: 'path' }],
    ['the backup folder', draftOf('folder', { path: '/home/me/backups/' }), { path: 'pathInBackups' }],
    ['inside the backup folder', draftOf('folder', { path: '/home/me//backups/x' }), { path: 'pathInBackups' }],
    ['a name that is taken', draftOf('folder', { name: 'NAS' }), { name: 'nameTaken' }],
    ['no address', draftOf('s3', { endpoint: 's3.example.com' }), { endpoint: 'endpoint' }],
    ['no bucket', draftOf('s3', { bucket: 'My Bucket', name: 'x' }), { bucket: 'bucket' }],
    ['no region', draftOf('s3', { region: '' }), { region: 'region' }],
    ['no access key', draftOf('s3', { accessKeyId: '' }), { accessKeyId: 'accessKeyId' }],
    ['no secret key', draftOf('s3', { secrets: { secretAccessKey: '' } }), { secretAccessKey: 'secretAccessKey' }],
    ['no passphrase', draftOf('s3', { secrets: { passphrase: '' } }), { passphrase: 'passphrase' }],
    ['a short passphrase', draftOf('s3', { secrets: { passphrase: '1234567' } }), { passphrase: 'passphraseShort' }],
    ['a host with a path', draftOf('sftp', { host: 'a/b' }), { host: 'host' }],
    ['a port that is none', draftOf('sftp', { port: '70000' }), { port: 'port' }],
    ['nobody', draftOf('sftp', { user: '' }), { user: 'user' }],
    ['no password', draftOf('sftp', { secrets: { password: '' } }), { password: 'password' }],
    ['no key', draftOf('sftp', { login: 'key' }), { privateKey: 'privateKey' }],
    [
      'the wrong half of a key',
      draftOf('sftp', { login: 'key', secrets: { privateKey: 'ssh-ed25519 AAAA me@here' } }),
      { privateKey: 'publicKey' },
    ],
    [
      'the wrong half of an age key',
      draftOf('folder', { encryption: 'recipient', recipient: IDENTITY }),
      { recipient: 'recipientSecret' },
    ],
    [
      'a secret key that is none',
      draftOf('folder', { encryption: 'recipient', recipient: RECIPIENT, secrets: { identity: RECIPIENT } }),
      { identity: 'identity' },
    ],
    ['no number', draftOf('folder', { keep: { ...draftOf('folder').keep, daily: '-1' } }), { keep: 'keep' }],
    [
      'nothing kept but interval points',
      draftOf('folder', { keep: { incremental: '96', daily: '0', weekly: '0', monthly: '0' } }),
      { keep: 'keepNone' },
    ],
  ])('is refused: %s', (_what, draft, expected) => {
    expect(faultsOf(draft)).toEqual(expected);
    expect(readDestination(draft, CONTEXT).config).toBeNull();
  });

  it('can be tried, but not saved, before the key of the server is confirmed and the passphrase is written down', () => {
    const read = readDestination(draftOf('sftp', { noted: false }), CONTEXT);
    expect(read.config).not.toBeNull();
    expect(read.open).toEqual({ hostKey: 'hostKey', noted: 'noted' });
    const stored = { ...NONE, password: true, passphrase: true };
    const kept = draftOf('sftp', { hostKey: KEY, noted: false, secrets: { password: '', passphrase: '' } });
    expect(readDestination(kept, { ...CONTEXT, stored }).open).toEqual({});
  });

  it('forgets a confirmed key with its server, and what a try said with its place', () => {
    const draft = draftOf('sftp', { hostKey: KEY });
    expect(changed(draft, { host: 'other' }).hostKey).toBe('');
    expect(changed(draft, { port: '23' }).hostKey).toBe('');
    expect(changed(draft, { user: 'other' }).hostKey).toBe(KEY);
    for (const part of [{ user: 'other' }, { secrets: draft.secrets, noted: false }, { recipient: RECIPIENT }])
      expect(changesPlace(part), JSON.stringify(part)).toBe(true);
    for (const part of [{ name: 'x', offsite: true }, { keep: draft.keep }, { noted: true }])
      expect(changesPlace(part), JSON.stringify(part)).toBe(false);
  });
});

describe('secrets', () => {
  const typed = { privateKey: PRIVATE_KEY, password: 'pw', secretAccessKey: 'sk', identity: IDENTITY };
  it('stay as they are when nothing was typed', () => {
    const stored = { ...NONE, password: true, passphrase: true };
    const draft = draftOf('sftp', { secrets: { password: '', passphrase: '' } });
    expect(faultsOf(draft, { stored })).toEqual({});
    expect(secretsOf(draft, stored)).toEqual({});
  });
  it('are only those of the kind and of the encryption', () => {
    expect(secretsOf(draftOf('folder', { secrets: typed }), null)).toEqual({});
    expect(secretsOf(draftOf('s3', { secrets: typed }), null)).toEqual({
      secretAccessKey: 'sk',
      passphrase: 'correct horse',
    });
    const recipient = draftOf('s3', { encryption: 'recipient', recipient: RECIPIENT, secrets: typed });
    expect(secretsOf(recipient, null)).toEqual({ secretAccessKey: 'sk', identity: IDENTITY });
  });
  it('one way to log in replaces the other', () => {
    const passphrase = 'correct horse';
    const byKey = { ...NONE, password: true, privateKey: true };
    // the stored password opens the stored key: it is no password of the server
    expect(faultsOf(draftOf('sftp', { secrets: { password: '' } }), { stored: byKey })).toEqual({
      password: 'password',
    });
    expect(secretsOf(draftOf('sftp'), byKey)).toEqual({ passphrase, password: 'pw', privateKey: null });
    const toKey = draftOf('sftp', { login: 'key', secrets: { privateKey: PRIVATE_KEY, password: '' } });
    expect(secretsOf(toKey, { ...NONE, password: true })).toEqual({
      passphrase,
      privateKey: `${PRIVATE_KEY}\n`,
      password: null,
    });
    // a new key without a passphrase does not get that of the one before
    expect(secretsOf(toKey, byKey)).toMatchObject({ password: null });
    const unchanged = draftOf('sftp', { login: 'key', secrets: { password: '' } });
    expect(secretsOf(unchanged, byKey)).toEqual({ passphrase });
  });
});

describe('a passphrase that is made', () => {
  it('is six groups of five characters that nobody confuses', () => {
    expect(makePassphrase()).toMatch(/^([0-9a-hjkmnp-tv-z]{5}-){5}[0-9a-hjkmnp-tv-z]{5}$/);
  });
  it('uses 150 bits of what it is given', () => {
    const made = new Set(
      Array.from({ length: 30 * 32 }, (_none, one) =>
        makePassphrase((bytes) => {
          bytes[one % 30] = Math.floor(one / 30);
        }),
      ),
    );
    // each of the 30 characters has 32 values; all of them are one passphrase where the byte is 0
    expect(made.size).toBe(30 * 31 + 1);
    expect(new Set(Array.from({ length: 100 }, () => makePassphrase())).size).toBe(100);
  });
});

describe('removing a destination', () => {
  const copy = (destinationId: string, state: CopyView['state'] = 'copied') => ({ destinationId, state }) as CopyView;
  const point = (id: string, state: RestorePoint['state'], copies: CopyView[]) =>
    ({ id, state, copies }) as RestorePoint;
  it('names the restore points that no other place has', () => {
    const points = [
      point('here', 'proved', [copy('nas')]),
      point('both', 'elsewhere', [copy('nas'), copy('s3')]),
      point('there', 'elsewhere', [copy('nas'), copy('s3', 'damaged')]),
      point('other', 'elsewhere', [copy('s3')]),
      point('gone', 'elsewhere', [copy('nas', 'missing')]),
    ];
    expect(onlyThere(points, 'nas').map(({ id }) => id)).toEqual(['there']);
  });
});

const instance = i18next.createInstance();
await instance.init({
  lng: 'en',
  ns: ['ui'],
  defaultNS: 'ui',
  resources: { en: { ui: en }, ko: { ui: ko } },
  interpolation: { escapeValue: false },
});
const textsOf = (language: 'en' | 'ko'): Texts => {
  const t = instance.getFixedT(language, 'ui');
  return {
    language,
    t: (key, values = {}) => t(key, values),
    shared: createTranslator(language),
    format: createFormat(language),
  };
};

describe('in words', () => {
  const english = textsOf('en');
  const korean = textsOf('ko');
  const now = Date.parse('2026-11-21T12:00:00Z');
  const configOf = (draft: DestinationDraft): DestinationConfig => {
    const { config } = readDestination(draft, CONTEXT);
    if (!config) throw new Error('the draft is a destination');
    return config;
  };
  it('says where it is as people write it', () => {
    expect(placeOf(configOf(draftOf('folder')))).toBe('/mnt/nas/holdfast');
    expect(placeOf(configOf(draftOf('s3')))).toBe('s3://copies/holdfast');
    expect(placeOf(configOf(draftOf('s3', { endpoint: 'https://s3.example.com/', prefix: '' })))).toBe(
      's3://copies/ · s3.example.com',
    );
    expect(placeOf(configOf(draftOf('sftp')))).toBe('me@backup.example.com:holdfast');
    expect(placeOf(configOf(draftOf('sftp', { port: '2222' })))).toBe('me@backup.example.com:2222:holdfast');
  });
  it('says what it is', () => {
    expect(natureOf(configOf(draftOf('s3')), english)).toEqual([
      'S3',
      'in another place',
      'encrypted with a passphrase',
    ]);
    expect(natureOf(configOf(draftOf('folder')), korean)).toEqual(['폴더', '같은 장소', '암호화하지 않음']);
  });
  it('never claims more than was verified and read back', () => {
    const status = {
      copies: { total: 3, verified: 3, waiting: 1, failed: 1, bytes: 2_000_000 },
      lastUsedAt: '2026-11-21T11:57:00Z',
      lastRereadAt: null,
    } as DestinationStatus;
    expect(figuresOf(status, now, english)).toEqual([
      '3 verified copies',
      '2 MB',
      'last used 3 minutes ago',
      'not read back yet',
    ]);
    expect(figuresOf({ ...status, lastRereadAt: '2026-11-19T12:00:00Z' }, now, korean).at(-1)).toBe(
      '2일 전 마지막으로 다시 읽음',
    );
    const unread = { ...status, copies: { ...status.copies, total: 5 } };
    expect(figuresOf(unread, now, english)[0]).toBe('5 copies, 3 of them verified');
    expect(figuresOf(unread, now, korean)[0]).toBe('사본 5개 중 3개 검증됨');
    const none = { ...status, copies: { total: 0, verified: 0, waiting: 0, failed: 0, bytes: 0 }, lastUsedAt: null };
    expect(figuresOf(none, now, english)).toEqual(['no copies yet']);
  });
  it('says what a look found and what is new', () => {
    const report = { found: 12, added: 3, databases: ['orders', 'videos'], foreign: [] };
    expect(foundWords(report, english)).toBe(
      '12 restore points of orders and videos were found; 3 are new in the list.',
    );
    expect(foundWords({ ...report, found: 1, added: 0, databases: ['orders'] }, english)).toBe(
      '1 restore point of orders was found; all were known already.',
    );
    expect(foundWords({ ...report, databases: [] }, english)).toBe(
      '12 restore points were found; 3 are new in the list.',
    );
    expect(foundWords({ ...report, found: 0, added: 0, databases: [] }, english)).toBe(
      'No restore points were found there.',
    );
    expect(foundWords(report, korean)).toBe(
      'orders 및 videos의 복원 지점 12개를 찾았습니다. 3개를 목록에 추가했습니다.',
    );
  });
});
