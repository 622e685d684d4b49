/** The window's own texts in Korean. */
import type { en } from './en';
import { alerts, rules } from './ko/alerts';
import { channels } from './ko/channels';
import { destinations } from './ko/destinations';
import { backups, check, cleanUp, deletion, errors } from './ko/tabs';
import { performance } from './ko/performance';
import { drop, inspect, preview, restore, run } from './ko/restore';
import { about, settings } from './ko/settings';
import { common, guard, job, palette, removal, severity, tabs } from './ko/shell';
import { days, firstRun, health, now, restores, status } from './ko/status';
import type { SameKeys } from './types';

export const ko: SameKeys<typeof en> = {
  common,
  tabs,
  severity,
  palette,
  guard,
  remove: removal,
  job,
  status,
  days,
  firstRun,
  health,
  now,
  restores,
  drop,
  inspect,
  restore,
  preview,
  run,
  backups,
  check,
  delete: deletion,
  cleanUp,
  errors,
  performance,
  alerts,
  rules,
  channels,
  destinations,
  settings,
  about,
};
