// npm run bench [-- NAME ... [--option value ...]]: runs the benchmarks against the build. Names are those of tests/bench
// without `.bench.mjs`; without any, all run. What begins with a dash, and all after it, goes to each of them.
import fs from 'node:fs';
import path from 'node:path';
import { ensureBuild } from './lib/build.mjs';
import { main, root, UserError } from './lib/paths.mjs';
import { run } from './lib/run.mjs';
import { setup } from './setup.mjs';

await main(async () => {
  const folder = path.join(root, 'tests', 'bench');
  const args = process.argv.slice(2);
  const firstOption = args.findIndex((arg) => arg.startsWith('-'));
  const options = firstOption === -1 ? [] : args.slice(firstOption);
  let files = args.slice(0, args.length - options.length).map((name) => path.join(folder, `${name}.bench.mjs`));
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
    if ((await run(process.execPath, [file, ...options])) !== 0) process.exitCode = 1;
  }
});
