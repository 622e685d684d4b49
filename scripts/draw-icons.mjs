// Draws resources/*.png from the SVGs in resources/source. Run by hand after a change of an SVG; the PNGs are committed.
// Needs rsvg-convert (Debian: librsvg2-bin).
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { main, root, UserError } from './lib/paths.mjs';
import { hasCommand } from './lib/run.mjs';

const resources = path.join(root, 'resources');
const states = ['ok', 'busy', 'warning', 'critical'];
const traySizes = [16, 24, 32];
const iconSize = 512;

function draw(source, size, target) {
  const svg = path.join(resources, 'source', source);
  execFileSync('rsvg-convert', [svg, '--width', String(size), '--height', String(size), '--output', target]);
}

await main(() => {
  if (!hasCommand('rsvg-convert'))
    throw new UserError('rsvg-convert is missing; on Debian: apt-get install librsvg2-bin');
  const tray = path.join(resources, 'tray');
  fs.mkdirSync(tray, { recursive: true });
  for (const state of states) {
    for (const size of traySizes) {
      draw(`tray-${state}.svg`, size, path.join(tray, `${state}-${size}.png`));
      draw(`tray-${state}.svg`, size * 2, path.join(tray, `${state}-${size}@2x.png`));
    }
  }
  draw('icon.svg', iconSize, path.join(resources, 'icon.png'));
});
