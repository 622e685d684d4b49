// System libraries and tools. Electron's npm package brings none of them, and a bare server lacks most.
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { UserError } from '../lib/paths.mjs';
import { hasCommand } from '../lib/run.mjs';

const listsDir = '/var/lib/apt/lists';
const listsMaxAgeMs = 24 * 3600_000;

/** Needs by purpose: what is looked for, and the Debian package that has it. */
const libraries = [
  ['libgtk-3.so.0', 'libgtk-3-0'],
  ['libnss3.so', 'libnss3'],
  ['libasound.so.2', 'libasound2'],
  ['libgbm.so.1', 'libgbm1'],
  ['libnotify.so.4', 'libnotify4'],
  ['libsecret-1.so.0', 'libsecret-1-0'],
];
const commands = {
  run: [],
  headless: [
    ['xvfb-run', 'xvfb'],
    ['xauth', 'xauth'],
    ['dbus-run-session', 'dbus'],
  ],
  test: [
    ['dunst', 'dunst'], // a real notification service
    // Scrapes the real endpoint. Where there is systemd, Debian starts a service of its own with it; tests use another port.
    ['prometheus', 'prometheus'],
    ['jq', 'jq'], // the documented ways to read the record are run
    ['sqlite3', 'sqlite3'], // "gunzip + sqlite3 opens a backup" is tested with the real tool
    ['age', 'age'], // opens what we encrypt, and encrypts what we open
    // Copies are sent to a real server. Where there is systemd, Debian starts a service of its own with it; tests start
    // theirs at another port.
    ['/usr/sbin/sshd', 'openssh-server'],
  ],
  unzip: [['unzip', 'unzip']],
  compile: [
    ['python3', 'python3'],
    ['make', 'make'],
    ['g++', 'g++'],
  ],
};

/** Makes sure what a purpose needs is installed. @param {'run'|'headless'|'test'|'unzip'|'compile'} purpose */
export function ensureSystem(purpose) {
  if (process.platform !== 'linux') return;
  const wanted = [...commands[purpose]];
  if (purpose === 'test') wanted.push(...commands.headless);
  const missing = wanted.filter(([name]) => !hasCommand(name));
  if (['run', 'headless', 'test'].includes(purpose)) missing.push(...missingLibraries());
  if (purpose === 'test' && !hasKoreanFont()) missing.push(['a Korean font', 'fonts-nanum']);
  install(missing);
}

/** After the runtime is in place: nothing its binary links to may be absent. */
export function checkLinked(binary) {
  if (process.platform !== 'linux') return;
  const absent = execFileSync('ldd', [binary], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes('not found'))
    .map((line) => line.trim().split(' ')[0]);
  if (absent.length) {
    throw new UserError(`Electron needs system libraries that are not installed: ${[...new Set(absent)].join(', ')}.`);
  }
}

function missingLibraries() {
  const known = spawnSync('sh', ['-c', 'ldconfig -p || /sbin/ldconfig -p'], { encoding: 'utf8' }).stdout ?? '';
  return libraries.filter(([name]) => !known.includes(`\t${name} `));
}

function hasKoreanFont() {
  const found = spawnSync('fc-list', [':lang=ko', 'family'], { encoding: 'utf8' });
  if (found.status === 0) return found.stdout.trim() !== '';
  return fs.existsSync('/usr/share/fonts/truetype/nanum');
}

function install(missing) {
  if (missing.length === 0) return;
  const names = missing.map(([name]) => name).join(', ');
  const packages = [...new Set(missing.map(([, pkg]) => pkg))];
  if (!hasCommand('apt-get')) {
    throw new UserError(`Missing on this system: ${names}. Install them with your package manager and run this again.`);
  }
  const command = ['apt-get', 'install', '-y', '--no-install-recommends', ...packages];
  if (process.getuid?.() !== 0) {
    throw new UserError(`Missing on this system: ${names}. Install them with: sudo ${command.join(' ')}`);
  }
  console.error(`[setup] installing ${packages.join(' ')}`);
  if (listsAreStale()) apt(['update']);
  if (apt(command.slice(1))) return;
  if (apt(['update']) && apt(command.slice(1))) return;
  throw new UserError(
    `apt-get could not install ${packages.join(' ')}; check the network, then run: ${command.join(' ')}`,
  );
}

function apt(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const result = spawnSync('apt-get', ['-q', ...args], { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', env });
  if (result.status !== 0) console.error((result.stderr || result.error?.message || '').trim());
  return result.status === 0;
}

function listsAreStale() {
  if (!fs.existsSync(listsDir)) return true;
  const lists = fs.readdirSync(listsDir).filter((name) => name.includes('Packages'));
  if (lists.length === 0) return true;
  const newest = Math.max(...lists.map((name) => fs.statSync(path.join(listsDir, name)).mtimeMs));
  const checked = fs.statSync(path.join(listsDir, 'partial'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return Date.now() - Math.max(newest, checked) > listsMaxAgeMs;
}
