/** Settings: the one schema that the store, the window and the command check against. */
import { z } from 'zod';
import { LANGUAGES } from './languages';
import { LOG_LEVELS } from './logs';
import { HttpUrl } from './monitoring';
import { RetentionPolicy } from './retention';

export { LANGUAGES, type Language } from './languages';
export { RetentionPolicy } from './retention';

const ClockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

const Schedule = z.object({
  enabled: z.boolean(),
  cron: z.string().min(9).max(120),
  changesOnly: z.boolean().optional(),
});
export const NO_INTERVAL = { enabled: false, cron: '*/15 * * * *' };
/** The schedules of a database, or those that a new one starts with. */
export const Schedules = z.object({
  // Absent in what was stored before there were incremental backups.
  incremental: Schedule.default(NO_INTERVAL),
  daily: Schedule,
  weekly: Schedule,
  monthly: Schedule,
});

export const Settings = z.object({
  /** `system` follows the desktop. */
  theme: z.enum(['system', 'light', 'dark']),
  /** `system` follows the desktop's language, English when it is neither. */
  language: z.enum(['system', ...LANGUAGES]),
  /** Folder that holds the backups, one folder a database below it. */
  backupFolder: z.string().min(1).max(4096),
  retention: RetentionPolicy,
  notifications: z.object({
    backupFailed: z.boolean(),
    backupOverdue: z.boolean(),
    restoreEnded: z.boolean(),
  }),
  /** Local times between which only CRITICAL alerts are told; one digest follows at the end. */
  quietHours: z.object({ enabled: z.boolean(), from: ClockTime, to: ClockTime }),
  /** Local time of the daily digest of MEDIUM alerts that are still open. */
  digestAt: ClockTime,
  /** The local HTTP endpoint: health, metrics, and taking the metrics of applications. */
  endpoint: z.object({ enabled: z.boolean(), port: z.number().int().min(1_024).max(65_535) }),
  /** A Healthchecks-compatible address that is asked while Holdfast works; empty for none. */
  deadMan: z.object({ url: z.union([z.literal(''), HttpUrl]), intervalMinutes: z.number().int().min(1).max(1_440) }),
  /** Reading a graphics processor's figures may keep it awake. */
  gpuMetrics: z.boolean(),
  closeToTray: z.boolean(),
  launchAtLogin: z.boolean(),
  /** Schedules that a newly guarded database starts with. */
  defaultSchedules: Schedules,
  /** Restores into a scratch folder, to see that they work. */
  drills: z.object({ enabled: z.boolean(), cron: z.string().min(9).max(120) }),
  /** Continuous protection: every transaction of the last so many hours can be brought back. */
  continuous: z.object({ keepHours: z.number().int().min(1).max(2_160) }),
  /** Scheduled checks of the live databases. */
  integrityChecks: z.object({
    quick: Schedule.omit({ changesOnly: true }),
    full: Schedule.omit({ changesOnly: true }),
  }),
  /** Errors that come in: the share of operations that may fail, in percent, and how long groups and events are kept. */
  errors: z.object({ objectivePercent: z.number().min(0.01).max(50), keepDays: z.number().int().min(1).max(730) }),
  /** Logs that are followed, and Holdfast's own: from which level on it is written. */
  logs: z.object({
    keepDays: z.number().int().min(1).max(365),
    /** Of the index of all followed logs. */
    limitMegabytes: z.number().int().min(100).max(20_000),
    ownLevel: z.enum(LOG_LEVELS),
  }),
  /** Scheduled backups, copies and drills wait until the machine has power. */
  pauseOnBattery: z.boolean(),
});
export type Settings = z.infer<typeof Settings>;

/** A change of some settings; what is not named stays. */
export const SettingsPatch = Settings.partial();
export type SettingsPatch = z.infer<typeof SettingsPatch>;

export const DEFAULT_SCHEDULES: Settings['defaultSchedules'] = {
  incremental: NO_INTERVAL,
  daily: { enabled: true, cron: '0 2 * * *' },
  weekly: { enabled: true, cron: '0 3 * * 0' },
  monthly: { enabled: true, cron: '0 4 1 * *' },
};

export const DEFAULT_RETENTION: RetentionPolicy = { incremental: 96, daily: 7, weekly: 4, monthly: 12 };

export const DEFAULT_ENDPOINT_PORT = 47_600;

/** Settings of a new home. */
export function defaultSettings(backupFolder: string, endpointPort = DEFAULT_ENDPOINT_PORT): Settings {
  return {
    theme: 'system',
    language: 'system',
    backupFolder,
    retention: DEFAULT_RETENTION,
    notifications: { backupFailed: true, backupOverdue: true, restoreEnded: true },
    quietHours: { enabled: false, from: '22:00', to: '07:00' },
    digestAt: '09:00',
    endpoint: { enabled: true, port: endpointPort },
    deadMan: { url: '', intervalMinutes: 5 },
    gpuMetrics: true,
    closeToTray: true,
    launchAtLogin: false,
    defaultSchedules: DEFAULT_SCHEDULES,
    drills: { enabled: true, cron: '0 5 * * 0' },
    continuous: { keepHours: 48 },
    integrityChecks: {
      quick: { enabled: true, cron: '30 1 * * *' },
      full: { enabled: true, cron: '30 5 * * 6' },
    },
    errors: { objectivePercent: 1, keepDays: 90 },
    logs: { keepDays: 14, limitMegabytes: 2_000, ownLevel: 'INFO' },
    pauseOnBattery: false,
  };
}
