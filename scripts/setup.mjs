// npm run setup: makes a fresh clone runnable (after npm ci) and is safe and quick to repeat.
//   --for run|headless|test   what it must be able to do (default: run; headless adds a virtual screen)
//   --quiet                   say nothing when there was nothing to do
import { parseArgs } from 'node:util';
import { electronBinary, main, UserError } from './lib/paths.mjs';
import { withSetupLock } from './setup/lock.mjs';
import { ensureNative } from './setup/native.mjs';
import { ensureRuntime } from './setup/runtime.mjs';
import { checkLinked, ensureSystem } from './setup/system.mjs';

/** System libraries, the Electron runtime, the native module: in this order, each needs the one before. */
export async function setup({ purpose = 'run', quiet = false } = {}) {
  await withSetupLock(async () => {
    ensureSystem(purpose);
    const runtime = await ensureRuntime();
    checkLinked(electronBinary());
    const native = await ensureNative();
    if (!quiet) console.log(`[setup] ${runtime}\n[setup] ${native}`);
  });
}

if (process.argv[1] === import.meta.filename) {
  await main(async () => {
    const { values } = parseArgs({ options: { for: { type: 'string', default: 'run' }, quiet: { type: 'boolean' } } });
    if (!['run', 'headless', 'test'].includes(values.for)) {
      throw new UserError(`--for ${values.for} is not known; use run, headless or test.`);
    }
    await setup({ purpose: values.for, quiet: values.quiet });
  });
}
