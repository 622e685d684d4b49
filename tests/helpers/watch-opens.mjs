/**
 * Loaded before a program (`node --import`): writes down every file that the process opens through `fs` or SQLite, as
 * lines "pid path" in the file named by HOLDFAST_TEST_OPENS. Child processes of Node inherit it.
 */
import fs from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';

const log = process.env.HOLDFAST_TEST_OPENS;
const append = fs.appendFileSync;
const note = (file) => append(log, `${process.pid} ${String(file)}\n`);

function watch(object, name) {
  const original = object[name];
  object[name] = function watched(...args) {
    // the log itself is a file that is opened
    if (typeof args[0] === 'string' && args[0] !== log) note(args[0]);
    return original.apply(this, args);
  };
}
for (const name of [
  'open',
  'openSync',
  'readFile',
  'readFileSync',
  'copyFile',
  'copyFileSync',
  'createReadStream',
  'createWriteStream',
]) {
  watch(fs, name);
}
for (const name of ['open', 'readFile', 'copyFile', 'writeFile', 'appendFile', 'truncate']) watch(fs.promises, name);
syncBuiltinESMExports();

const require = createRequire(import.meta.url);
const Database = require('better-sqlite3');
watch(Database.prototype, 'backup');
require.cache[require.resolve('better-sqlite3')].exports = new Proxy(Database, {
  construct(target, args) {
    note(args[0]);
    return Reflect.construct(target, args);
  },
});
