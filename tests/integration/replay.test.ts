/** A base and the log give the database back as it was after every single transaction, or say which file is not right. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { rebuildMoment } from '../../electron/continuous/rebuild';
import type { LogReplay } from '../../electron/continuous/types';
import { placeCopy } from '../../electron/restore/place';
import { stageImage } from '../../electron/restore/stage';
import { HERE } from '../helpers/backups';
import { chainOf, type MadeLink, sha256, writeChain } from '../helpers/chains';
import { flipBit } from '../helpers/damage';
import { ask, integrityOf } from '../helpers/databases';
import { codeOf, errorOf } from '../helpers/engine';
import { GENERATION, LoggedDatabase, type MadeSegment, sealLog, untilOf, writeLog } from '../helpers/logs';

let folder: string;
let target: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-replay-'));
  target = join(folder, 'image');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const CREATE = `CREATE TABLE item (id INTEGER PRIMARY KEY, text TEXT); CREATE INDEX item_text ON item (text);
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600)
  INSERT INTO item SELECT i, hex(randomblob(60)) FROM n`;
const GROW = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
  INSERT INTO item (text) SELECT hex(randomblob(80)) FROM n`;
const touch = (id: number) => `UPDATE item SET text = 'touched ${id}' WHERE id = ${id}`;
/** Every kind of change, after every other. */
const STEPS = [
  ...[touch(42), GROW, 'DELETE FROM item WHERE id % 2', 'VACUUM', touch(44), GROW, 'CREATE TABLE more (x)'],
  ...['INSERT INTO more VALUES (zeroblob(200000))', 'PRAGMA user_version = 7', GROW, 'DROP TABLE more', 'VACUUM', GROW],
];

interface Scene {
  database: LoggedDatabase;
  /** The full backup of the image before the first transaction. */
  base: readonly MadeLink[];
  segments: MadeSegment[];
}

function scene(pageSizeBytes: number, perSegment: readonly number[], steps = STEPS, pragmas: string[] = []): Scene {
  const database = new LoggedDatabase(join(folder, `live-${pageSizeBytes}.db`), pageSizeBytes, CREATE, pragmas);
  for (const step of steps) database.commit(step);
  database.close();
  const base = writeChain(folder, [database.before]);
  return { database, base, segments: writeLog(join(folder, 'log'), pageSizeBytes, database.transactions, perSegment) };
}

const replayOf = (segments: readonly MadeSegment[], upTo: number, more: Partial<LogReplay> = {}): LogReplay => {
  const { replayFrom = 0 } = more;
  const needed = segments.filter(({ first, last }) => last > replayFrom && first <= upTo);
  return {
    generationId: GENERATION,
    files: needed.map(({ log }) => log),
    replayFrom,
    usableFrom: replayFrom,
    upTo,
    upToMs: null,
    ...more,
  };
};

function rebuild(links: readonly MadeLink[], replay: LogReplay) {
  rmSync(target, { force: true });
  return rebuildMoment({ type: 'log', chain: chainOf(links), replay }, target, HERE);
}

const imageOf = ({ database }: Scene, number: number): Buffer =>
  number === 0 ? database.before : (database.transactions[number - 1]?.image ?? Buffer.alloc(0));

describe('a base and the log', () => {
  it.each([
    [512, 'none'],
    [4096, 'full'],
    [4096, 'incremental'],
    [65_536, 'none'],
  ])('give the database after each transaction, with pages of %i bytes and auto_vacuum %s', async (size, vacuum) => {
    const made = scene(size, [1, 4, 3], STEPS, [`auto_vacuum = ${vacuum}`]);
    const sizes = made.database.transactions.map(({ pageCountAfter }) => pageCountAfter);
    expect(sizes.some((pages, index) => pages < (sizes[index - 1] ?? 0))).toBe(true);
    for (let number = 0; number <= STEPS.length; number++) {
      const moment = await rebuild(made.base, replayOf(made.segments, number));
      expect(moment.proved).toBe(true);
      expect(moment.replayed.transaction).toBe(number);
      expect(readFileSync(target).equals(imageOf(made, number)), `transaction ${number}`).toBe(true);
    }
  });

  it('give the same where the base lies anywhere between its two marks', async () => {
    const made = scene(4096, [2, 2, 2, 2, 2]);
    // The snapshot was pinned after each of the transactions from 3 to 9; nothing but the marks is known.
    for (let pinned = 3; pinned <= 9; pinned++) {
      const base = writeChain(join(folder, `base-${pinned}`), [imageOf(made, pinned)]);
      for (const upTo of [9, 10, 13]) {
        await rebuild(base, replayOf(made.segments, upTo, { replayFrom: 3, usableFrom: 9 }));
        expect(readFileSync(target).equals(imageOf(made, upTo)), `${pinned} to ${upTo}`).toBe(true);
      }
    }
  });

  it('replay on a chain of changed pages, and say what was checked', async () => {
    const made = scene(4096, [5, 5]);
    const links = writeChain(join(folder, 'chain'), [made.database.before, imageOf(made, 2), imageOf(made, 6)]);
    const moment = await rebuild(links, replayOf(made.segments, 12, { replayFrom: 6 }));
    expect(readFileSync(target).equals(imageOf(made, 12))).toBe(true);
    expect(moment.replayed).toEqual({ transaction: 12, fromMs: untilOf(11), untilMs: untilOf(12), replayed: 6 });
    expect(moment.checks.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
      ...['chain ok', 'file-size ok', 'file-sha256 ok', 'gzip-stream ok', 'content-size ok', 'content-sha256 ok'],
      ...['log ok', 'opens ok', 'integrity-check ok', 'foreign-key-check ok'],
    ]);
  });

  it('end before the first transaction that was not committed at the moment that is wanted', async () => {
    const made = scene(4096, [3, 3, 3]);
    const at = async (upToMs: number, upTo: number) => {
      const { replayed } = await rebuild(made.base, replayOf(made.segments, upTo, { upToMs }));
      expect(readFileSync(target).equals(imageOf(made, replayed.transaction))).toBe(true);
      return replayed.transaction;
    };
    expect(await at(untilOf(5), 6)).toBe(5);
    expect(await at(untilOf(5) - 1, 6)).toBe(4);
    // None of the last file.
    expect(await at(untilOf(4) - 1, 6)).toBe(3);
    // In the one that is still written.
    expect(await at(untilOf(11) + 1, 13)).toBe(11);
    expect(await at(untilOf(99), 13)).toBe(13);
  });

  it('refuse a moment before the base is usable', async () => {
    const made = scene(4096, [3, 3, 3]);
    const replay = replayOf(made.segments, 6, { replayFrom: 2, usableFrom: 5, upToMs: untilOf(4) });
    expect(await codeOf(rebuild(made.base, replay))).toBe('MOMENT_NOT_COVERED');
  });

  it('are a source of a restore like any other: fitted to the live database, and checked each time', async () => {
    const made = scene(4096, [5, 5]);
    const source = { type: 'log', chain: chainOf(made.base), replay: replayOf(made.segments, 13) } as const;
    const live = join(folder, 'rollback.db');
    new LoggedDatabase(live, 4096, CREATE, []).close();
    const staged = await stageImage(source, target, live, HERE);
    expect(staged.replayed?.transaction).toBe(13);
    expect(integrityOf(target)).toBe('ok');
    const copy = join(folder, 'copy.db');
    const place = { temporary: join(folder, '.copy'), scratchFile: join(folder, 'scratch.db'), overwrite: false };
    await placeCopy(source, copy, place, HERE);
    expect(readFileSync(copy).equals(imageOf(made, 13))).toBe(true);
    expect(ask(copy, 'PRAGMA user_version')).toBe(7);
  });

  it('that hold a damaged database faithfully are not called proved', async () => {
    const made = scene(4096, []);
    const check = async () => ({
      ...{ faults: ['row 3 missing from index item_text'], foreignKeyViolations: 0 },
      ...{ foreignKeyExamples: [], incomplete: null },
    });
    const source = { type: 'log', chain: chainOf(made.base), replay: replayOf(made.segments, 3) } as const;
    expect((await rebuildMoment(source, target, { ...HERE, check })).proved).toBe(false);
    rmSync(target);
    const error = await errorOf(stageImage(source, target, null, { ...HERE, check }));
    expect(error).toMatchObject({ code: 'BACKUP_FILE_DAMAGED', params: { step: 'integrity-check' } });
  });
});

describe('a file that is still written', () => {
  it('gives its whole transactions wherever it is torn', async () => {
    const made = scene(4096, [2], STEPS.slice(0, 4));
    const open = made.segments[1];
    if (!open) throw new Error('no open segment');
    const { size } = statSync(open.file);
    const cuts = [1, 31, 33, 4096, 5000, 100_000, size - 97].map((lost) => size - lost);
    const found: number[] = [];
    for (const length of cuts) {
      writeFileSync(open.file, open.bytes.subarray(0, length));
      const log = { ...open.log, through: 2 };
      const files = [...made.segments.slice(0, 1).map(({ log: sealed }) => sealed), log];
      const replay = replayOf(made.segments, 4, { files, upToMs: untilOf(9) });
      const { replayed } = await rebuild(made.base, replay);
      found.push(replayed.transaction);
      expect(readFileSync(target).equals(imageOf(made, replayed.transaction))).toBe(true);
      // What is known to be in it, and is not, is damage; so is a number that is asked for.
      expect(await codeOf(rebuild(made.base, { ...replay, files: [...files.slice(0, 1), open.log] }))).toBe(
        'LOG_DAMAGED',
      );
      expect(await codeOf(rebuild(made.base, { ...replay, upToMs: null }))).toBe('LOG_DAMAGED');
    }
    expect(Math.max(...found)).toBe(3);
    expect(Math.min(...found)).toBe(2);
  });

  it('does not grow the image by what is torn behind it', async () => {
    const made = scene(4096, [], STEPS.slice(0, 3));
    const open = made.segments[0];
    if (!open) throw new Error('no open segment');
    writeFileSync(open.file, Buffer.concat([open.bytes, open.bytes.subarray(96, 9000)]));
    await rebuild(made.base, replayOf(made.segments, 3));
    expect(readFileSync(target).equals(imageOf(made, 3))).toBe(true);
  });

  it('that was sealed since it was listed is read as it is now', async () => {
    const made = scene(4096, [5, 8]);
    const listed = made.segments.map(({ log }) => log);
    const last = listed[1];
    if (!last) throw new Error('no segment');
    const open = { ...last, file: last.file.replace(/\.gz$/, ''), expected: null };
    await rebuild(made.base, replayOf(made.segments, 13, { files: [...listed.slice(0, 1), open] }));
    expect(readFileSync(target).equals(imageOf(made, 13))).toBe(true);
  });
});

describe('damage', () => {
  const expectDamaged = async (made: Scene, file: string, what: string, replay = replayOf(made.segments, 9)) => {
    const error = await errorOf(rebuild(made.base, replay));
    expect({ code: error.code, path: error.params['path'] }, what).toEqual({ code: 'LOG_DAMAGED', path: file });
  };

  it('of one bit in any part of a sealed file is found, whether the catalogue knows the file or not', async () => {
    const made = scene(4096, [3, 3, 3]);
    const segment = made.segments[1];
    if (!segment) throw new Error('no segment');
    const { file, bytes, manifest } = segment;
    const length = bytes.length;
    const parts = [0, 3, 5, 9, 12, 16, 20, 25, Math.floor(length / 3), Math.floor(length / 2), length - 1, length - 15];
    for (const text of [
      manifest?.generationId,
      manifest?.contentSha256,
      manifest?.lastHash,
      manifest?.database.path,
      'untilAt',
    ]) {
      parts.push(bytes.lastIndexOf(text ?? '') + 2);
    }
    // Listed while it was still written, and sealed since: only the file itself says what it must be.
    const open = { ...segment.log, file: file.replace(/\.gz$/, ''), expected: null };
    const unknown = replayOf(made.segments.slice(0, 2), 6, {
      files: [...made.segments.slice(0, 1).map(({ log }) => log), open],
    });
    for (const at of parts) {
      flipBit(file, at);
      await expectDamaged(made, file, `byte ${at} of ${length}`);
      await expectDamaged(made, file, `byte ${at} of ${length}, unknown`, unknown);
      writeFileSync(file, bytes);
    }
    expect((await rebuild(made.base, unknown)).proved).toBe(true);
    expect((await rebuild(made.base, replayOf(made.segments, 9))).proved).toBe(true);
  });

  it('of one bit in any part of the file that is still written is found', async () => {
    const made = scene(4096, [3], STEPS.slice(0, 6));
    const open = made.segments[1];
    if (!open) throw new Error('no segment');
    const second = open.bytes.indexOf('TXN\n', 200);
    const record = (from: number) => [0, 4, 8, 12, 16, 24, 32, 40, 44, 300].map((byte) => from + byte);
    const header = [0, 16, 20, 24, 32, 40, 64, 95];
    const parts = [...header, ...record(96), ...record(second), open.bytes.length - 1, open.bytes.length - 40];
    const survived: number[] = [];
    for (const at of parts) {
      flipBit(open.file, at);
      const replay = replayOf(made.segments, 6);
      for (const one of [replay, { ...replay, upToMs: untilOf(9) }]) {
        const code = await codeOf(rebuild(made.base, one)).catch(() => 'none');
        if (code !== 'LOG_DAMAGED') survived.push(at);
      }
      writeFileSync(open.file, open.bytes);
    }
    expect(survived).toEqual([]);
  });

  it('of a file that is gone, cut short, or that is another one is found', async () => {
    const made = scene(4096, [3, 3, 3]);
    const [one, two, three] = made.segments;
    if (!one || !two || !three) throw new Error('no segments');
    rmSync(two.file);
    await expectDamaged(made, two.file, 'gone');
    copyFileSync(three.file, two.file);
    await expectDamaged(made, two.file, 'the next one in its place');
    writeFileSync(two.file, two.bytes);
    truncateSync(two.file, two.bytes.length - 1);
    await expectDamaged(made, two.file, 'cut short');
    const otherId = '20261121T020000Z-0000bb';
    const { transactions } = made.database;
    const other = writeLog(join(folder, 'other'), 4096, transactions, [3, 3, 3], { generationId: otherId });
    copyFileSync(other[1]?.file ?? '', two.file);
    await expectDamaged(made, two.file, 'of another generation');
    writeFileSync(two.file, 'not a log');
    await expectDamaged(made, two.file, 'foreign');
  });

  it('of a whole file of another log with the same numbers is found by the chain of hashes alone', async () => {
    const made = scene(4096, [3, 3, 3]);
    const first = made.database.transactions[0];
    if (!first) throw new Error('no transaction');
    // The same generation and numbers, another first transaction.
    const changed = [{ ...first, pages: first.pages.slice(0, 1) }, ...made.database.transactions.slice(1)];
    const other = writeLog(join(folder, 'other'), 4096, changed, [3, 3, 3]);
    const [, theirs] = other;
    const files = made.segments.slice(0, 3).map(({ log }, index) => (index === 1 ? (theirs?.log ?? log) : log));
    await expectDamaged(made, theirs?.file ?? '', 'another log', replayOf(made.segments, 9, { files }));
  });

  it.each([
    ['a transaction twice', (content: Buffer) => Buffer.concat([content, content.subarray(96)])],
    ['a transaction less', (content: Buffer) => content.subarray(0, content.indexOf('TXN\n', 200))],
    ['a byte more', (content: Buffer) => Buffer.concat([content, Buffer.alloc(1)])],
    ['another page size', (content: Buffer) => patched(content, 16, 8192)],
    ['another number of pages', (content: Buffer) => patched(content, 100, 0xffff_fff0)],
    ['pages out of order', (content: Buffer) => patched(content, 136, 9999)],
  ])('that was sealed is found: %s', async (what, forge) => {
    const made = scene(4096, [3, 3, 3]);
    const { transactions } = made.database;
    const forged = writeLog(join(folder, 'forged'), 4096, transactions, [3, 3, 3], {
      forge: (content, segment) => (segment === 2 ? forge(content) : content),
    });
    await expectDamaged(made, forged[1]?.file ?? '', what, replayOf(forged, 9));
  });

  it.each([
    ['another hash of its content', { contentSha256: '0'.repeat(64) }],
    ['another number of the segment', { segment: 3 }],
    ['another generation', { generationId: '20261121T020000Z-0000bb' }],
    ['another page size', { pageSizeBytes: 512 }],
    ['a later last transaction', { lastTransaction: 7 }],
  ])('of the manifest is found, though the seal matches: %s', async (what, change) => {
    const made = scene(4096, [3, 3, 3], STEPS.slice(0, 10));
    const two = made.segments[1];
    if (!two?.manifest) throw new Error('no segment');
    const bytes = sealLog(two.content, { ...two.manifest, ...change });
    writeFileSync(two.file, bytes);
    const expected = { sizeBytes: bytes.length, sha256: sha256(bytes) };
    const files = made.segments.slice(0, 3).map(({ log }, index) => (index === 1 ? { ...log, expected } : log));
    await expectDamaged(made, two.file, what, replayOf(made.segments, 9, { files }));
  });

  it('of a file of its chain is told as that, and named', async () => {
    const made = scene(4096, [3, 3, 3]);
    const links = writeChain(join(folder, 'chain'), [made.database.before, imageOf(made, 2)]);
    const first = links[0];
    if (!first) throw new Error('no base');
    flipBit(first.file, Math.floor(first.bytes.length / 2));
    expect(await errorOf(rebuild(links, replayOf(made.segments, 9, { replayFrom: 2 })))).toMatchObject({
      ...{ code: 'BACKUP_FILE_DAMAGED', params: { path: first.file } },
    });
  });

  it('of the restore point that it builds on is told as that', async () => {
    const made = scene(4096, [3, 3, 3]);
    const base = made.base[0];
    if (!base) throw new Error('no base');
    flipBit(base.file, Math.floor(base.bytes.length / 2));
    expect(await errorOf(rebuild(made.base, replayOf(made.segments, 9)))).toMatchObject({
      ...{ code: 'BACKUP_FILE_DAMAGED', params: { path: base.file } },
    });
    rmSync(base.file);
    expect(await codeOf(rebuild(made.base, replayOf(made.segments, 9)))).toBe('BACKUP_FILE_MISSING');
  });

  it('a log that begins after the base is refused', async () => {
    const made = scene(4096, [3, 3, 3]);
    const replay = replayOf(made.segments, 9, { files: made.segments.slice(1, 3).map(({ log }) => log) });
    await expectDamaged(made, made.segments[1]?.file ?? '', 'a gap', replay);
  });
});

function patched(content: Buffer, at: number, value: number): Buffer {
  const bytes = Buffer.from(content);
  bytes.writeUInt32LE(value, at);
  return bytes;
}
