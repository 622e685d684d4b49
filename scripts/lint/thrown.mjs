// What may be thrown, as one table. The rule in errors.mjs enforces it; this is the place to change it.

/** Mistakes of whoever wrote the program: they are never meant for people, and are wrapped as INTERNAL at a border. */
export const PROGRAMMING = new Set(['TypeError', 'RangeError']);

/** Made by `holdfastError`; by hand only in the module itself. */
export const HIERARCHY = new Set(['HoldfastError']);

/** Errors of other classes, where they may be thrown, and why that is no loss. */
export const ALLOWED = [
  { name: 'RequestError', where: 'renderer/', why: 'carries the error that the main process described' },
  { name: 'UsageProblem', where: 'electron/cli/', why: 'the command line was wrong: failure.ts has its words' },
  { name: 'PortProblem', where: 'electron/cli/serve.ts', why: 'failure.ts has its words' },
  { name: 'WalMismatch', where: 'electron/continuous/', why: 'the WAL is read again, or the generation ends' },
  {
    name: 'GenerationOver',
    where: 'electron/continuous/',
    why: 'capture.ts ends the generation and tells it as a gap',
  },
  { name: 'DamagedChunk', where: 'electron/metrics/', why: 'isDamage knows it: the index is made anew' },
  { name: 'BrokenLine', where: 'electron/ingest/', why: 'the line is left out and counted' },
  {
    name: 'ContentChanged',
    where: 'electron/logs/reading/',
    why: 'the file is told from the one before, and read as a new one',
  },
  { name: 'Refused', where: 'electron/restore/apply.ts', why: 'ends a wait in the same file' },
  {
    name: 'OtherKey',
    where: 'electron/destinations/sftp-connect.ts',
    why: 'becomes HOST_KEY_CHANGED in the same folder',
  },
  {
    name: 'LocalFault',
    where: 'electron/copies/jobs/download.ts',
    why: 'tells a local fault from one of the destination there',
  },
  {
    name: 'Error',
    where: 'electron/repair/',
    why: 'is the reason of a step or a table that is left out, or is wrapped by the job',
  },
  { name: 'Error', where: 'electron/destinations/sftp-transfer.ts', why: 'wrapped as a fault of the destination' },
];
