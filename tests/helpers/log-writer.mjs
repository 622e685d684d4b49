// Writes numbered entries as Python's logging does, and rotates while it writes: `path entries each kind`.
import fs from 'node:fs';
import zlib from 'node:zlib';
import { entryText } from './log-entries.mjs';

const [path, count, each, kind] = process.argv.slice(2);
let file = fs.openSync(path, 'a');

function shift() {
  for (let number = 60; number >= 1; number -= 1) {
    for (const end of ['', '.gz']) {
      if (fs.existsSync(`${path}.${number}${end}`))
        fs.renameSync(`${path}.${number}${end}`, `${path}.${number + 1}${end}`);
    }
  }
}

/** As gzip does: beside the plain file, bit by bit, and then the plain one goes. */
function pack(name) {
  const packed = zlib.gzipSync(fs.readFileSync(name));
  const half = packed.length >> 1;
  fs.writeFileSync(`${name}.gz`, packed.subarray(0, half));
  fs.appendFileSync(`${name}.gz`, packed.subarray(half));
  fs.unlinkSync(name);
}

function rotate(late) {
  shift();
  if (kind === 'copytruncate') {
    fs.copyFileSync(path, `${path}.1`);
    fs.ftruncateSync(file, 0);
    return;
  }
  fs.renameSync(path, `${path}.1`);
  // A writer that was not told writes on to what was renamed.
  write(late);
  fs.closeSync(file);
  file = fs.openSync(path, 'a');
  if (kind === 'gzip' && fs.existsSync(`${path}.2`)) pack(`${path}.2`);
}

function write(number) {
  const bytes = Buffer.from(entryText(number));
  // Torn within a line, a character, or a traceback.
  const at = (number * 37) % bytes.length;
  fs.writeSync(file, bytes.subarray(0, at));
  fs.writeSync(file, bytes.subarray(at));
}

for (let number = 0; number < Number(count); number += 1) {
  const isTurn = number > 0 && number % Number(each) === 0;
  if (isTurn) rotate(number);
  if (!isTurn || kind === 'copytruncate') write(number);
  if (number % 50 === 49) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
}
fs.closeSync(file);
