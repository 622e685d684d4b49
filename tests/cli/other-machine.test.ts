/** A machine that never saw the database, a copied backup folder or a destination, and the programs that the docs name. */
import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ScanReport } from '@shared/destinations';
import type { RestorePoint } from '@shared/models';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { change, countVideos, makeDatabase, Place } from './support/holdfast';

const RESTORE_CHANGES = resolve(import.meta.dirname, '../../docs/restore-changes.py');
const ROWS = 60;
/** Rows at the newest restore point, which is one of changed pages. */
const ROWS_NEWEST = 62;

let there: Place;
let here: Place;
let folder: string;
let destination: string;
let keyFile: string;

const sh = (script: string): string => execFileSync('bash', ['-euo', 'pipefail', '-c', script], { encoding: 'utf8' });
const only = (names: string[], suffix: string): string => {
  const found = names.filter((name) => name.endsWith(suffix));
  expect(found).toHaveLength(1);
  return found[0] ?? '';
};

beforeAll(async () => {
  there = await Place.make();
  here = await Place.make();
  const live = makeDatabase(there.file('video.db'), ROWS);
  await there.value('db', 'add', live, '--name', 'video');
  keyFile = here.file('key.txt');
  sh(`age-keygen -o '${keyFile}' 2> /dev/null`);
  await mkdir(there.file('nas'));
  const input = { ...DESTINATION, path: there.file('nas'), encryption: { mode: 'recipient', recipient: recipient() } };
  writeFileSync(there.file('destination.json'), JSON.stringify({ config: input, secrets: {} }));
  await there.value('destination', 'add', there.file('destination.json'));
  await there.value('backup', 'video');
  change(live, "INSERT INTO video (author, title) VALUES (1, 'one'), (2, 'two')");
  await there.value('backup', 'video', '--kind', 'incremental');
  await there.value('destination', 'copy', 'NAS');
  folder = here.file('copied');
  destination = here.file('nas');
  await cp(join(there.home, 'backups'), folder, { recursive: true });
  await cp(there.file('nas'), destination, { recursive: true });
  // The machine is gone, with everything that was on it.
  await there.end();
  await rm(there.folder, { recursive: true, force: true });
});
afterAll(() => here.end());

const DESTINATION = {
  kind: 'folder',
  name: 'NAS',
  enabled: true,
  offsite: true,
  retention: { incremental: 10, daily: 7, weekly: 4, monthly: 12 },
};
const recipient = (): string => sh(`age-keygen -y '${keyFile}'`).trim();
const identity = (): string => sh(`grep AGE-SECRET-KEY '${keyFile}'`).trim();

describe('from a copied backup folder', () => {
  const names = () => readdirSync(join(folder, 'video'));
  const full = () => join(folder, 'video', only(names(), '.sqlite.gz'));
  const changes = () => join(folder, 'video', only(names(), '.pages.gz'));

  it('gunzip and sqlite3 bring back the full backup', () => {
    const target = here.file('by-hand.sqlite');
    expect(sh(`gunzip -c '${full()}' > '${target}'; sqlite3 '${target}' 'PRAGMA integrity_check'`).trim()).toBe('ok');
    expect(countVideos(target)).toBe(ROWS);
  });

  it('the documented program brings back the changed pages', () => {
    const target = here.file('by-program.sqlite');
    sh(`python3 '${RESTORE_CHANGES}' '${target}' '${full()}' '${changes()}'`);
    expect(sh(`sqlite3 '${target}' 'PRAGMA integrity_check'`).trim()).toBe('ok');
    expect(countVideos(target)).toBe(ROWS_NEWEST);
  });

  it('the command brings back both, by a name that nobody guards there', async () => {
    await here.value('restore', 'video', '--from', changes(), '--to', here.file('newest.sqlite'));
    await here.value('restore', 'video', '--from', full(), '--to', here.file('full.sqlite'));
    expect([countVideos(here.file('newest.sqlite')), countVideos(here.file('full.sqlite'))]).toEqual([
      ROWS_NEWEST,
      ROWS,
    ]);
  });
});

describe('from a destination', () => {
  const names = () => readdirSync(join(destination, 'video'));

  it('age, gunzip and sqlite3 bring back the full backup', () => {
    const copy = join(destination, 'video', only(names(), '.sqlite.gz.age'));
    const target = here.file('from-age.sqlite');
    sh(`age -d -i '${keyFile}' '${copy}' | gunzip > '${target}'`);
    expect(sh(`sqlite3 '${target}' 'PRAGMA integrity_check'`).trim()).toBe('ok');
    expect(countVideos(target)).toBe(ROWS);
  });

  it('a look at it fills the catalogue, and what it holds is restored', async () => {
    const config = { ...DESTINATION, path: destination, encryption: { mode: 'recipient', recipient: recipient() } };
    writeFileSync(here.file('destination.json'), JSON.stringify({ config, secrets: { identity: identity() } }));
    await here.value('destination', 'add', here.file('destination.json'));
    const report = await here.value<ScanReport>('destination', 'scan', 'NAS');
    expect(report).toMatchObject({ found: 2, added: 2, databases: ['video'], foreign: [] });
    const points = await here.value<RestorePoint[]>('backups');
    expect(points.map(({ state, form }) => [state, form])).toEqual([
      ['elsewhere', 'changes'],
      ['elsewhere', 'full'],
    ]);
    const [newest] = points;
    await here.value('restore', 'video', '--from', newest?.id ?? '', '--to', here.file('fetched.sqlite'));
    expect(countVideos(here.file('fetched.sqlite'))).toBe(ROWS_NEWEST);
  });
});
