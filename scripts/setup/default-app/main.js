// Stand-in for the small application inside Electron that makes `electron <folder>` work; the replacement runtime comes
// without it. Understands what npm start and Playwright use: switches, -r <module>, --version, and a folder or file.
import { app } from 'electron/main';
import fs from 'node:fs';
import Module, { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const required = [];
let target = '.';
for (let args = process.argv.slice(1); args.length > 0; ) {
  const arg = args.shift();
  if (arg === '--version' || arg === '-v') {
    console.log(`v${process.versions.electron}`);
    process.exit(0);
  }
  if (arg === '-r' || arg === '--require') {
    required.push(args.shift());
  } else if (arg.startsWith('--app=')) {
    target = arg.slice('--app='.length);
    break;
  } else if (!arg.startsWith('-')) {
    target = arg;
    break;
  }
}

if (required.length > 0) Module._preloadModules(required);
Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true });

const folder = path.resolve(target);
const manifest = path.join(folder, 'package.json');
let entry = folder;
if (fs.existsSync(manifest)) {
  const about = JSON.parse(fs.readFileSync(manifest, 'utf8'));
  if (about.version) app.setVersion(about.version);
  app.setName(about.productName ?? about.name);
  if (process.platform === 'linux') app.setDesktopName(about.desktopName ?? `${app.getName()}.desktop`);
  app.setAppPath(folder);
  entry = createRequire(manifest).resolve(folder);
} else {
  app.setAppPath(path.dirname(folder));
}

try {
  await import(pathToFileURL(entry).href);
} catch (error) {
  console.error('The application threw an error while loading');
  console.error(error?.stack ?? error);
  app.exit(1);
}
