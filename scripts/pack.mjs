// npm run pack (a folder) and npm run dist (deb and tar.gz on Linux): builds, then lets electron-builder package.
// The replacement runtime is handed over with its version, and where Debian's tools are there, archive and deb are made
// with them and with npm's 7za, so that packaging downloads nothing. Further arguments go to electron-builder.
import fs from 'node:fs';
import path from 'node:path';
import { path7za } from '7zip-bin';
import { build } from './lib/build.mjs';
import { electronPackage, electronVersion, main, root, UserError } from './lib/paths.mjs';
import { hasCommand, inModules, run } from './lib/run.mjs';
import { usesFallback } from './setup/runtime.mjs';
import { setup } from './setup.mjs';

await main(async () => {
  await setup({ quiet: true });
  if (!(await build({ quiet: true }))) throw new UserError('The build failed; the messages above say where.');
  const args = [inModules('electron-builder', 'cli.js'), '--publish', 'never', ...process.argv.slice(2)];
  // The Electron that the tests ran on is the one that is packaged; nothing is fetched a second time.
  const dist = fs.realpathSync(path.join(electronPackage, 'dist'));
  args.push(`-c.electronDist=${dist}`, `-c.electronVersion=${electronVersion()}`);
  if (usesFallback()) {
    console.error(
      `[pack] packaging Electron ${electronVersion()}, the replacement for tests: do not ship this package`,
    );
  }
  const env = { ELECTRON_BUILDER_COMPRESSION_LEVEL: process.env.ELECTRON_BUILDER_COMPRESSION_LEVEL ?? '3' };
  if (process.platform === 'linux') {
    fs.chmodSync(path7za, 0o755);
    env.ELECTRON_BUILDER_7ZIP_PATH = process.env.ELECTRON_BUILDER_7ZIP_PATH ?? path7za;
    if (hasCommand('dpkg-deb')) {
      env.CUSTOM_FPM_PATH = process.env.CUSTOM_FPM_PATH ?? path.join(root, 'scripts', 'fpm-shim.mjs');
    }
  }
  process.exitCode = await run(process.execPath, args, { env });
});
