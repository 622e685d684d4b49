/**
 * Followed logs: how long a log of a million lines with tracebacks takes to be read into the index, and what is asked of it,
 * beside `wc -l` and `grep` on the same file.
 *
 *   npm run bench -- logs [--lines 1000000] [--rounds 15]
 */
import { fork, spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildSources } from '../helpers/build-sources.mjs';

const { values } = parseArgs({
  options: { lines: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '15' } },
  allowPositionals: true,
});
const LINES = Number(values.lines);
const TIMES = Number(values.rounds);
const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-logs-'));
const file = join(folder, 'app.log');

let state = 42;
const below = (most) => {
  state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
  return (state >>> 8) % most;
};
const one = (of) => of[below(of.length)];

const TRACEBACK = [
  'Traceback (most recent call last):',
  '  File "/srv/app/payments/views.py", line 118, in confirm',
  '    charge = gateway.charge(order.total, card=card)',
  '  File "/srv/app/payments/gateway.py", line 64, in charge',
  '    raise GatewayTimeout(f"no answer after {seconds} s")',
  'payments.gateway.GatewayTimeout: no answer after 30 s',
];

/** A Python log as an application writes it; the last line has a word that no other has. */
function writeLog() {
  const target = openSync(file, 'w');
  let piece = '';
  let written = 0;
  const begin = Date.UTC(2026, 0, 1);
  while (written < LINES) {
    const at = new Date(begin + written * 80).toISOString().replace('T', ' ').replace('.', ',').slice(0, 23);
    const kind = below(100);
    if (kind < 60) {
      piece += `${at} INFO app.web: GET /api/orders/${below(1e6)} 200 in ${below(900)} ms for user ${below(50_000)} from 10.0.${below(255)}.${below(255)} request ${below(2 ** 30).toString(16)}\n`;
    } else if (kind < 80) {
      piece += `${at} DEBUG app.db: SELECT * FROM orders WHERE id = ${below(1e6)} took ${below(100)} ms, ${below(50)} rows, pool ${below(20)} of 20\n`;
    } else if (kind < 90) {
      piece += `${at} INFO app.orders: 주문 ${below(1e6)} 결제가 완료되었습니다 (금액 ${below(1e6)}원, 고객 ${below(50_000)})\n`;
    } else if (kind < 98) {
      piece += `${at} WARNING app.cache: slow answer of ${one(['redis', 'memcached'])}: ${below(3_000)} ms for key session:${below(1e6)}\n`;
    } else {
      piece += `${at} ERROR app.payments: payment of order ${below(1e6)} failed\n${TRACEBACK.join('\n')}\n`;
      written += TRACEBACK.length;
    }
    written++;
    if (piece.length > 1 << 20) {
      writeSync(target, piece);
      piece = '';
    }
  }
  writeSync(target, `${piece}2026-11-20 10:00:00,000 CRITICAL app.main: zanzibar is gone\n`);
  closeSync(target);
}

const ms = (value) => value.toFixed(value < 10 ? 1 : 0).padStart(7);
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
const sizeOf = (path) => readdirSync(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0);

/** Processor seconds of the process so far; on Linux. */
function processorSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function timed(command, args) {
  const since = performance.now();
  spawnSync(command, args, { stdio: 'ignore', env: { ...process.env, LC_ALL: 'C.UTF-8' } });
  return performance.now() - since;
}

const ANY = { sourceIds: null, levels: null, fromMs: null, toMs: null, text: null, isRegex: false, patternId: null };

const built = await buildSources('logs-bench', { logs: 'electron/workers/logs.ts' });
writeLog();
const bytes = statSync(file).size;
process.stdout.write(`${LINES} lines, ${megabytes(bytes)}\n\n`);

timed('wc', ['-l', file]);
const plain = timed('wc', ['-l', file]) + timed('grep', ['-c', 'ERROR', file]);

const child = fork(built.file('logs'), [], { serialization: 'advanced' });
const waiting = new Map();
let latest = null;
let next = 1;
child.on('message', (message) => {
  if (message.type === 'state') latest = message.sources[0];
  if (message.type === 'answer') waiting.get(message.requestId).resolve(message.value);
  if (message.type === 'refused') waiting.get(message.requestId).reject(new Error(JSON.stringify(message.error)));
});
const ask = (request) =>
  new Promise((resolve, reject) => {
    waiting.set(next, { resolve, reject });
    child.send({ type: 'request', requestId: next++, request });
  });
const index = join(folder, 'index');
mkdirSync(index);
const since = performance.now();
child.send({
  type: 'setup',
  setup: {
    ...{ folder: index, keepDays: 365, limitMegabytes: 20_000, pollMs: 1_000, regexLimitMs: 10_000 },
    sources: [{ id: 'app', config: { name: 'app', path: file, format: null, enabled: true, alertFrom: null } }],
  },
});

/** How long a small question waits while the log is read. */
const during = [];
const isRead = () => latest?.state === 'following';
while (!isRead()) {
  await new Promise((resolve) => setTimeout(resolve, 100));
  const askedAt = performance.now();
  await ask({ method: 'rows', resultId: 'none', offset: 0, limit: 1 }).catch(() => undefined);
  during.push(performance.now() - askedAt);
}
const took = performance.now() - since;
during.sort((a, b) => a - b);
process.stdout.write(
  [
    `read and indexed in    ${ms(took)} ms, ${megabytes((bytes / took) * 1_000)}/s; wc -l and grep -c: ${ms(plain)} ms (${(took / plain).toFixed(0)} times)`,
    `processor              ${processorSeconds(child.pid).toFixed(1)} s`,
    `entries                ${latest.entries}`,
    `index                  ${megabytes(sizeOf(index))}, ${(sizeOf(index) / bytes).toFixed(2)} times the log`,
    `answered while reading ${ms(during[during.length >> 1])} ms median, ${ms(during.at(-1))} ms at most`,
    '',
    `${'milliseconds'.padEnd(26)} entries  median   worst    grep`,
    '',
  ].join('\n'),
);

async function measure(name, work, grep) {
  const times = [];
  let found = 0;
  for (let turn = 0; turn < TIMES; turn++) {
    const askedAt = performance.now();
    found = await work(turn);
    times.push(performance.now() - askedAt);
  }
  times.sort((a, b) => a - b);
  const beside = grep ? ms(timed('grep', ['-c', ...grep, file])) : '';
  process.stdout.write(
    `${name.padEnd(24)} ${String(found).padStart(9)} ${ms(times[times.length >> 1])} ${ms(times.at(-1))} ${beside}\n`,
  );
}
let turns = 0;
/** Each another question: what was found last is kept for a histogram of the same. */
const search = async (query) => {
  const result = await ask({ method: 'search', query: { ...ANY, fromMs: turns++ / 1_000, ...query } });
  return result.total;
};

await measure('everything', () => search({}), ['']);
await measure('frequent word', () => search({ text: 'request' }), ['-i', 'request']);
await measure('rare word', () => search({ text: 'zanzibar' }), ['-i', 'zanzibar']);
await measure('no hit', () => search({ text: 'xylophone' }), ['-i', 'xylophone']);
await measure('two words', () => search({ text: 'user request' }), ['-iE', 'user.*request']);
await measure('level', () => search({ levels: ['ERROR'] }), ['ERROR']);
await measure('level and word', () => search({ levels: ['WARNING'], text: 'redis' }), ['-E', 'WARNING.*redis']);
await measure('two Korean syllables', () => search({ text: '결제' }), ['결제']);
await measure('one letter', () => search({ text: 'z' }), ['-i', 'z']);
await measure('number', () => search({ text: '123456' }), ['123456']);
await measure('expression', () => search({ text: 'order \\d+9 failed', isRegex: true }), [
  '-iE',
  'order [0-9]+9 failed',
]);

const { resultId, total } = await ask({ method: 'search', query: ANY });
await measure('100 rows anywhere', async () => {
  const rows = await ask({ method: 'rows', resultId, offset: below(Math.max(1, total - 100)), limit: 100 });
  return rows.length;
});
await measure('histogram', async () => {
  const { buckets } = await ask({ method: 'histogram', query: { ...ANY, fromMs: turns++ / 1_000 }, buckets: 200 });
  return buckets.length;
});
await measure('patterns', async () => {
  const patterns = await ask({ method: 'patterns', query: { ...ANY, fromMs: turns++ / 1_000 }, limit: 100 });
  return patterns.length;
});

child.kill();
rmSync(folder, { recursive: true, force: true });
await built.remove();
