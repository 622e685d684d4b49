/** The lines of Health: a title for each component and a sentence for each state (`health.<component>.<key>`). */
import type { HealthComponent, HealthStatus } from '../../models';

type ComponentTexts = Record<'title' | HealthStatus, string> & Record<string, string>;

export const health = {
  databases: {
    title: 'Databases',
    none: 'No database is guarded yet.',
    pass: 'All guarded databases are where they should be.',
    warn: 'Some guarded databases have open problems.',
    fail: 'A guarded database is missing or damaged.',
  },
  backups: {
    title: 'Backups',
    none: 'There is no backup yet.',
    pass: 'Every guarded database has a proved backup that is recent enough.',
    warn: 'A proved backup is overdue.',
    fail: 'A guarded database has no proved backup.',
  },
  'backup-folder': {
    title: 'Backup folder',
    pass: 'The backup folder can be written to.',
    warn: 'The backup folder does not exist yet. It is made with the first backup.',
    fail: 'The backup folder cannot be used.',
  },
  disk: {
    title: 'Disk',
    pass: 'There is enough free space for backups.',
    warn: 'Free space for backups is running low.',
    fail: 'There is almost no free space for backups.',
  },
  memory: {
    title: 'Memory',
    pass: 'There is enough free memory.',
    warn: 'Memory is running low.',
    fail: 'There is almost no free memory.',
  },
  cpu: {
    title: 'Processor',
    pass: 'The processor has capacity to spare.',
    warn: 'The processor is heavily loaded.',
    fail: 'The processor has been fully loaded for minutes.',
  },
  'event-loop': {
    title: 'Responsiveness',
    pass: 'Holdfast responds without delay.',
    warn: 'Holdfast responds with a delay.',
    fail: 'Holdfast hardly responds.',
  },
  store: {
    title: 'Holdfast’s own data',
    pass: 'Settings, catalogue and history can be read and written.',
    warn: 'Settings, catalogue and history respond slowly.',
    fail: 'Settings, catalogue and history cannot be read or written.',
  },
  keyring: {
    title: 'Keyring',
    pass: 'The keyring of the operating system can be used.',
    warn: 'The keyring of the operating system is locked.',
    fail: 'The keyring of the operating system cannot be used.',
  },
} satisfies Record<HealthComponent['component'], ComponentTexts>;
