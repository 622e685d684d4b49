/** The Settings tab. */

export const settings = {
  search: 'Search settings',
  sections: 'Sections of Settings',
  noneFound: 'No setting matches “{{search}}”.',
  changed: 'Changed: {{setting}}',
  takenBack: 'The change was taken back.',
  scheduleChanged: 'Schedules of {{name}} changed',
  cronOf: 'Cron pattern, {{kind}}, {{name}}',
  cron: {
    off: 'Off',
    own: 'Own pattern, in local time.',
    interval: 'Every {{minutes}} minutes. Next: {{next}}.',
    hour: 'Every full hour. Next: {{next}}.',
    day: 'Every day at {{time}}. Next: {{next}}.',
    week: 'Every {{weekday}} at {{time}}. Next: {{next}}.',
    month: 'On day {{day}} of each month at {{time}}. Next: {{next}}.',
  },
  interval: {
    label: 'How often: {{pattern}}',
    minutes: 'Every {{minutes}} minutes',
    hour: 'Every hour',
    own: 'Own pattern',
    effect:
      'Stores only the pages that changed, and nothing when nothing changed. After 7 such points in a row the next is a full one.',
  },
  changesOnly: {
    label: 'Store changes only',
    labelOf: 'Store changes only in daily backups: {{name}}',
    effect:
      'Smaller files; each needs the earlier ones of its chain. After 7 in a row a full one follows, about once a week.',
  },
  databases: {
    label: 'Databases',
    effect: 'Each database has its own schedules: five cron fields, in local time. A missed time is caught up once.',
    schedules: 'Schedules',
    remove: 'Stop guarding…',
  },
  defaultSchedules: {
    label: 'Schedules of new databases',
    effect: 'A newly guarded database starts with these. Databases that are guarded already keep theirs.',
    owner: 'new databases',
  },
  retention: {
    label: 'Retention',
    incremental: 'Interval points',
    incrementalEffect: 'The newest ones, whatever their day. Every 15 minutes, 96 reach back at least a day.',
    daily: 'Daily backups',
    dailyEffect: 'The newest proved backup of each day.',
    weekly: 'Weekly backups',
    weeklyEffect: 'The newest proved backup of each week.',
    monthly: 'Monthly backups',
    monthlyEffect: 'The newest proved backup of each month.',
    summary:
      'Each database keeps its newest {{incremental}} interval points, and one backup for each of {{daily}} days, {{weekly}} weeks and {{monthly}} months.',
    always:
      'Backups made by hand and the last proved backup always stay. An unproved backup never replaces a proved one, and what a later restore point is built on stays with it.',
  },
  drills: {
    label: 'Restore drills',
    effect:
      'The newest restore point of each database, and an older one, are restored into a scratch folder, checked, and compared with the database table by table. The database itself is not touched.',
    enable: 'Run drills',
    cron: 'Cron pattern of restore drills',
    offEffect: 'Whether a restore works is then found out on the day it is needed.',
  },
  continuous: {
    label: 'Continuous protection',
    effect:
      'Every transaction of a database in WAL mode is kept for so long, and each second of it can be brought back. Switch it on for each database in Backups.',
    hours: 'Hours that are kept',
  },
  errors: {
    label: 'Errors',
    effect: 'How many operations may fail, and how long errors are kept.',
    objective: 'Operations that may fail, in percent',
    objectiveEffect:
      'Backups, restores, drills, copies and checks of a month. The Errors tab shows how much of it is used up.',
    keep: 'Days that errors are kept',
    keepEffect: 'Groups that were not seen for so long go, with their events.',
  },
  logs: {
    label: 'Logs',
    effect: 'How long followed logs can be searched, and what Holdfast itself writes down.',
    keep: 'Days that can be searched',
    keepEffect: 'Older entries leave the index. The log files themselves are not touched.',
    limit: 'Megabytes of the index at most',
    limitEffect: 'Of all followed logs. When it is reached, the oldest entries leave it.',
    ownLevel: 'Own log: from this level on',
    ownLevelEffect:
      'Ten files of 10 megabytes in the data folder, without passwords and keys. “Debug” writes much more.',
  },
  integrityChecks: {
    label: 'Integrity checks',
    effect:
      'The live databases are checked in a process of their own, without keeping applications from writing: quickly each night, in full each week.',
    quick: 'Quick check',
    quickEffect: 'Looks at the structure of every page and follows every reference.',
    full: 'Full check',
    fullEffect: 'Also compares every index with its table.',
    quickCron: 'Cron pattern of quick checks',
    fullCron: 'Cron pattern of full checks',
    offEffect: 'Damage in a live database is then found by the next backup.',
  },
  pauseOnBattery: {
    label: 'Pause on battery',
    effect:
      'Scheduled backups, copies and drills wait until the machine has power, and are caught up then. Backups by hand go on.',
  },
  backupFolder: {
    label: 'Backup folder',
    current: 'Folder',
    effect: 'New backups go here, one folder a database. Backups in the folder before stay where they are.',
    choose: 'Choose…',
  },
  notifications: {
    label: 'Backups and restores',
    backupFailed: 'A backup failed',
    backupFailedEffect: 'Tells when a backup could not be taken or proved.',
    backupOverdue: 'A backup is overdue',
    backupOverdueEffect: 'Tells when a database has had no proved backup for too long.',
    restoreEnded: 'A restore has ended',
    restoreEndedEffect: 'Tells how a restore ended, also when this window is closed.',
  },
  quiet: 'Quiet hours and pause',
  quietHours: {
    label: 'Quiet hours',
    on: 'Every day from {{from}} to {{to}} only critical alerts are told. One digest of the others follows at {{to}}.',
    off: 'Alerts are told at any time of day.',
    same: 'Begin and end are the same time: choose two.',
    from: 'Begin',
    to: 'End',
    times: 'From and to',
    timesEffect: 'Local time. They may lie on both sides of midnight.',
  },
  digestAt: {
    label: 'Daily digest',
    effect:
      'At {{time}} one message lists the medium alerts that are still open. Nothing is sent on a day without any.',
  },
  pause: {
    label: 'Pause alerts now',
    effect: 'Nobody is told of any alert for a while, not even of critical ones. It ends by itself.',
    effectPaused: 'Nobody is told of alerts until {{time}}.',
    button: 'Pause',
  },
  endpoint: {
    label: 'Local endpoint',
    effect:
      'Other programs on this machine can ask for health and metrics, and applications can send theirs. It listens on the loopback address only: nothing outside this machine reaches it.',
    enable: 'Listen',
    enableEffect: 'Serves /livez, /readyz, /health and /metrics.',
    port: 'Port',
    portEffect: 'From 1024 to 65535.',
    state: 'State',
    listening: 'Listening at {{address}}',
    off: 'Switched off',
    starting: 'Not listening yet',
    tokenFile: 'Token file',
    tokenEffect: 'Everything but /livez asks for the token in this file. Only you can read it.',
    health: 'Ask for health',
    prometheus: 'Prometheus, in scrape_configs',
    command: 'the command',
    configuration: 'the configuration',
    path: 'the path',
    address: 'the address',
  },
  deadMan: {
    label: 'Dead man’s switch',
    effect:
      'Who tells you when this machine itself is down? Holdfast asks this address again and again while it works. The service behind it, for example Healthchecks, raises the alarm when that stops.',
    url: 'Address',
    urlEffect: 'Empty: nothing is asked.',
    urlRefused: 'Enter an address that begins with https:// or http://, without user and password.',
    interval: 'Every',
    intervalEffect: 'Give the service a grace time of at least twice this.',
    minutes: 'minutes',
    state: 'State',
    off: 'Off: nobody notices when this machine is down',
    on: 'Asked every {{interval}}; no failure',
  },
  power: 'Power',
  measurements: 'Measurements',
  gpuMetrics: {
    label: 'Graphics processor',
    effect:
      'Measures load, memory and temperature of graphics processors. Switch it off when that keeps one awake on battery.',
  },
  appearance: 'Appearance',
  theme: {
    label: 'Theme',
    effect: 'Colours of this window.',
    system: 'Like the desktop',
    light: 'Light',
    dark: 'Dark',
  },
  language: {
    label: 'Language',
    effect: 'Language of the window, the tray and notifications.',
    system: 'Like the desktop',
    en: 'English',
    ko: '한국어',
  },
  tray: 'Tray and start',
  closeToTray: {
    label: 'Keep running in the tray',
    effect: 'Keeps Holdfast in the tray when the window is closed, so that schedules go on. When off, closing quits.',
  },
  launchAtLogin: {
    label: 'Start at login',
    effect: 'Starts Holdfast in the tray when you log in, so that no scheduled backup is missed.',
  },
  about: 'About',
};

export const about = {
  version: 'Holdfast',
  electron: 'Electron',
  chrome: 'Chromium',
  node: 'Node.js',
  sqlite: 'SQLite',
  platform: 'Platform',
  home: 'Data folder',
  all: 'all versions',
};
