// npm run faults [-- --moments N] [-- --kills N]: the whole fault matrix. `npm test` runs a bounded form of it.
//   - an input/output error, a full disk and kill -9 at every file operation of every operation of Holdfast, which takes
//     hours; with --moments at so many of each kind,
//   - kill -9 at 100 moments spread over backups and restores, or at so many as --kills says,
//   - 500 flipped bits and cuts in every kind of file.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './lib/build.mjs';
import { electronBinary, main, root } from './lib/paths.mjs';
import { inModules, run } from './lib/run.mjs';
import { setup } from './setup.mjs';

await main(async () => {
  const { values } = parseArgs({
    options: { moments: { type: 'string', default: 'all' }, kills: { type: 'string', default: '100' } },
  });
  await setup({ purpose: 'test', quiet: true });
  await build({ quiet: true });
  const env = { HOLDFAST_FAULTS: values.moments, HOLDFAST_CRASH_RUNS: values.kills };
  const vitest = (project, command, files, more = {}) =>
    run(command, [inModules('vitest', 'vitest.mjs'), 'run', '--project', project, ...files], {
      cwd: root,
      env: { ...env, ...more },
    });
  const app = ['crash', 'flips', 'faults'].map((name) => path.join('tests', 'integration', `${name}.test.ts`));
  const results = [
    await vitest('cli', process.execPath, [path.join('tests', 'cli', 'fault-matrix.test.ts')]),
    await vitest('integration', electronBinary(), app, { ELECTRON_RUN_AS_NODE: '1' }),
  ];
  if (results.some((status) => status !== 0)) process.exitCode = 1;
});
