// npm run bench: runs the benchmarks against the build. Arguments name files; without any, all of tests/bench run.
import fs from 'node:fs';
import path from 'node:path';
import { ensureBuild } from './lib/build.mjs';
import { main, root, UserError } from './lib/paths.mjs';
import { run } from './lib/run.mjs';
import { setup } from './setup.mjs';

await main(async () => {
  const folder = path.join(root, 'tests', 'bench');
  let files = process.argv.slice(2).map((file) => path.resolve(process.env.INIT_CWD ?? root, file));
  if (files.length === 0 && fs.existsSync(folder)) {
    files = fs
      .readdirSync(folder)
      .filter((name) => name.endsWith('.bench.mjs'))
      .toSorted()
      .map((name) => path.join(folder, name));
  }
  if (files.length === 0) throw new UserError('There is no benchmark: tests/bench has no *.bench.mjs.');
  const absent = files.find((file) => !fs.existsSync(file));
  if (absent) throw new UserError(`There is no benchmark ${absent}.`);
  await setup({ quiet: true });
  await ensureBuild();
  for (const file of files) {
    console.log(`\n# ${path.relative(root, file)}`);
    if ((await run(process.execPath, [file])) !== 0) process.exitCode = 1;
  }
});
