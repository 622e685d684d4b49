// Who may import whom, as one table. The rule in imports.mjs enforces it; this is the place to change it.

/** Folders of electron/ that hold the application itself: no window, no Electron, usable from the command line. */
export const domains = [
  'store',
  'backup',
  'restore',
  'integrity',
  'monitor',
  'alerts',
  'errors',
  'logs',
  'health',
  'jobs',
  'core',
  'database',
  'metrics',
  'probes',
  'ingest',
  'business',
  'notify',
  'net',
  'secrets',
  'destinations',
  'copies',
  'drills',
  'continuous',
  'partial',
  'repair',
  'rules',
];

const everyDomain = domains.map((name) => `electron/${name}`);
const outsideWindow = { node: true, packages: true };

/**
 * `files` are path prefixes (or one file); `own` lists what of this repository they may import, `electron` and `node`
 * say whether those modules are allowed, `packages` is true or the list of npm packages, `not` takes some out again.
 */
export const layers = [
  { files: ['shared/'], own: ['shared'], electron: false, node: false, packages: ['zod', 'i18next'] },
  {
    files: ['renderer/'],
    own: ['renderer', 'shared'],
    electron: false,
    node: false,
    packages: true,
    not: ['better-sqlite3', 'node-schedule', 'systeminformation'],
  },
  { files: ['electron/preload.ts'], own: ['shared'], electron: true, node: false, packages: [] },
  {
    files: ['electron/main.ts'],
    own: ['electron', 'shared'],
    electron: true,
    ...outsideWindow,
  },
  {
    files: ['electron/desktop/'],
    own: ['electron/desktop', ...everyDomain, 'shared'],
    electron: true,
    ...outsideWindow,
  },
  { files: ['electron/ipc/'], own: ['electron/ipc', ...everyDomain, 'shared'], electron: true, ...outsideWindow },
  {
    files: ['electron/workers/'],
    own: ['electron/workers', ...everyDomain, 'shared'],
    electron: false,
    ...outsideWindow,
  },
  { files: ['electron/cli/'], own: ['electron/cli', ...everyDomain, 'shared'], electron: false, ...outsideWindow },
  {
    files: everyDomain.map((folder) => `${folder}/`),
    own: [...everyDomain, 'shared'],
    electron: false,
    ...outsideWindow,
  },
];

/** The only places that may talk to Electron's raw messaging. */
export const rawMessaging = ['electron/ipc/', 'electron/preload.ts'];

/** The layer a file (path from the repository's root, with /) belongs to, or undefined. */
export function layerOf(file) {
  return layers.find(({ files }) =>
    files.some((prefix) => file === prefix || (prefix.endsWith('/') && file.startsWith(prefix))),
  );
}
