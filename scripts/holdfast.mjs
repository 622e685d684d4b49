// npm run -s holdfast -- <args>: the command line from a checkout. npm changes into the repository's folder first; paths
// the user typed are meant from where the user stands, so go back there.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './lib/paths.mjs';

const cli = path.join(root, 'out', 'main', 'cli.js');
if (fs.existsSync(cli)) {
  if (process.env.npm_lifecycle_event === 'holdfast' && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
  process.argv[1] = cli;
  await import(pathToFileURL(cli).href);
} else {
  console.error('The holdfast command is not built yet: run npm run build first.');
  process.exitCode = 1;
}
