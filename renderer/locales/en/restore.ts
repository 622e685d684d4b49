/** Dropping a file and the three steps of a restore. */

export const drop = {
  title: 'Drop to identify and prove this file',
  detail: 'Nothing is changed until you confirm.',
  noPath: '{{name}} has no place on a disk.',
  noPathDetail: 'Save it as a file first, then drop that file. Nothing was read and nothing was changed.',
  onlyOne: 'One file at a time: {{name}} was taken.',
  onlyOneDetail_one: '{{count}} other file was left alone.',
  onlyOneDetail_other: '{{count}} other files were left alone.',
};

export const inspect = {
  running: 'Identifying and proving the file',
  nothingChanged: 'Nothing is changed. Closing this panel stops the check.',
  file: 'File',
  format: 'Format',
  formats: {
    'holdfast-backup': 'Holdfast backup',
    'holdfast-changes': 'Holdfast backup of changes, with its chain',
    'gzip-sqlite': 'Compressed SQLite database (gzip)',
    sqlite: 'SQLite database',
  },
  contentFrom: 'Content from',
  fileTime: 'time of the file',
  size: 'Size',
  sizes: '{{file}} stored, {{content}} inside',
  proved: 'Proved: every check passed.',
  provedWithWarning: 'The copy is faithful, but the database in it has a fault.',
  notProved: 'Not proved: a check failed.',
};

export const restore = {
  title: 'Restore',
  step: { what: 'What', preview: 'Preview', run: 'Restore' },
  target: 'Restore into',
  noTarget: 'No database is guarded. The content can be saved as a new file.',
  noCandidate: 'No guarded database seems to belong to this file. Choose one, or save the content as a new file.',
  why: {
    own: 'this backup was taken of it',
    manifest: 'the backup names it',
    'application-id': 'same application number',
    schema: 'same tables',
    name: 'same file name',
    other: 'another database',
  },
  saveCopy: 'Save a copy…',
  guardThis: 'Guard this database',
  next: 'Preview changes',
  copySaved: 'Copy saved',
  undone: '{{name}} is as it was before the restore.',
  doneToast: '{{name}} was restored and verified.',
  endedToast: 'The restore of {{name}} has ended.',
};

export const preview = {
  heading: '{{name}} as of {{time}}',
  age: 'What was written to {{name}} in the last {{age}} is replaced.',
  loading: 'Comparing',
  table: 'Table',
  rowsNow: 'Rows now',
  rowsThen: 'Rows then',
  difference: 'Difference',
  schemaChanged: 'schema differs',
  sameCount: 'same count',
  added: 'comes back',
  removed: 'goes',
  size: 'Size {{now}} now, {{then}} then.',
  sizeThen: 'Size {{then}} then.',
  otherSchema: 'Indexes, triggers and views that differ',
  change: {
    added: '{{type}} {{name}} comes back',
    removed: '{{type}} {{name}} goes',
    changed: '{{type}} {{name}} changes',
  },
  whatHappens: 'What happens',
  safety: 'A safety backup of {{name}} as it is now is taken and proved.',
  verify: 'The content is restored and verified. If anything fails, {{name}} is put back as it was.',
  undo: 'The restore can be undone from the safety backup.',
  confirm: 'Restore {{name}}',
};

export const run = {
  goesOn: 'This panel can be closed. The restore goes on and tells when it has ended.',
  close: 'Close, go on in the background',
  done: '{{name}} is restored to {{time}}.',
  verified: 'The restored content was verified.',
  undoKept: 'What was there before is kept as a safety backup.',
  undo: 'Undo the restore',
  undoneDetail: 'The safety backup was put back and verified.',
  openBackups: 'Open Backups',
};
