/** Several files dropped at once, files of other databases, and which restores can be undone. */
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FileComparison, FileInspection, RestoreRecord } from '@shared/models';
import { startTexts, currentTexts } from '@/i18n';
import { otherThanFile } from '@/restore/belonging';
import { belongingWords } from '@/restore/DroppedFile';
import {
  addDropped,
  checkAgain,
  closeDropped,
  droppedFiles,
  leaveOut,
  MOST_FILES,
  restoreDropped,
} from '@/restore/dropped';
import { closeRestore, confirmOther, chooseTarget, restoreFlow } from '@/restore/flow';
import { comparisonLines } from '@/restore/OtherDatabaseBox';
import { listRestores } from '@/restore/undo';
import { appState } from '@/store';
import { Failure, fakeMain, type FakeMain } from './fake-main';

beforeAll(() => {
  vi.stubGlobal('navigator', { language: 'en-GB' });
  return startTexts('en');
});

const inspection = (file: string, change: Partial<FileInspection> = {}): FileInspection =>
  ({
    token: `token of ${file}`,
    file,
    ...{ format: 'sqlite', encrypted: false, proved: true, checks: [], contentAt: '2026-11-21T12:00:00Z' },
    ...{ takenOf: null, candidates: [], comparisons: [] },
    ...change,
  }) as FileInspection;

describe('several files', () => {
  let main: FakeMain;
  beforeEach(() => {
    appState.set({ databases: [{ database: { id: 'd', name: 'orders' } }], jobs: [] } as never);
    main = fakeMain({
      'files:inspect': ({ file, passphrase }: { file: string; passphrase?: string }) => {
        if (file.endsWith('.txt')) return new Failure('NOT_A_DATABASE', { path: file });
        if (file.endsWith('.age') && passphrase !== 'right') {
          return new Failure(passphrase === undefined ? 'PASSPHRASE_NEEDED' : 'PASSPHRASE_WRONG', { path: file });
        }
        return inspection(file, { candidates: [{ databaseId: 'd', name: 'orders', why: 'schema' }] });
      },
      'files:release': null,
      'jobs:cancel': null,
    });
  });
  afterEach(() => {
    closeRestore();
    closeDropped();
  });
  const states = () => droppedFiles.get().map(({ file, inspection: { state } }) => `${file} ${state}`);
  const settled = () =>
    vi.waitFor(() => {
      expect(states().filter((state) => / (idle|loading)$/.test(state))).toEqual([]);
    });
  const released = () => main.asked('files:release').map((one) => (one as { token: string }).token);

  it('are checked one after the other; one that cannot be used stops nobody', async () => {
    const first = main.hold('files:inspect');
    addDropped(['a', 'b.txt', 'c']);
    expect(states()).toEqual(['a loading', 'b.txt idle', 'c idle']);
    first();
    await settled();
    expect(states()).toEqual(['a ready', 'b.txt failed', 'c ready']);
    expect(main.asked('files:inspect')).toEqual([{ file: 'a' }, { file: 'b.txt' }, { file: 'c' }]);
  });

  it('are listed once, also when they come one by one, and at most so many', async () => {
    expect(addDropped(['a', 'a', 'b'])).toBe(0);
    expect(addDropped(['b', 'c'])).toBe(0);
    await settled();
    expect(states()).toEqual(['a ready', 'b ready', 'c ready']);
    expect(addDropped(Array.from({ length: MOST_FILES }, (_, index) => `${index}.txt`))).toBe(3);
    expect(droppedFiles.get()).toHaveLength(MOST_FILES);
  });

  it('what was extracted of the newest two is kept, of all others it is let go at once', async () => {
    addDropped(['a', 'b', 'c', 'd']);
    await settled();
    expect(released()).toEqual(['token of a', 'token of b']);
    expect(droppedFiles.get().map(({ held }) => held)).toEqual([false, false, true, true]);
    closeDropped();
    expect(released()).toEqual(['token of a', 'token of b', 'token of c', 'token of d']);
    expect(droppedFiles.get()).toEqual([]);
  });

  it('an encrypted one asks in its place, again when what was entered is wrong', async () => {
    addDropped(['copy.age', 'b']);
    await settled();
    expect(states()).toEqual(['copy.age failed', 'b ready']);
    checkAgain('copy.age', 'wrong');
    await settled();
    expect(droppedFiles.get()[0]?.inspection).toMatchObject({ thrown: { view: { code: 'PASSPHRASE_WRONG' } } });
    checkAgain('copy.age', 'right');
    await settled();
    expect(states()).toEqual(['copy.age ready', 'b ready']);
  });

  it('the steps take over what is kept, and check anew what was let go', async () => {
    addDropped(['a', 'b', 'c']);
    await settled();
    const [a, , c] = droppedFiles.get();
    restoreDropped(c!);
    expect(restoreFlow.get()).toMatchObject({ targetId: 'd', inspection: { state: 'ready' } });
    expect(main.asked('files:inspect')).toHaveLength(3);
    expect(droppedFiles.get().map(({ held }) => held)).toEqual([false, true, false]);
    restoreDropped(a!);
    expect(released()).toEqual(['token of a', 'token of c']);
    expect(main.asked('files:inspect')).toHaveLength(4);
  });

  it('leaving one out stops its check, and nobody else’s', async () => {
    const checking = main.hold('files:inspect');
    addDropped(['a', 'b']);
    appState.set({ jobs: [job('1', 'a'), job('2', 'elsewhere')], databases: [] } as never);
    leaveOut(droppedFiles.get()[0]!);
    expect(main.asked('jobs:cancel')).toEqual([{ jobId: '1' }]);
    checking();
    await settled();
    expect(states()).toEqual(['b ready']);
    expect(released()).toEqual(['token of a']);
  });
  const job = (id: string, subject: string) => ({ id, kind: 'inspect', subject });

  it('a database that was confirmed has to be confirmed again when another is chosen', async () => {
    addDropped(['a', 'b']);
    await settled();
    restoreDropped(droppedFiles.get()[1]!);
    confirmOther(true);
    expect(restoreFlow.get()?.confirmedOther).toBe(true);
    chooseTarget('other');
    expect(restoreFlow.get()?.confirmedOther).toBe(false);
  });
});

describe('a file of another database', () => {
  const comparison: FileComparison = {
    databaseId: 'reviews',
    applicationId: 'differs',
    tables: { shared: 1, then: 4, now: 6 },
    sameName: false,
  };
  const file = inspection('f', {
    candidates: [{ databaseId: 'orders', name: 'orders', why: 'schema' }],
    comparisons: [comparison],
  });
  const reviews = { id: 'reviews', name: 'reviews' };

  it('is none for a database that it belongs to', () => {
    expect(otherThanFile(file, { id: 'orders', name: 'orders' })).toBeNull();
  });

  it('says what it looks like, or is taken of, and what was compared', () => {
    expect(otherThanFile(file, reviews)).toEqual({ target: 'reviews', source: 'orders', named: false, comparison });
    const named = { ...file, takenOf: { name: 'sales', path: '/sales.db' } };
    expect(otherThanFile(named, reviews)).toMatchObject({ source: 'sales', named: true });
    expect(otherThanFile({ ...file, candidates: [] }, reviews)).toMatchObject({ source: null });
    expect(otherThanFile(file, { id: 'far', name: 'far' })).toMatchObject({ comparison: null });
  });

  it('in words and shapes', () => {
    const lines = (change: Partial<FileComparison>) =>
      comparisonLines({ ...comparison, ...change }, 'reviews', currentTexts());
    expect(lines({})).toEqual([
      { name: 'Application number', words: 'another one', tone: 'bad' },
      { name: 'Tables', words: '1 of 4 are in reviews too', tone: 'warn' },
      { name: 'File name', words: 'another name', tone: 'muted' },
    ]);
    expect(lines({ tables: { shared: 0, then: 1, now: 6 } })[1]).toMatchObject({ tone: 'bad' });
    expect(lines({ tables: { shared: 0, then: 1, now: null } })[1]).toMatchObject({
      words: 'the live database cannot be read',
      tone: 'muted',
    });
  });

  it('in a list: which database it belongs to, and how that is known', () => {
    const words = (change: Partial<FileInspection>) => belongingWords({ ...file, ...change }, currentTexts());
    expect(words({})).toBe('Belongs to orders: same tables');
    expect(words({ candidates: [] })).toBe('Belongs to no database that is guarded here.');
    expect(words({ candidates: [], takenOf: { name: 'sales', path: '/sales.db' } })).toMatch(/sales \(\/sales\.db\)/);
  });
});

describe('restores that can be undone', () => {
  const restore = (databaseId: string, change: Partial<RestoreRecord> = {}): RestoreRecord =>
    ({ databaseId, outcome: 'restored', undoPointId: 'u', undone: false, ...change }) as RestoreRecord;
  const undos = (records: RestoreRecord[]) => listRestores(records).map(({ undo, later }) => `${undo} ${later}`);

  it('are the newest ten of each database; what came after is undone with them', () => {
    const records = Array.from({ length: 12 }, () => restore('a'));
    expect(undos([...records.slice(0, 10), restore('b'), ...records.slice(10)])).toEqual([
      ...Array.from({ length: 10 }, (_, index) => `possible ${index}`),
      'possible 0',
      'past 10',
      'past 11',
    ]);
  });

  it('are not those that failed, were undone or replaced nothing', () => {
    expect(
      undos([
        restore('a', { outcome: 'rolled-back' }),
        restore('a', { undone: true }),
        restore('a', { undoPointId: null }),
        restore('a'),
      ]),
    ).toEqual(['none 0', 'none 0', 'none 0', 'possible 1']);
  });
});
