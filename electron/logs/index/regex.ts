/** Regular expressions over the texts of a block. They may take for ever: they run on a thread that can be ended. */

/** What may see or run beyond the end of a line, and so beyond the entry. */
const BEYOND_LINES = /\\[sWDPnrvfcxu]|\[\^|\(\?/;

/** Places of the entries that the expression matches, ascending. `text` and `starts`: see `BlockColumns`. */
export function matchRegex(regex: RegExp, text: Uint8Array, starts: Uint32Array): Uint16Array {
  const bytes = Buffer.from(text.buffer, text.byteOffset, text.byteLength);
  if (!isAscii(bytes)) return eachByItself(starts, (from, end) => regex.test(bytes.toString('utf8', from, end)));
  const whole = bytes.toString('latin1');
  if (!BEYOND_LINES.test(regex.source)) return allAtOnce(regex, whole, starts);
  return eachByItself(starts, (from, end) => regex.test(whole.slice(from, end)));
}

function eachByItself(starts: Uint32Array, test: (from: number, end: number) => boolean): Uint16Array {
  const count = starts.length - 1;
  const found = new Uint16Array(count);
  let size = 0;
  for (let place = 0; place < count; place++) {
    if (test(starts[place] ?? 0, (starts[place + 1] ?? 0) - 1)) found[size++] = place;
  }
  return found.subarray(0, size);
}

/** Most entries are passed without a call for each of them. */
function allAtOnce(regex: RegExp, whole: string, starts: Uint32Array): Uint16Array {
  const count = starts.length - 1;
  const found = new Uint16Array(count);
  const global = new RegExp(regex.source, `${regex.flags}g`);
  let size = 0;
  for (let place = 0; place < count; place++) {
    global.lastIndex = starts[place] ?? 0;
    const match = global.exec(whole);
    if (!match) break;
    while (place < count && (starts[place + 1] ?? 0) <= match.index) place++;
    if (place === count) break;
    const end = (starts[place + 1] ?? 0) - 1;
    // A match that goes on into the next entry may be one without that, or none.
    if (match.index + match[0].length <= end || regex.test(whole.slice(starts[place], end))) found[size++] = place;
  }
  return found.subarray(0, size);
}

const isAscii = (bytes: Buffer): boolean => {
  for (let at = 0; at < bytes.length; at++) if ((bytes[at] ?? 0) > 127) return false;
  return true;
};
