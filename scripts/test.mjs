// npm test: everything that must hold, in stages; the last line is "N passed, N failed".
//   node scripts/test.mjs                 all stages
//   node scripts/test.mjs unit [filter]   vitest only (in the Electron runtime, and the command line in Node)
//   node scripts/test.mjs e2e [filter]    Playwright only
// A failing stage does not hide the next one, unless the next cannot run without it.
import fs from 'node:fs';
import path from 'node:path';
import { build, ensureBuild } from './lib/build.mjs';
import { electronBinary, main, resultsDir, root } from './lib/paths.mjs';
import { countPlaywright, countVitest } from './lib/reports.mjs';
import { inModules, onVirtualScreen, run } from './lib/run.mjs';
import { lint } from './lint.mjs';
import { setup } from './setup.mjs';
import { typecheck } from './typecheck.mjs';

const SHARDS = 2;
const [only, ...filters] = process.argv.slice(2);
const total = { passed: 0, failed: 0, tests: 0 };
const failures = [];
const broken = new Set();

const prepare = check('setup', async () => {
  await setup({ purpose: 'test', quiet: true });
  return true;
});
const vitestStages = [
  tests('unit and integration tests (Electron runtime)', ['tests/unit', 'tests/integration'], ['setup'], () =>
    vitest(['unit', 'window', 'integration'], electronBinary(), { ELECTRON_RUN_AS_NODE: '1' }),
  ),
  tests('command line tests (plain Node)', ['tests/cli'], ['setup', 'build'], () => vitest(['cli'], process.execPath)),
];
const e2eStage = tests('end-to-end tests (Electron window)', ['tests/e2e'], ['setup', 'build'], playwright);
const freshBuild = check('build', async () => {
  await ensureBuild();
  return true;
});

const plans = {
  all: [
    prepare,
    check('build', () => build({ quiet: true })),
    check('typecheck', typecheck),
    check('lint', lint),
    ...vitestStages,
    e2eStage,
  ],
  unit: [prepare, freshBuild, ...vitestStages],
  e2e: [prepare, freshBuild, e2eStage],
};

await main(async () => {
  const plan = plans[only ?? 'all'];
  if (!plan) throw new Error(`There is no test stage "${only}"; use unit, e2e or none.`);
  fs.rmSync(resultsDir, { recursive: true, force: true });
  fs.mkdirSync(resultsDir, { recursive: true });
  for (const stage of plan) await stage();
  if (total.failed > 0 || total.tests === 0) process.exitCode = 1;
  if (total.tests === 0) console.error('No test ran.');
  // Once more and last: thousands of lines lie between a failure and the end.
  if (failures.length > 0) console.log(`\nWhat failed:\n${failures.map((failure) => `  - ${failure}`).join('\n')}\n`);
  console.log(`${total.passed} passed, ${total.failed} failed`);
});

/** A stage that holds or does not: counts as one. */
function check(name, body) {
  return () =>
    timed(name, async () => {
      const ok = await body();
      if (!ok) broken.add(name);
      return ok ? { passed: 1, failed: 0, failures: [] } : { passed: 0, failed: 1, failures: [name] };
    });
}

/** A stage that runs tests: needs its folders and the named stages. */
function tests(name, folders, needs, body) {
  return async () => {
    if (!folders.some((folder) => fs.existsSync(path.join(root, folder)))) return;
    const missing = needs.find((need) => broken.has(need));
    if (missing) {
      console.log(`\n== ${name}: not run, because ${missing} failed`);
      return;
    }
    await timed(name, async () => {
      const count = await body();
      total.tests += count.passed + count.failed;
      return count;
    });
  };
}

async function timed(name, body) {
  console.log(`\n== ${name}`);
  const startedAt = Date.now();
  let count;
  try {
    count = await body();
  } catch (error) {
    console.error(error?.name === 'Error' ? error.message : (error?.stack ?? error));
    broken.add(name);
    count = { passed: 0, failed: 1, failures: [`${name}: ${error?.message ?? error}`] };
  }
  total.passed += count.passed;
  total.failed += count.failed;
  failures.push(...count.failures);
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  console.log(`== ${name}: ${count.failed === 0 ? 'ok' : 'FAILED'} in ${seconds} s`);
}

async function vitest(projects, command, env) {
  const report = path.join(resultsDir, `${projects.join('-')}.json`);
  const chosen = projects.flatMap((project) => ['--project', project]);
  const args = ['run', ...chosen, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const status = await run(command, [inModules('vitest', 'vitest.mjs'), ...args, ...filters], { env });
  return countVitest(report, status);
}

/** In shards side by side where each can have a screen and a bus of its own: starting the application is most of the time. */
async function playwright() {
  const shards = process.platform === 'linux' && filters.length === 0 ? SHARDS : 1;
  const files =
    shards === 1
      ? filters
      : fs
          .readdirSync(path.join(root, 'tests/e2e'))
          .filter((name) => name.endsWith('.e2e.ts'))
          .toSorted();
  const counts = await Promise.all(
    Array.from({ length: shards }, (_, index) => playwrightShard(index + 1, shards, dealt(files, index, shards))),
  );
  return counts.reduce((sum, shard) => ({
    passed: sum.passed + shard.passed,
    failed: sum.failed + shard.failed,
    failures: [...sum.failures, ...shard.failures],
  }));
}

/** Every so manieth, there and back again. Playwright's own shards are blocks, and the long files stand together. */
function dealt(files, shard, shards) {
  return files.filter((_, index) => {
    const turn = index % (2 * shards);
    return (turn < shards ? turn : 2 * shards - 1 - turn) === shard;
  });
}

async function playwrightShard(number, of, files) {
  const results = path.join(resultsDir, of === 1 ? 'e2e' : `e2e-${number}`);
  const args = [inModules('@playwright', 'test', 'cli.js'), 'test', ...files];
  const [command, wrapped] =
    process.platform === 'linux' ? onVirtualScreen(process.execPath, args, { ownBus: true }) : [process.execPath, args];
  const status = await run(command, wrapped, {
    env: { HOLDFAST_E2E_RESULTS: results, HOLDFAST_PORT: String(47_600 + number) },
  });
  return countPlaywright(`${results}.json`, status);
}
