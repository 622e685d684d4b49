// npm run lint: rules (oxlint, with type information) and formatting (biome). A warning counts as an error.
import fs from 'node:fs';
import path from 'node:path';
import { main, root } from './lib/paths.mjs';
import { inModules, run } from './lib/run.mjs';

const folders = ['electron', 'renderer', 'shared', 'tests', 'scripts'];

/** Resolves true when there is nothing to report. */
export async function lint() {
  const there = folders.filter((folder) => fs.existsSync(path.join(root, folder)));
  const rules = await run(process.execPath, [
    inModules('oxlint', 'bin', 'oxlint'),
    '--type-aware',
    '--deny-warnings',
    ...there,
  ]);
  const format = await run(process.execPath, [inModules('@biomejs', 'biome', 'bin', 'biome'), 'format', '.']);
  return rules === 0 && format === 0;
}

if (process.argv[1] === import.meta.filename) {
  await main(async () => {
    if (!(await lint())) process.exitCode = 1;
  });
}
