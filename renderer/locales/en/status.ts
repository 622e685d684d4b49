/** The Status tab. */

export const status = {
  databases: 'Databases',
  many_one: '{{count}} database',
  many_other: '{{count}} databases',
  database: 'Database',
  state: 'State',
  sample: 'Sample',
  none: 'No database is guarded.',
  noneDetail: 'A guarded database is backed up on schedule, and every backup is proved before it counts.',
  couldLose: 'Could I lose data today?',
  atMost: 'At most {{time}}',
  changesSince: 'Changes since {{time}} are not backed up.',
  changesLastMinute: 'Changes of the last minute are not backed up.',
  grows: 'No backup is scheduled, so this grows.',
  everything: 'Everything',
  noProvedBackup: 'There is no proved backup yet.',
  proofFolder: 'Last proved restore {{time}}, from the backup folder',
  proofCopy: 'Last proved restore {{time}}, from the copy in {{name}}',
  noProof: 'No restore was proved yet.',
  lastBackup: 'Last backup',
  nextBackup: 'Next backup',
  noSchedule: 'Not scheduled',
  restorePoints: 'Restore points',
  liveSize: 'Size now',
  storedSize: 'Stored',
  never: 'Never',
  unseen: 'Not seen',
  backUpNow: 'Back up now',
  openPoints: 'Restore points',
  busy: 'Work on {{name}} is running.',
};

/** Three copies on two media, one of them offsite. */
export const rule = {
  title: 'Copies',
  about: 'Three copies on two media, one of them offsite',
  copies_one: '{{count}} copy',
  copies_other: '{{count}} copies',
  media_one: '{{count}} medium',
  media_other: '{{count}} media',
  offsite_one: '{{count}} offsite',
  offsite_other: '{{count}} offsite',
  met: 'met',
  unmet: 'not met',
  live: 'The database itself',
  folder: 'Backup folder',
  points_one: '{{name}}: {{count}} restore point',
  points_other: '{{name}}: {{count}} restore points',
  empty: '{{name}}: nothing proved there yet',
  missing: {
    offsite: 'Nothing is kept in another place: a fire or a theft takes everything.',
    medium: 'Everything is on one medium and fails with it.',
    copy: 'A third copy is missing.',
  },
  notYet: '{{names}}: no verified copy there yet.',
  behind_one: '{{count}} restore point waits to be copied to {{name}}.',
  behind_other: '{{count}} restore points wait to be copied to {{name}}.',
  add: 'Add a destination',
  show: 'Show destinations',
};

export const days = {
  from_one: '{{count}} day',
  from_other: '{{count}} days',
  today: 'Today',
  summary: '{{total}} days: {{proved}} with a proved backup, {{failed}} failed',
  proved_one: '{{count}} backup, proved',
  proved_other: '{{count}} backups, proved',
  failed_one: '{{count}} backup, failed',
  failed_other: '{{count}} backups, none proved',
  none_one: 'No backup',
  none_other: 'No backup',
};

export const firstRun = {
  title: 'Holdfast keeps SQLite databases recoverable',
  subtitle: 'Choose a database to guard. The application that uses it keeps running.',
  backUp: 'Backs up on schedule, daily, weekly and monthly, while other programs write.',
  prove: 'Proves every backup before it counts: it is unpacked, opened and checked.',
  restore: 'Restores in three steps that show every change first and can be undone.',
  sample: 'Try the sample database',
  drop: 'Have a backup file already? Drop it anywhere on this window to identify and prove it.',
};

export const health = {
  title: 'Health',
  none: 'Nothing was checked yet.',
  pass: 'Good',
  warn: 'Needs attention',
  fail: 'Failing',
  open: 'Open: {{title}}',
};

export const now = {
  title: 'Now and next',
  running: 'Running now',
  nothing: 'Nothing runs.',
  next: 'Next',
  noneNext: 'Nothing is scheduled.',
  waiting_one: '{{count}} more waits its turn.',
  waiting_other: '{{count}} more wait their turn.',
};

export const restores = {
  title: 'Recent restores',
  undo: 'Undo…',
  undone: 'Undone',
  undoTitle: 'Undo the restore of {{name}}?',
  undoEffect:
    '{{name}} goes back to what it was just before that restore. What was written to it since then is replaced.',
  undoSafety: 'A safety backup of the present state is taken first.',
  undoConfirm: 'Undo the restore',
};
