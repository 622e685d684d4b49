/** The sentence of the header and the tray, notifications, tray menu and native dialogs. */
import type { Sentence } from '../../models';

/** Values: count, name, hours, and for `problem` what (or code: the error whose words are used). */
export const sentence = {
  'no-databases': 'No database is guarded yet.',
  'all-protected_one': '{{name}} is protected.',
  'all-protected_other': 'All {{count}} databases are protected.',
  working: 'The first backup of {{name}} is being taken.',
  'no-proved-backup': '{{name}}: no proved backup yet.',
  overdue: '{{name}}: no proved backup for {{hours, hours}}.',
  problem: '{{name}}: {{what}}',
  /** Of no database. */
  'own-problem': 'Holdfast: {{what}}',
  alert: '{{title}}',
} satisfies Record<Exclude<Sentence['key'], 'all-protected'> | `all-protected_${'one' | 'other'}`, string>;

/** Values: name, hours, contentAt, what (or code: the error whose words are used). */
export const notify = {
  'backup-failed': { title: 'Backup failed: {{name}}', body: '{{what}}' },
  'backup-overdue': { title: 'Backup overdue: {{name}}', body: 'No proved backup for {{hours, hours}}.' },
  'restore-ended': {
    title: 'Restored: {{name}}',
    body: 'The database was restored and verified. This can be undone.',
    body_contentAt: 'It holds the content of {{contentAt, moment}}. This can be undone.',
  },
  'rows-restored': {
    title: 'Rows restored: {{name}}',
    body: 'Rows of {{tables}} hold the content of {{contentAt, moment}} again. This can be undone.',
  },
  'restore-failed': { title: 'Restore failed: {{name}}', body: '{{what}}' },
  test: { title: 'Notifications work', body: 'Messages of Holdfast look like this.' },
};

export const tray = {
  tooltip: 'Holdfast: {{sentence}}',
  open: 'Open Holdfast',
  'back-up-now': 'Back up now',
  'back-up-all': 'Back up all databases',
  /** Work that runs; percent in steps. */
  job: '{{job}}: {{subject}}, {{percent}} %',
  'job-phase': '{{job}}: {{subject}}, {{phase}}',
  cancel: 'Cancel',
  'pause-alerts': 'Pause alerts',
  'pause-minutes': 'For {{minutes}} minutes',
  'pause-hours': 'For {{hours, hours}}',
  'pause-tomorrow': 'Until tomorrow 09:00',
  'resume-alerts': 'Resume alerts (paused until {{until, moment}})',
  quit: 'Quit',
};

export const dialogs = {
  guard: { title: 'Choose a SQLite database to guard', button: 'Guard' },
  'open-backup': { title: 'Choose a backup or a database file', button: 'Open' },
  'save-copy': { title: 'Save the database as a new file', button: 'Save' },
  export: { title: 'Export the backup file', button: 'Export' },
  'save-table': { title: 'Save the figures as a table', button: 'Save' },
  'save-picture': { title: 'Save the chart as a picture', button: 'Save' },
  log: { title: 'Choose a log file', button: 'Choose' },
  'save-errors': { title: 'Save the errors as a file', button: 'Save' },
  'backup-folder': { title: 'Choose the folder for backups', button: 'Choose' },
  filters: {
    databases: 'SQLite databases',
    backups: 'Backups and SQLite databases',
    'backup-files': 'Holdfast backups',
    tables: 'Tables (CSV)',
    pictures: 'Pictures (PNG)',
    json: 'Files (JSON)',
    all: 'All files',
  },
  fatal: { title: 'Holdfast cannot start' },
  hang: {
    message: 'The window does not answer',
    detail: 'Backups, schedules and watching go on. Reloading closes what is open in the window',
    wait: 'Wait',
    reload: 'Reload the window',
  },
};
