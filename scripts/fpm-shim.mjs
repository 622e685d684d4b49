#!/usr/bin/env node
// What electron-builder asks of fpm to make a deb (CUSTOM_FPM_PATH), done with dpkg-deb: fpm is a download, dpkg-deb is
// on every Debian system. Knows the options electron-builder passes for `-s dir -t deb`, nothing more.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const flags = new Set(['--force']);
const lists = { '-d': 'depends', '--depends': 'depends', '--deb-recommends': 'recommends' };

/** Options by name, repeated ones as lists, and source=target pairs. */
function readArguments(argv) {
  const read = { options: {}, depends: [], recommends: [], copies: [] };
  for (let rest = [...argv]; rest.length > 0; ) {
    const arg = rest.shift();
    if (flags.has(arg)) continue;
    if (lists[arg]) read[lists[arg]].push(rest.shift());
    else if (arg.startsWith('-')) read.options[arg.replace(/^-+/, '')] = rest.shift();
    else read.copies.push([arg.slice(0, arg.lastIndexOf('=')), arg.slice(arg.lastIndexOf('=') + 1)]);
  }
  return read;
}

/** The package's control file; empty fields are left out. */
function controlFile({ options, depends, recommends }, installedKib) {
  const [summary, ...more] = (options.description ?? '').trim().split('\n');
  const fields = {
    Package: options.name,
    Version: options.version,
    License: options.license,
    Vendor: options.vendor,
    Architecture: options.architecture,
    Maintainer: options.maintainer,
    'Installed-Size': installedKib,
    Depends: depends.join(', '),
    Recommends: recommends.join(', '),
    Section: options.category ?? 'default',
    Priority: options['deb-priority'] ?? 'optional',
    Homepage: options.url,
    Description: [summary, ...more.map((line) => ` ${line.trim() || '.'}`)].join('\n'),
  };
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');
}

function makeDeb(read) {
  const { options, copies } = read;
  const stage = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-deb-'));
  try {
    fs.chmodSync(stage, 0o755); // becomes / of the package
    for (const [source, target] of copies) {
      const place = path.join(stage, target);
      fs.mkdirSync(path.dirname(place), { recursive: true });
      const copy = { recursive: true, preserveTimestamps: true, verbatimSymlinks: true };
      fs.cpSync(source.replace(/\/$/, ''), place, copy);
    }
    const size = execFileSync('du', ['-sk', '--apparent-size', stage], { encoding: 'utf8' });
    const debian = path.join(stage, 'DEBIAN');
    fs.mkdirSync(debian, { mode: 0o755 });
    fs.writeFileSync(path.join(debian, 'control'), controlFile(read, Number.parseInt(size, 10)));
    for (const [option, name] of [
      ['after-install', 'postinst'],
      ['after-remove', 'postrm'],
    ]) {
      if (!options[option]) continue;
      fs.copyFileSync(options[option], path.join(debian, name));
      fs.chmodSync(path.join(debian, name), 0o755);
    }
    const compression = options['deb-compression'] === 'gz' ? 'gzip' : (options['deb-compression'] ?? 'xz');
    const build = ['--root-owner-group', `-Z${compression}`, '--build', stage, options.package];
    execFileSync('dpkg-deb', build, { stdio: 'inherit' });
  } finally {
    fs.rmSync(stage, { recursive: true, force: true });
  }
}

const read = readArguments(process.argv.slice(2));
if (read.options.t === 'deb') {
  makeDeb(read);
  console.log(JSON.stringify({ created: read.options.package }));
} else {
  console.error(`This stand-in for fpm makes deb packages only, not ${read.options.t}.`);
  process.exitCode = 1;
}
