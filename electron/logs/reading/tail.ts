/** Hashes of the bytes before places in content that is read piece by piece, without keeping it. */
import { holdfastError } from '../../errors/holdfast-error';
import { hashOf, TAIL_BYTES } from './content';

export class TailHashes {
  /** The last bytes that were fed. */
  #recent: Buffer;
  #end: number;
  #known = new Map<number, string>();

  /** @param before the bytes before `offset`, where the content is begun */
  constructor(before: Buffer, offset: number) {
    this.#recent = before;
    this.#end = offset;
    this.#known.set(offset, offset === 0 ? '' : hashOf(before));
  }

  /** The next bytes, and the places whose hash may be asked for from now on; those asked for before stay while they are named. */
  feed(piece: Buffer, places: readonly number[]): void {
    const window = Buffer.concat([this.#recent, piece]);
    const start = this.#end - this.#recent.length;
    this.#end += piece.length;
    const known = new Map<number, string>();
    for (const place of places) {
      const hash = this.#known.get(place) ?? hashIn(window, place - start, place);
      if (hash !== null) known.set(place, hash);
    }
    this.#known = known;
    // A little more, for a place shortly before the end.
    this.#recent = Buffer.from(window.subarray(Math.max(0, window.length - 2 * TAIL_BYTES)));
  }

  /** Hash of the bytes before a place that was named, or that is shortly before the end. */
  at(place: number): string {
    const hash = this.#known.get(place) ?? hashIn(this.#recent, place - this.#end + this.#recent.length, place);
    if (hash === null) throw holdfastError('INTERNAL', { detail: `the bytes before ${place} are not kept` });
    return hash;
  }
}

/** `at`: the place within the window; `place`: within the content. */
function hashIn(window: Buffer, at: number, place: number): string | null {
  const bytes = Math.min(TAIL_BYTES, place);
  if (at < bytes || at > window.length) return null;
  return place === 0 ? '' : hashOf(window.subarray(at - bytes, at));
}
