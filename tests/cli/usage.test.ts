import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answer, Place } from './support/holdfast';

let place: Place;
beforeAll(async () => {
  place = await Place.make();
});
afterAll(() => place.end());

describe('a command line that is wrong', () => {
  it.concurrent.each([
    [[], 'No command was given.'],
    [['frobnicate'], '"frobnicate"'],
    [['db'], 'db add, db list, db remove'],
    [['db', 'frobnicate'], 'db add'],
    [['db', 'add'], '<file>'],
    [['db', 'add', ''], '<file>'],
    [['db', 'add', 'a.db', 'b.db'], '"b.db"'],
    [['db', 'remove'], '<name>'],
    [['backup'], '<name>'],
    [['backup', 'a', '--kind', 'hourly'], '"hourly"'],
    [['backup', 'a', '--kind', 'safety'], '"safety"'],
    [['backup', 'a', '--kind'], '--kind'],
    [['backup', 'a', '--dry-run'], '--dry-run'],
    [['verify'], '<id|file>'],
    [['restore', 'a', '--from', 'x', '--at', '2026-01-01T00:00:00Z'], '--at'],
    [['restore', 'a', '--at', 'yesterday'], '"yesterday"'],
    [['restore', 'a', '--at', '2026-02-31T00:00:00Z'], '2026-02-31'],
    [['restore', 'a', '--at', '2026-02-01'], '2026-02-01'],
    [['restore', 'a', '--to='], '--to'],
    [['list', '--frob'], '--frob'],
    [['health', '--json=yes'], '--json'],
    [['catalog', 'burn'], 'catalog rebuild'],
    [['serve', '--port', '70000'], '70000'],
    [['serve', '--port', 'http'], 'http'],
    [['--home=', 'health'], '--home'],
    [['__proto__'], '__proto__'],
  ])('%j ends with 2 and says what is wrong', async (args, named) => {
    const text = await place.text(...args);
    expect([text.code, text.stdout]).toEqual([2, '']);
    expect(text.stderr).toContain(named);
    expect(text.stderr).toContain('holdfast help');
    const json = await place.json(...args);
    expect([json.code, json.document.ok, json.document.error.code]).toEqual([2, false, 'INVALID_INPUT']);
    expect(json.document.error.message).toContain(named);
    expect(json.document.error.severity).toBe('LOW');
    expect(json.stderr).toBe('');
  });

  it('leaves no home behind', () => {
    expect(existsSync(place.home)).toBe(false);
  });
});

describe('help and version', () => {
  it('name every command', async () => {
    for (const args of [['help'], ['--help'], ['-h'], ['backup', '--help']]) {
      const { code, stdout, stderr } = await place.text(...args);
      expect([code, stderr]).toEqual([0, '']);
      for (const command of ['db add', 'db list', 'db remove', 'backup', 'verify', 'restore', 'drill', 'serve']) {
        expect(stdout).toContain(command);
      }
    }
  });

  it('speak Korean where the terminal does, English in JSON', async () => {
    const env = { LC_ALL: 'ko_KR.UTF-8' };
    expect((await place.start(['help'], { env }).ended).stdout).toContain('데이터베이스 보호 시작');
    const text = await place.start(['frobnicate'], { env }).ended;
    expect(text.stderr).toContain('명령은 없습니다');
    const json = answer(await place.start(['--json', 'frobnicate'], { env }).ended);
    expect(json.document.error.message).toContain('There is no command');
  });

  it('say the version of the package', async () => {
    const manifest = JSON.parse(await readFile(join(import.meta.dirname, '../../package.json'), 'utf8'));
    expect((await place.text('--version')).stdout).toBe(`${manifest.version}\n`);
    expect(await place.value('--version')).toEqual({ version: manifest.version });
  });
});
