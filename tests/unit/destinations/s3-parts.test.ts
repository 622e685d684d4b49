/** How files are cut for S3: no file needs more than 10 000 parts, and no byte is left out. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { etagOfParts, LARGEST_BYTES, partBytesFor, partsOf, plainEtag } from '../../../electron/destinations/s3-parts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const TIB = 2 ** 40;

describe('sizes of parts', () => {
  test.each([
    [8 * MIB + 1, 8 * MIB],
    [5 * GIB, 8 * MIB],
    [10_000 * 8 * MIB, 8 * MIB],
    [10_000 * 8 * MIB + 1, 9 * MIB],
    [TIB, 105 * MIB],
    [LARGEST_BYTES, 525 * MIB],
  ])('a file of %d bytes goes in parts of %d', (sizeBytes, partBytes) => {
    expect(partBytesFor(sizeBytes)).toBe(partBytes);
  });

  test.each([1, 5 * MIB, 8 * MIB, 8 * MIB + 1, 5 * GIB, 5 * GIB + 12_345, TIB - 1, LARGEST_BYTES])(
    'parts of %d bytes: numbered from 1, side by side, all of it, at most 10 000, none but the last below 5 MiB',
    (sizeBytes) => {
      const parts = [...partsOf(sizeBytes, partBytesFor(sizeBytes))];
      expect(parts.length).toBeLessThanOrEqual(10_000);
      let end = 0;
      for (const [index, part] of parts.entries()) {
        if (part.number !== index + 1 || part.fromByte !== end)
          throw new Error(`part ${index}: ${JSON.stringify(part)}`);
        if (index < parts.length - 1 && part.sizeBytes < 5 * MIB) throw new Error(`part ${index} is too small`);
        end += part.sizeBytes;
      }
      expect(end).toBe(sizeBytes);
    },
  );

  test('an empty file is one empty part', () => {
    expect([...partsOf(0, 8 * MIB)]).toEqual([{ number: 1, fromByte: 0, sizeBytes: 0 }]);
  });
});

describe('ETags', () => {
  test('of parts: the MD5 of their MD5s, and how many', () => {
    const md5 = (text: string) => createHash('md5').update(text).digest();
    // Two parts `hello` and `world`, as `md5sum` says it of the 32 bytes of their sums.
    expect(etagOfParts([md5('hello'), md5('world')])).toBe('065947336a2f2a95ba8899f3675c3be6-2');
  });

  test('come with quotes or without', () => {
    expect(plainEtag('"ABC-2"')).toBe('abc-2');
    expect(plainEtag('abc')).toBe('abc');
    expect(plainEtag(undefined)).toBe('');
  });
});
