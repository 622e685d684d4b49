/**
 * What logging costs the main thread: 100 000 lines a second with three fields each, through Holdfast's own log, through
 * plain `console.log` to a file, through pino where it is installed (`npm install --no-save pino`), and through nothing,
 * which is what the loop itself takes. The share is time of the main thread on a processor, as the kernel
 * counts it, of the time that the lines should take.
 *
 *   npm run bench -- log [--seconds 5] [--lines-a-second 100000]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildSources } from '../helpers/build-sources.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    'lines-a-second': { type: 'string', default: '100000' },
  },
  allowPositionals: true,
});
const logged = Number(values.seconds) * Number(values['lines-a-second']);
const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
const built = await buildSources('log', {
  log: 'electron/logs/own-log.ts',
  'own-log': 'electron/workers/own-log.ts',
});

/** Lines in the files of a folder that say what was logged. */
function linesIn(target) {
  const texts = readdirSync(target).map((name) => readFileSync(join(target, name), 'latin1'));
  return texts.reduce((sum, text) => sum + text.split('A job ended').length - 1, 0);
}

async function run(subject) {
  const target = mkdtempSync(join(folder, `${subject}-`));
  const out = openSync(join(target, 'out.log'), 'w', 0o600);
  const program = join(import.meta.dirname, 'lib/log-subject.mjs');
  const args = [program, subject, target, built.folder, values.seconds, values['lines-a-second']];
  const child = spawn(process.execPath, args, { stdio: ['ignore', out, 'inherit', 'ipc'] });
  const [answer] = await Promise.race([once(child, 'message'), once(child, 'exit').then(([code]) => [{ code }])]);
  if (child.exitCode === null) await once(child, 'exit');
  closeSync(out);
  return { ...answer, lines: linesIn(target) };
}

try {
  console.log(`${values['lines-a-second']} lines/s for ${values.seconds} s, Node ${process.version}`);
  const shares = {};
  for (const subject of ['nothing', 'holdfast', 'console', 'pino']) {
    const result = await run(subject);
    if (result.share === undefined) {
      console.log(`${subject.padEnd(10)} not installed`);
      continue;
    }
    shares[subject] = result.share;
    console.log(
      `${subject.padEnd(10)} ${(result.share * 100).toFixed(2).padStart(6)} % of the main thread, longest turn ` +
        `${result.longestMs.toFixed(1)} ms, took ${result.tookSeconds.toFixed(1)} s, ${result.lines} lines in files` +
        (subject === 'holdfast' ? `, ${result.written} written + ${result.dropped} dropped` : ''),
    );
    if (subject !== 'holdfast') continue;
    const right = result.written + result.dropped === logged && result.lines === result.written;
    console.log(
      `           written + dropped = logged: ${right ? 'yes' : 'NO'}, under 5 %: ${result.share < 0.05 ? 'yes' : 'NO'}`,
    );
    if (!right) process.exitCode = 1;
  }
  console.log(`ratio to console.log: ${(shares.holdfast / shares.console).toFixed(3)}`);
  if (shares.pino) console.log(`ratio to pino: ${(shares.holdfast / shares.pino).toFixed(3)}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
  await built.remove();
}
