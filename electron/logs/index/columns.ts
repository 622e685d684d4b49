/** Columns of numbers as one piece of bytes, and back. */
import { holdfastError } from '../../errors/holdfast-error';

const KINDS = { u8: Uint8Array, u32: Uint32Array, f64: Float64Array } as const;
type Kind = keyof typeof KINDS;
export type Column = Uint8Array | Uint32Array | Float64Array;

const ALIGNMENT = 8;
const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
const kindOf = (column: Column): Kind =>
  column instanceof Float64Array ? 'f64' : column instanceof Uint32Array ? 'u32' : 'u8';

type Unpacked<K extends readonly Kind[]> = { -readonly [I in keyof K]: InstanceType<(typeof KINDS)[K[I]]> };

/** In the order in which they are given. */
export function pack(columns: readonly Column[]): Buffer {
  const head = Buffer.from(JSON.stringify(columns.map((column) => [kindOf(column), column.length])));
  const size = columns.reduce((sum, { byteLength }) => sum + aligned(byteLength), aligned(4 + head.length));
  const packed = Buffer.alloc(size);
  packed.writeUInt32LE(head.length);
  head.copy(packed, 4);
  let at = aligned(4 + head.length);
  for (const column of columns) {
    packed.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at);
    at += aligned(column.byteLength);
  }
  return packed;
}

/** @throws DATABASE_CORRUPT when it is not what `pack` made of columns of these kinds */
export function unpack<const K extends readonly Kind[]>(packed: Uint8Array, kinds: K): Unpacked<K> {
  // Copied: typed arrays of wider numbers need an aligned beginning.
  const bytes = Uint8Array.from(packed);
  try {
    const headLength = new DataView(bytes.buffer).getUint32(0, true);
    const head = JSON.parse(Buffer.from(bytes.buffer, 4, headLength).toString()) as [Kind, number][];
    let at = aligned(4 + headLength);
    const columns = kinds.map((kind, place) => {
      const [found, length] = head[place] ?? [];
      if (found !== kind || length === undefined) throw new RangeError(`column ${place} is no ${kind}`);
      const column = new KINDS[kind](bytes.buffer, at, length);
      at += aligned(column.byteLength);
      return column;
    });
    return columns as unknown as Unpacked<K>;
  } catch (thrown) {
    throw holdfastError('DATABASE_CORRUPT', { cause: thrown });
  }
}
