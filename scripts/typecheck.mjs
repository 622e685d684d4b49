// npm run typecheck: every TypeScript project, and, where the replacement Electron is in use, the main process a second
// time against that version's types: both runtimes run the same code, and the difference shows only there.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { main, root } from './lib/paths.mjs';
import { inModules } from './lib/run.mjs';
import { usesFallback } from './setup/runtime.mjs';

/** Resolves true when everything type-checks. */
export async function typecheck() {
  const tsc = inModules('typescript', 'bin', 'tsc');
  const rounds = [['-b']];
  if (usesFallback() && fs.existsSync(path.join(root, 'electron'))) rounds.push(['-p', 'tsconfig.e33.json']);
  const results = await Promise.all(rounds.map((args) => runTsc(tsc, args)));
  // shared/ belongs to every project; say each of its errors once.
  const lines = new Set(results.flatMap(({ output }) => output.split('\n').filter((line) => line !== '')));
  if (lines.size > 0) console.log([...lines].join('\n'));
  return results.every(({ status }) => status === 0);
}

function runTsc(tsc, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [tsc, ...args, '--pretty', 'false'], { cwd: root });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, output }));
  });
}

if (process.argv[1] === import.meta.filename) {
  await main(async () => {
    if (!(await typecheck())) process.exitCode = 1;
  });
}
