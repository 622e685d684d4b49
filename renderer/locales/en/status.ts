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
  couldLose: 'Could I lose data?',
  atMost: 'At most {{time}}',
  changesSince: 'Changes since {{time}} are not backed up.',
  changesLastMinute: 'Changes of the last minute are not backed up.',
  everything: 'Everything',
  noProvedBackup: 'There is no proved backup yet.',
  lastProof: 'Last proof',
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
