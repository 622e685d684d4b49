/** Destinations are set up, looked at from homes that never saw them, and fetched from. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openWithPassphrase } from '../helpers/age-program';
import { sha256 } from '../helpers/chains';
import {
  CopyHome,
  filesBelow,
  flipBit,
  folderInput,
  type HomeOptions,
  KEEP_ALL,
  PASSPHRASE,
  withKey,
  withPassphrase,
} from '../helpers/copies';
import { codeOf, errorOf } from '../helpers/engine';

let folder: string;
let homes: CopyHome[];
const at = (...names: string[]): string => join(folder, ...names);
function makeHome(name = 'home', options: HomeOptions = {}): CopyHome {
  const home = new CopyHome(at(name), options);
  homes.push(home);
  return home;
}
beforeEach(async () => {
  homes = [];
  folder = await mkdtemp(join(tmpdir(), 'holdfast-copies-'));
});
afterEach(async () => {
  await Promise.all(homes.map((home) => home.end()));
  await rm(folder, { recursive: true, force: true });
});

describe('from a destination alone', () => {
  test.each([
    ['encrypted', withKey],
    ['plain', {}],
  ])(
    'the catalogue of a home that never saw the database is rebuilt, and its points come back: %s',
    async (_name, options) => {
      const first = makeHome('first');
      const { entries } = first.addChain(3);
      await first.copyAll(await first.addFolder('Disk', at('disk'), options));

      const second = makeHome('second', { guards: false });
      const id = await second.addFolder('Disk', at('disk'), options);
      const report = await second.service.scan(id).done;
      expect(report).toEqual({ found: 3, added: 3, databases: ['app'], foreign: [] });
      expect(second.store.databases.list()).toEqual([]);
      for (const entry of entries) {
        const found = second.store.backups.get(entry.id);
        const { form, parentId, chainId, chainLength, changedPages, contentSha256, sizeBytes } = entry;
        expect(found).toMatchObject({ form, parentId, chainId, chainLength, changedPages, contentSha256, sizeBytes });
        expect(found?.state).toBe('elsewhere');
        // Nobody has compared it here yet.
        expect(second.store.copies.get(entry.id, id)).toMatchObject({ state: 'copied', verifiedAt: null });
      }
      expect(
        await second.fetch(
          entries.map((entry) => entry.id),
          null,
        ),
      ).toEqual(entries.map((entry) => entry.sha256));
      expect((await second.service.verifyCopy(entries[0]?.id ?? '', id).done).verifiedAt).not.toBeNull();
      expect(second.context.scratch && readdirSync(at('second', 'scratch'))).toEqual([]);
      // What others guard is never let go here.
      await second.copyAll(id);
      expect(second.states(id)).toEqual(['copied', 'copied', 'copied']);
      expect(await second.service.scan(id).done).toEqual({ found: 3, added: 0, databases: ['app'], foreign: [] });
    },
  );

  test('what is foreign, damaged or closed is listed and left as it is', async () => {
    const first = makeHome('first');
    const [one, two] = [first.addFull('2026-11-20T02:00:00.000Z'), first.addFull('2026-11-21T02:00:00.000Z')];
    const id = await first.addFolder('Disk', at('disk'), withKey);
    await first.copyAll(id);
    const [nameOne = '', nameTwo = ''] = [one, two].map((entry) => first.store.copies.get(entry.id, id)?.remoteName);
    // Cut off, its manifest whole; and one whose manifest is gone is still told by itself.
    renameSync(at('disk', nameOne), at('cut'));
    const whole = readFileSync(at('cut'));
    writeFileSync(at('disk', nameOne), whole.subarray(0, 700));
    rmSync(at('disk', nameTwo.replace(/age$/, 'manifest.age')));
    writeFileSync(at('disk', 'holiday.jpg'), 'a picture');
    const before = filesBelow(at('disk')).map((name) => [name, sha256(readFileSync(at('disk', name)))]);

    const second = makeHome('second', { guards: false });
    const seen = await second.addFolder('Disk', at('disk'), withKey);
    const report = await second.service.scan(seen).done;
    expect(report).toMatchObject({ found: 2, added: 1 });
    expect(report.foreign.toSorted((a, b) => (a.file < b.file ? -1 : 1))).toEqual([
      { file: nameOne, reason: 'damaged' },
      { file: 'holiday.jpg', reason: 'foreign' },
    ]);
    const third = makeHome('third', { guards: false });
    const closed = await third.addFolder('Disk', at('disk'), {
      ...withPassphrase,
      secrets: { passphrase: 'another one' },
    });
    expect((await third.service.scan(closed).done).foreign.filter(({ reason }) => reason === 'not-opened').length).toBe(
      2,
    );
    expect(third.store.backups.count()).toBe(0);
    expect(filesBelow(at('disk')).map((name) => [name, sha256(readFileSync(at('disk', name)))])).toEqual(before);
  });

  test('a copy that was read and found damaged is none again before it was read whole', async () => {
    const home = makeHome();
    const entry = home.addFull('2026-11-20T02:00:00.000Z');
    const id = await home.addFolder('Disk', at('disk'), withKey);
    await home.copyAll(id);
    const file = at('disk', home.store.copies.get(entry.id, id)?.remoteName ?? '');
    const whole = readFileSync(file);
    home.store.backups.setState(entry.id, 'elsewhere');
    flipBit(file);
    expect((await home.service.verifyCopy(entry.id, id).done).state).toBe('damaged');
    await home.service.idle();
    await home.service.scan(id).done;
    expect(home.states(id)).toEqual(['damaged']);
    writeFileSync(file, whole);
    expect(await home.service.verifyCopy(entry.id, id).done).toMatchObject({ state: 'copied', error: null });
  });

  test('two homes copy into one destination, and neither lets go of what the other has there', async () => {
    const retention = { incremental: 0, daily: 1, weekly: 0, monthly: 0 };
    const first = makeHome('first');
    const theirs = [first.addFull('2026-11-18T02:00:00.000Z'), first.addFull('2026-11-19T02:00:00.000Z')];
    await first.copyAll(await first.addFolder('Disk', at('disk')));
    const second = makeHome('second', { databaseId: 'database-web' });
    const id = await second.addFolder('Disk', at('disk'), { retention });
    for (const day of ['20', '21']) second.addFull(`2026-11-${day}T02:00:00.000Z`, 'daily', 'web');
    expect((await second.service.scan(id).done).added).toBe(2);
    await second.copyAll(id);
    const files = filesBelow(at('disk'));
    expect(files.filter((name) => name.startsWith('app/')).length).toBe(theirs.length);
    expect(files.filter((name) => name.startsWith('web/')).map((name) => name.includes('20261121'))).toEqual([true]);
    expect(second.store.databases.list().map(({ id: database }) => database)).toEqual(['database-web']);
  });

  test('when one destination has a damaged copy another one serves', async () => {
    const home = makeHome();
    const entry = home.addFull('2026-11-20T02:00:00.000Z');
    const [one, two] = [await home.addFolder('One', at('one'), withKey), await home.addFolder('Two', at('two'))];
    await home.copyAll(one, two);
    home.store.backups.setState(entry.id, 'elsewhere');
    flipBit(at('one', home.store.copies.get(entry.id, one)?.remoteName ?? ''));
    // What was compared is asked first.
    home.store.copies.update(entry.id, two, { verifiedAt: null });
    expect(await home.fetch([entry.id], null)).toEqual([entry.sha256]);
    expect(home.store.copies.get(entry.id, one)?.state).toBe('damaged');
    expect(await codeOf(home.fetch([entry.id], one))).toBe('BACKUP_FILE_MISSING');
    flipBit(at('two', home.store.copies.get(entry.id, two)?.remoteName ?? ''));
    expect(await codeOf(home.fetch([entry.id], null))).toBe('COPY_DAMAGED');
    expect(home.store.copies.of(entry.id).map(({ state }) => state)).toEqual(['damaged', 'damaged']);
  });

  test('after a new passphrase old copies open with the old one only', async () => {
    const home = makeHome();
    const old = home.addFull('2026-11-20T02:00:00.000Z');
    // Set up without a trial: each use of a passphrase takes time on purpose.
    await home.service.tryDestination(folderInput('Disk', at('disk')));
    const { id } = await home.service.saveDestination(folderInput('Disk', at('disk'), withPassphrase));
    await home.copyAll(id);
    const input = folderInput('Disk', at('disk'), { ...withPassphrase, id });
    await home.service.saveDestination({ ...input, secrets: { passphrase: 'the new one of 2027' } });
    const fresh = home.addFull('2026-11-21T02:00:00.000Z');
    await home.copyAll(id);
    expect(await home.fetch([fresh.id], id)).toEqual([fresh.sha256]);
    const error = await errorOf(home.fetch([old.id], id));
    expect([error.code, error.params.path]).toEqual([
      'PASSPHRASE_WRONG',
      home.store.copies.get(old.id, id)?.remoteName,
    ]);
    openWithPassphrase(at('disk', String(error.params.path)), at('opened'), PASSPHRASE);
    expect(sha256(readFileSync(at('opened')))).toBe(old.sha256);
    // Its bytes are still those that were copied.
    expect((await home.service.verifyCopy(old.id, id).done).state).toBe('copied');
  });
});

describe('destinations are set up', () => {
  test('a new folder gets a marker; one with a marker is taken as it is; one with other files is refused', async () => {
    const home = makeHome();
    const trial = await home.service.tryDestination(folderInput('Disk', at('new', 'deep'), withKey));
    expect(trial).toMatchObject({ hostKey: null, copiesFound: 0 });
    expect(trial.freeBytes).toBeGreaterThan(0);
    const marker = readFileSync(at('new', 'deep', '.holdfast-destination.json'), 'utf8');
    expect(filesBelow(at('new', 'deep'))).toEqual([]);
    await home.service.tryDestination(folderInput('Disk', at('new', 'deep')));
    expect(readFileSync(at('new', 'deep', '.holdfast-destination.json'), 'utf8')).toBe(marker);
    const error = await errorOf(home.service.tryDestination(folderInput('Disk', at('new'))));
    expect([error.code, error.params.reason]).toEqual([
      'DESTINATION_UNUSABLE',
      'the folder holds other files; choose an empty one, or a new one in it',
    ]);
  });

  test('what is missing or does not fit is refused by name, and nothing is saved', async () => {
    const home = makeHome();
    const reasonOf = async (input: ReturnType<typeof folderInput>) =>
      (await errorOf(home.service.saveDestination(input))).params.setting;
    expect(await reasonOf(folderInput('Disk', 'relative/path'))).toBe('path');
    expect(await reasonOf(folderInput('Disk', at('disk'), { encryption: { mode: 'passphrase' } }))).toBe('passphrase');
    const noKey = {
      encryption: { mode: 'passphrase' as const },
      secrets: { passphrase: PASSPHRASE, identity: 'none' },
    };
    expect(await reasonOf(folderInput('Disk', at('disk'), noKey))).toBe('identity');
    await home.service.saveDestination(folderInput('Disk', at('disk')));
    expect(await reasonOf(folderInput('disk', at('other')))).toBe('name');
    expect(await codeOf(home.service.saveDestination(folderInput('Disk', at('disk'), { id: 'none' })))).toBe(
      'ITEM_UNKNOWN',
    );
    expect(home.service.destinations().length).toBe(1);
  });

  test('secrets stay until they are replaced or removed, and are never told', async () => {
    const home = makeHome();
    const { id } = await home.service.saveDestination(folderInput('Disk', at('disk'), withPassphrase));
    await home.service.saveDestination(folderInput('Disk', at('disk'), { encryption: { mode: 'passphrase' }, id }));
    expect(home.vault.get(`destination:${id}:passphrase`)).toBe(PASSPHRASE);
    expect(JSON.stringify(home.service.destinations())).not.toContain(PASSPHRASE);
    expect(home.service.destinations()[0]?.secrets.passphrase).toBe(true);
    const none = { encryption: { mode: 'passphrase' as const }, secrets: { passphrase: null }, id };
    expect(await codeOf(home.service.saveDestination(folderInput('Disk', at('disk'), none)))).toBe('SETTING_INVALID');
    home.service.removeDestination(id);
    expect(home.vault.has(`destination:${id}:passphrase`)).toBe(false);
  });

  test('at another path nothing counts as copied before it was looked at', async () => {
    const home = makeHome();
    const [moved, left] = [home.addFull('2026-11-20T02:00:00.000Z'), home.addFull('2026-11-21T02:00:00.000Z')];
    const id = await home.addFolder('Disk', at('disk'));
    await home.copyAll(id);
    home.service.removeDestination(await home.addFolder('Other', at('other')));
    mkdirSync(at('other', 'app'));
    const name = home.store.copies.get(moved.id, id)?.remoteName ?? '';
    renameSync(at('disk', name), at('other', name));
    await home.service.saveDestination(folderInput('Disk', at('other'), { id }));
    expect(home.store.copies.at(id).map(({ verifiedAt }) => verifiedAt)).toEqual([null, null]);
    await home.copyAll(id);
    expect(filesBelow(at('other')).length).toBe(2);
    expect(home.states(id)).toEqual(['copied', 'copied']);
    expect(home.store.copies.get(left.id, id)?.verifiedAt).not.toBeNull();
  });

  test('a destination that is removed keeps its files, and what was only there is forgotten', async () => {
    const home = makeHome();
    const [here, there] = [home.addFull('2026-11-20T02:00:00.000Z'), home.addFull('2026-11-21T02:00:00.000Z')];
    const id = await home.addFolder('Disk', at('disk'));
    await home.copyAll(id);
    home.store.backups.setState(there.id, 'elsewhere');
    home.service.removeDestination(id);
    expect(home.store.backups.list().map((entry) => entry.id)).toEqual([here.id]);
    expect(filesBelow(at('disk')).length).toBe(2);
    // Set up again, it is known again, without being sent again.
    const again = await home.addFolder('Disk', at('disk'), { retention: KEEP_ALL });
    await home.copyAll(again);
    expect(home.store.copies.get(here.id, again)).toMatchObject({ state: 'copied' });
    expect(filesBelow(at('disk')).length).toBe(2);
  });
});
