/** The lines of Health: a title for each component and a sentence for each state (`health.<component>.<key>`). */
import type { HealthComponent, HealthStatus } from '../../models';

type ComponentTexts = Record<'title' | HealthStatus, string> & Record<string, string>;

export const health = {
  databases: {
    title: 'Databases',
    none: 'No database is guarded yet.',
    pass: 'All guarded databases are where they should be.',
    warn: 'Guarded databases with open problems: {{troubled}} of {{count}}.',
    fail: 'Guarded databases that are missing or damaged: {{broken}} of {{count}}.',
  },
  backups: {
    title: 'Backups',
    none: 'There is no backup yet.',
    pass: 'Every guarded database has a proved backup that is recent enough.',
    warn: 'Guarded databases whose backup is overdue: {{overdue}} of {{count}}.',
    fail: 'Guarded databases without a proved backup: {{bare}} of {{count}}.',
  },
  'backup-folder': {
    title: 'Backup folder',
    pass: 'The backup folder can be written to.',
    warn: 'The backup folder can be used with limits.',
    fail: 'The backup folder cannot be used.',
    absent: 'The backup folder does not exist yet. It is made with the first backup.',
    gone: 'The backup folder is gone, and the backups with it. Connect its disk or choose another folder in Settings.',
  },
  disk: {
    title: 'Disk',
    pass: 'The fullest disk, {{mount}}, has {{freeBytes, bytes}} free.',
    warn: 'The disk {{mount}} is filling up: {{freeBytes, bytes}} free.',
    fail: 'The disk {{mount}} is almost full: {{freeBytes, bytes}} free.',
  },
  memory: {
    title: 'Memory',
    pass: 'Memory in use: {{usedBytes, bytes}} of {{totalBytes, bytes}}.',
    warn: 'Memory is running low: {{usedBytes, bytes}} of {{totalBytes, bytes}} in use.',
    fail: 'There is almost no free memory: {{usedBytes, bytes}} of {{totalBytes, bytes}} in use.',
  },
  cpu: {
    title: 'Processor',
    pass: 'The processor has capacity to spare.',
    warn: 'The processor was heavily loaded over the last {{minutes}} minutes.',
    fail: 'The processor was almost fully loaded over the last {{minutes}} minutes.',
  },
  'event-loop': {
    title: 'Responsiveness',
    pass: 'Holdfast responds without delay.',
    warn: 'Holdfast responds with delays of up to {{maxMs}} ms.',
    fail: 'Holdfast hardly responds: delays of up to {{maxMs}} ms.',
  },
  store: {
    title: 'Holdfast’s own data',
    pass: 'Settings, catalogue and history can be read and written.',
    warn: 'Settings, catalogue and history respond slowly.',
    fail: 'Settings, catalogue and history cannot be read or written.',
  },
  monitoring: {
    title: 'Measurements',
    pass: 'Measurements are taken and kept.',
    warn: 'Measurements are taken, but part of them could not be kept.',
    fail: 'No measurement was taken for {{seconds, seconds}}.',
  },
  services: {
    title: 'External services',
    none: 'No service is watched.',
    pass: 'All watched services answer.',
    warn: 'Watched services that do not answer: {{down}} of {{count}}.',
    fail: 'None of the {{count}} watched services answers.',
  },
  notifiers: {
    title: 'Alert channels',
    none: 'No channel is set up: alerts are visible in the window only.',
    pass: 'Alerts arrive through every channel that is switched on.',
    warn: 'Channels through which messages do not arrive: {{failing}} of {{count}}.',
    fail: 'Messages arrive through no channel.',
  },
  endpoint: {
    title: 'Local endpoint',
    off: 'The local endpoint is switched off.',
    pass: 'The local endpoint answers at {{address}}.',
    warn: 'The local endpoint cannot listen on port {{port}}.',
    fail: 'The local endpoint cannot listen on port {{port}}.',
  },
  keyring: {
    title: 'Keyring',
    pass: 'The keyring of the operating system can be used.',
    warn: 'The keyring of the operating system is locked.',
    fail: 'The keyring of the operating system cannot be used.',
    absent: 'There is no keyring. Passwords and tokens are kept in a file that only this user can read.',
  },
  copies: {
    title: 'Copies',
    none: 'No destination is set up: a fire or a thief takes the databases and their backups together.',
    pass: 'Every database has three copies on two media, one of them offsite.',
    warn: 'Databases without three copies on two media with one offsite: {{behind}} of {{count}}.',
    fail: 'No destination can be reached.',
  },
  drills: {
    title: 'Restore drills',
    none: 'No restore drill was run yet.',
    off: 'Restore drills are switched off.',
    pass: 'The newest restore drill of every database passed.',
    warn: 'Databases without a recent restore drill: {{overdue}} of {{count}}.',
    fail: 'Databases whose newest restore drill failed: {{failed}} of {{count}}.',
  },
} satisfies Record<HealthComponent['component'], ComponentTexts>;
