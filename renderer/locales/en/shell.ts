/** Rail, header, palette and what every part shares. */

export const common = {
  cancel: 'Cancel',
  close: 'Close',
  back: 'Back',
  done: 'Done',
  undo: 'Undo',
  copy: 'Copy: {{what}}',
  copied: 'Copied',
  today: '{{time}} today',
  yesterday: '{{time}} yesterday',
};

export const tabs = {
  label: 'Sections',
  status: 'Status',
  backups: 'Backups',
  errors: 'Errors',
  performance: 'Performance',
  settings: 'Settings',
  alerts_one: '{{count}} severe alert needs attention',
  alerts_other: '{{count}} severe alerts need attention',
  problems_one: '{{count}} problem or error needs attention',
  problems_other: '{{count}} problems or errors need attention',
};

export const severity = {
  ok: 'All is well',
  busy: 'Working',
  warning: 'Warning',
  critical: 'Critical',
};

export const palette = {
  open: 'Commands',
  placeholder: 'Go somewhere or do something…',
  nothing: 'No command has this name.',
  work: 'Work',
  alerts: 'Alerts',
  allAlerts: 'Show all alerts',
  pause: 'Pause alerts: {{choice}}',
  resume: 'Resume alerts',
  resumeDetail: 'Nobody is told of alerts until {{time}}',
  toSetting: 'Settings: {{section}}',
  go: 'Go to',
  appearance: 'Appearance',
  goTo: 'Go to {{tab}}',
  backUp: 'Back up {{name}} now',
  openFile: 'Open a backup file…',
  openFileDetail: 'Identify it, prove it and see what restoring it would change',
  importFile: 'Import a backup file…',
  importFileDetail: 'Prove it and add it to the restore points',
  drill: 'Run a restore drill of {{name}}',
};

export const guard = {
  button: 'Guard a database…',
  guard: 'Guard',
  done: '{{name}} is guarded.',
  doneDetail: 'Its first backup starts now. It counts when it is proved.',
  nameTitle: 'Choose another name',
  nameTaken: 'Another guarded database is named {{name}} already.',
  name: 'Name',
};

export const removal = {
  title: 'Stop guarding {{name}}?',
  effect: 'No more backups of this database will be taken. The database itself is not touched.',
  backupsStay_one: 'Its {{count}} backup file stays in the backup folder.',
  backupsStay_other: 'Its {{count}} backup files stay in the backup folder.',
  confirm: 'Stop guarding',
  done: '{{name}} is no longer guarded.',
};

export const job = {
  bytes: '{{done}} of {{total}}',
  speed: '{{speed}}/s',
  left: '{{time}} left',
  more: '+{{count}}',
};
