/** What is wrong in itself is found also where every hash is right: such a file was written wrong. */
import { describe, expect, it } from 'vitest';
import {
  encodeLogHeader,
  encodeTransaction,
  LOG_HEADER_BYTES,
  recordBytes,
} from '../../../electron/continuous/log-format';
import { LogReader, type WholeTransaction } from '../../../electron/continuous/log-reader';
import { codeOf, errorOf } from '../../helpers/engine';

const SIZE = 512;
const page = (number: number, fill = number) => ({ number, content: Buffer.alloc(SIZE, fill) });

/** A file of transactions that are numbered as said, each with the hash that it must have. */
function fileOf(records: { number: number; pages: { number: number; content: Buffer }[]; after?: number }[]): Buffer {
  const header = { pageSizeBytes: SIZE, segment: 1, transactionsBefore: 4, generationId: 'g' };
  const pieces = [encodeLogHeader({ ...header, previousHash: Buffer.alloc(32, 9) })];
  let hash: Buffer = Buffer.alloc(32, 9);
  for (const { number, pages, after = 100 } of records) {
    const encoded = encodeTransaction({ number, pageCountAfter: after, fromMs: 1, untilMs: 2 }, pages, hash);
    pieces.push(...encoded.pieces);
    hash = encoded.hash;
  }
  return Buffer.concat(pieces);
}

async function read(bytes: Buffer, pieceBytes = bytes.length, contentBytes = bytes.length) {
  const image = Buffer.alloc(100 * SIZE);
  const whole: WholeTransaction[] = [];
  const expected = { file: '/log', generationId: 'g', segment: 1, pageSizeBytes: SIZE, after: null, contentBytes };
  const reader = new LogReader(expected, {
    begins: () => true,
    write: async (piece, at) => void piece.copy(image, at),
    ends: (transaction) => void whole.push(transaction),
  });
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    // The buffer is used again, as by who reads a file.
    const piece = Buffer.from(bytes.subarray(at, at + pieceBytes));
    await reader.push(piece);
    piece.fill(0xee);
  }
  reader.finish();
  return { image, whole };
}

describe('LogReader', () => {
  it('gives the same however the content is cut', async () => {
    const file = fileOf([
      { number: 5, pages: [page(1), page(2), page(3), page(7), page(8)] },
      { number: 6, pages: [page(2, 99)] },
    ]);
    const { image, whole } = await read(file);
    expect(whole.map(({ number, endAt }) => [number, endAt])).toEqual([
      [5, LOG_HEADER_BYTES + recordBytes(5, SIZE)],
      [6, file.length],
    ]);
    expect([1, 2, 3, 4, 7, 8].map((number) => image[(number - 1) * SIZE])).toEqual([1, 99, 3, 0, 7, 8]);
    for (const pieceBytes of [1, 7, 40, 511, 513, 1500]) {
      expect((await read(file, pieceBytes)).image.equals(image), `${pieceBytes}`).toBe(true);
    }
  });

  it('leaves pages out that the transaction itself cut off', async () => {
    const { image } = await read(fileOf([{ number: 5, after: 3, pages: [page(2), page(3), page(4), page(9)] }]), 300);
    expect([2, 3, 4, 9].map((number) => image[(number - 1) * SIZE])).toEqual([2, 3, 0, 0]);
  });

  it.each([
    ['a number left out', fileOf([{ number: 6, pages: [page(1)] }])],
    [
      'a number twice',
      fileOf([
        { number: 5, pages: [page(1)] },
        { number: 5, pages: [page(1)] },
      ]),
    ],
    ['a page twice', fileOf([{ number: 5, pages: [page(2), page(2)] }])],
    ['pages out of order', fileOf([{ number: 5, pages: [page(3), page(2)] }])],
    ['page 0', fileOf([{ number: 5, pages: [page(0), page(2)] }])],
    ['no page', fileOf([{ number: 5, pages: [] }])],
    ['an end inside', fileOf([{ number: 5, pages: [page(1)] }]).subarray(0, -1)],
    ['something behind', Buffer.concat([fileOf([{ number: 5, pages: [page(1)] }]), Buffer.from('x')])],
  ])('refuses %s', async (_what, file) => {
    expect(await codeOf(read(file))).toBe('LOG_DAMAGED');
  });

  it('refuses what promises more than the file is long before it makes room for it', async () => {
    const file = fileOf([{ number: 5, pages: [page(1)] }]);
    file.writeUInt32LE(0xffff_0000, LOG_HEADER_BYTES + 4);
    expect((await errorOf(read(file.subarray(0, LOG_HEADER_BYTES + 44)))).detail).toContain('longer than the file');
  });
});
