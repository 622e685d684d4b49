// npm run typecheck: every TypeScript project, and, where the replacement Electron is in use, the main process a second
// time against that version's types: both runtimes run the same code, and the difference shows only there.
import fs from 'node:fs';
import path from 'node:path';
import { main, root } from './lib/paths.mjs';
import { inModules, run } from './lib/run.mjs';
import { usesFallback } from './setup/runtime.mjs';

/** Resolves true when everything type-checks. */
export async function typecheck() {
  const tsc = inModules('typescript', 'bin', 'tsc');
  const rounds = [['-b']];
  if (usesFallback() && fs.existsSync(path.join(root, 'electron'))) rounds.push(['-p', 'tsconfig.e33.json']);
  let ok = true;
  for (const args of rounds) ok = (await run(process.execPath, [tsc, ...args])) === 0 && ok;
  return ok;
}

if (process.argv[1] === import.meta.filename) {
  await main(async () => {
    if (!(await typecheck())) process.exitCode = 1;
  });
}
