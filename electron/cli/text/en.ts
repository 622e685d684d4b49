/** English words of the command. */
const commands = `holdfast [--home DIR] [--json] <command>

  db add <file> [--name NAME]      guard a database
  db list                          guarded databases and their protection
  db remove <name>                 stop guarding (backups stay)
  backup <name> [--kind KIND]      back up now; KIND: manual, incremental (changed pages), daily,
                                   weekly, monthly
  backups [<name>]                 restore points, newest first
  verify <id|file>                 prove one backup
  restore <name>                   bring the database back to its newest proved restore point (safety backups aside)
      --from ID|FILE               … to this restore point or backup file
      --at ISO-TIME                … to this time: the last transaction or restore point before it
      --to FILE                    write a new file instead of touching the database
      --tables A,B                 only the rows of these tables, all or nothing; the rest is left alone
      --dry-run                    only show what would change
  drill <name>                     unpack the newest proved restore point into the scratch folder and prove it in full
  check <name|file>                integrity, references, and the business rules of a guarded database
      --fix                        … and mend what can be mended safely, behind a fresh backup
  retention <name> [--dry-run]     what is kept, and why; what goes
  catalog rebuild                  rebuild the catalogue from the backup folder
  destination list                 places for copies: folders, S3, SSH servers
  destination add <file.json>      try a place and copy there from now on; the file has "config", as in the settings
  destination remove <name>        forget a place; the copies there stay
  destination scan <name>          add the restore points that a place holds to the catalogue
  destination copy <name>          copy now what waits, and wait for the end
  health                           the same document as GET /health
  serve [--port N]                 schedules, monitoring and the health endpoint, without a window (port 47600)
  help, --version

--home, or HOLDFAST_HOME, is the data folder; without it the command uses the one of the window.
Secrets of a destination come from HOLDFAST_SECRET_ACCESS_KEY, HOLDFAST_PASSWORD, HOLDFAST_PRIVATE_KEY_FILE,
HOLDFAST_PASSPHRASE and HOLDFAST_IDENTITY, or from "secrets" in its file.
The passphrase of an encrypted file comes from HOLDFAST_PASSPHRASE, or is asked for on the terminal.
--json writes exactly one JSON document to stdout.
Exit status: 0 done, 1 failed, 2 the command line is wrong, 3 a check found problems.
`;

export const en = {
  help: commands,
  usage: {
    noCommand: () => 'No command was given.',
    unknownCommand: (name: string) => `There is no command "${name}".`,
    incomplete: (name: string, known: string) => `"${name}" is not complete. It can be: ${known}.`,
    unknownOption: (option: string) => `There is no option ${option}.`,
    optionValue: (option: string) => `The option ${option} has no value, or one it does not take.`,
    emptyOption: (option: string) => `The option --${option} is empty.`,
    optionElsewhere: (option: string, name: string) => `The command ${name} has no option --${option}.`,
    missingOperand: (name: string, operand: string) => `The command ${name} needs ${operand}.`,
    extraOperand: (name: string, operand: string) => `The command ${name} does not take "${operand}".`,
    notOneOf: (option: string, value: string, known: string) =>
      `--${option} cannot be "${value}". It can be: ${known}.`,
    notTogether: (left: string, right: string) => `--${left} and --${right} cannot be used together.`,
    notATime: (value: string) => `"${value}" is not an ISO 8601 time such as 2026-03-01T14:30:00+09:00.`,
    notAPort: (value: string) => `"${value}" is not a port from 0 to 65535.`,
  },
  usageAction: 'Run "holdfast help" for the commands and their options.',
  notAvailableMeaning: 'Nothing was done.',
  portTaken: (port: string) => `Another program listens on port ${port} of this machine already.`,
  portForbidden: (port: string) => `This user may not listen on port ${port}.`,
  portMeaning: 'Holdfast did not start. Guarded databases and backups are not affected.',
  portAction: 'Choose another port with --port, or 0 for any free one.',
  details: 'Details',
  ended: 'Cancelling. Press Ctrl-C once more to stop at once.',
  column: {
    name: 'NAME',
    protection: 'PROTECTION',
    lastProved: 'LAST PROVED',
    next: 'NEXT',
    points: 'POINTS',
    stored: 'STORED',
    path: 'PATH',
    created: 'CREATED',
    database: 'DATABASE',
    kind: 'KIND',
    size: 'FILE',
    content: 'CONTENT',
    proof: 'PROOF',
    id: 'ID',
    keep: 'KEEP',
    why: 'WHY',
    table: 'TABLE',
    now: 'ROWS NOW',
    then: 'ROWS THEN',
    component: 'COMPONENT',
    state: 'STATE',
    value: 'VALUE',
    inserts: 'COME BACK',
    updates: 'ARE RESET',
    removes: 'ARE REMOVED',
    same: 'SAME',
    copies: 'COPIES',
    waiting: 'WAITING',
    failed: 'FAILED',
    lastUsed: 'LAST USED',
  },
  never: 'never',
  none: '—',
  added: (name: string, path: string) => `Guarding ${name}: ${path}`,
  addedNext: (name: string) => `Take its first backup with: holdfast backup ${name}`,
  removed: (name: string) => `${name} is no longer guarded. Its backups stay.`,
  noDatabases: 'No database is guarded yet. Add one with: holdfast db add <file>',
  noBackups: 'There is no restore point yet.',
  backedUp: (name: string, file: string, content: string, time: string) =>
    `Backed up ${name}: ${content}, ${file} compressed, proved, in ${time}.`,
  storedChanges: (name: string, pages: string, file: string, time: string) =>
    `Backed up ${name}: ${pages} changed pages, ${file} compressed, proved, in ${time}.`,
  unchanged: (name: string, moment: string) =>
    `Nothing changed in ${name} since its restore point of ${moment}: no new one was made.`,
  verified: (file: string) => `Proved: ${file}`,
  notVerified: (file: string) => `Not proved: ${file}`,
  compared: (tables: string, same: string, changed: string, gone: string) =>
    `Tables: ${tables}. As in the database now: ${same}; changed since: ${changed}; no longer there: ${gone}.`,
  drilledToo: (moment: string) => `An older restore point, of ${moment}, came back too.`,
  drilled: (name: string, moment: string) =>
    `${name}: the restore point of ${moment} was unpacked into the scratch folder, opened and proved in full.`,
  notDrilled: (name: string, moment: string) => `${name}: the restore point of ${moment} could not be proved.`,
  sound: (name: string) => `${name}: no problem was found.`,
  unsound: (name: string) => `${name}: problems were found.`,
  rule: (name: string) => `rule “${name}”`,
  ruleBroken: (rows: string) => `${rows} rows break it`,
  ruleNotAsked: 'it could not be asked',
  repaired: 'Repaired and checked again:',
  repairStep: (kind: string, subject: string) =>
    ({
      reindex: `index ${subject} was built anew`,
      'fts-rebuild': `full-text index ${subject} was built anew`,
      sequence: `the AUTOINCREMENT counter of ${subject} was raised`,
      'rule-fix': `the rows of the rule “${subject}” were mended`,
    })[kind] ?? `${kind} ${subject}`,
  repairUndo: 'What was there before is kept as a safety backup; restore that to undo this.',
  repairRefused: (reason: string) => `Nothing was repaired, and the database is as it was: ${reason}.`,
  proposeRestore: (id: string) => `To go back to the newest proved restore point, use restore with --from ${id}`,
  proposeNoPoint: 'There is no proved restore point to go back to.',
  proposeSalvage: 'What can be read may be recovered into a new file: open Backups in the window.',
  proposeOrphans: (count: string) => `Rows without their parent are left alone: ${count}.`,
  restored: (name: string, moment: string) => `${name} was brought back to ${moment} and verified.`,
  restoreUndo: 'What was there before is kept as a safety backup; restore that to undo this.',
  savedCopy: (name: string, moment: string, file: string) => `${name} as of ${moment} was written to ${file}.`,
  rowsRestored: (tables: string, name: string, moment: string) =>
    `Rows of ${tables} in ${name} were brought back to ${moment} and verified.`,
  rowsPreview: (name: string, moment: string) => `Restoring rows of ${name} to ${moment} would change:`,
  rowsMore: (count: string) => `… and ${count} more rows`,
  rowsObstacle: {
    'not-in-backup': 'the table was not there then',
    'virtual-table': 'it is a virtual table, whose module keeps the rows',
    'shadow-table': 'it belongs to a virtual table',
    view: 'it is a view',
    'no-key': 'it has no key that tells its rows apart',
    'key-differs': 'its key now is not the key it had then',
    'column-missing-module': 'it needs something that SQLite does not have here',
    'schema-needs-double-quoted-strings': 'its schema has texts in double quotes',
    'schema-unreadable': 'its schema cannot be read',
    'required-column-not-in-backup': 'a column must have a value now and was not there then',
  },
  rowsImpossible: (table: string, why: string) => `${table}: cannot be restored by rows: ${why}`,
  rowsBroken: (table: string, row: string, parent: string) =>
    `${table}, row ${row}: would refer to no row of ${parent}`,
  rowsRefused: 'The restore would be refused. Name the tables that are referred to as well.',
  readFrom: (file: string) => `It was read from ${file}.`,
  decryptedFrom: (file: string) => `It was decrypted and read from ${file}.`,
  preview: (name: string, moment: string) => `Restoring ${name} to ${moment} would change:`,
  noChanges: 'No table has another number of rows.',
  schemaChanged: 'schema differs',
  change: { added: 'would be added', removed: 'would go', changed: 'would change' },
  nothingRestored: 'Nothing was restored: this was only a preview.',
  keeps: 'keep',
  goes: 'goes',
  retentionDone: (kept: string, gone: string) => `${kept} kept, ${gone} deleted.`,
  retentionDry: (kept: string, gone: string) => `${kept} kept, ${gone} would be deleted.`,
  rebuilt: (found: string, added: string, missing: string) =>
    `The backup folder holds ${found} backups; ${added} were new to the catalogue, ${missing} entries have no file.`,
  rebuiltProofs: (proved: string, failed: string) => `${proved} proved, ${failed} failed.`,
  damagedFile: (file: string) => `Its end is damaged or missing, left alone: ${file}`,
  unlisted: (count: string) => `More such files that are not listed: ${count}.`,
  foreign: (file: string) => `Not a backup of Holdfast, left alone: ${file}`,
  noDestinations: 'Copies go nowhere yet. Add a place with: holdfast destination add <file.json>',
  destinationState: { unknown: 'not used yet', usable: 'usable', failing: 'failing', disabled: 'off' },
  destinationAdded: (name: string, free: string) =>
    `${name} was tried from end to end and is kept. Free there: ${free}.`,
  destinationHas: (count: string, name: string) =>
    `It holds ${count} copies. Add what they bring back with: holdfast destination scan ${name}`,
  destinationNext: (name: string) => `Copy there now with: holdfast destination copy ${name}`,
  destinationRemoved: (name: string) => `${name} is no longer used. The copies there stay.`,
  scanned: (found: string, added: string) =>
    `${found} copies were found; ${added} restore points were not known before.`,
  scanForeign: (file: string, why: string) => `Left alone, ${why}: ${file}`,
  foreignWhy: {
    foreign: 'no copy of Holdfast',
    damaged: 'damaged',
    'not-opened': 'its passphrase or key is not the one that is kept',
  },
  copiedAll: (name: string, verified: string, total: string, bytes: string) =>
    `${name} has everything: ${verified} of ${total} copies compared in place, ${bytes}.`,
  healthStatus: { pass: 'ok', warn: 'warning', fail: 'failed' },
  outcome: { ok: 'ok', warning: 'warning', failed: 'failed' },
  serving: (address: string) =>
    `Holdfast is guarding. Health: ${address}/health (token: see health.token in the data folder)`,
  stopping: 'Ending the work in hand.',
  safeMode: (crashes: number, detail: string) =>
    `holdfast: safe mode after ${crashes} crashes within a few minutes: nothing is backed up or watched.${detail === '' ? '' : ` The last one: ${detail}`}\nRestart the service after ten minutes, or leave safe mode in the window.`,
  passphraseOf: (file: string) => `Passphrase of ${file}: `,
  progressOf: (done: string, total: string) => `${done} of ${total}`,
  perSecond: (rate: string) => `${rate}/s`,
  left: (time: string) => `${time} left`,
};
