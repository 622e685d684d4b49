/** The window's own texts in English: the catalogue the others are measured by. */
import { alerts, rules } from './en/alerts';
import { channels } from './en/channels';
import { destinations } from './en/destinations';
import { backups, check, cleanUp, deletion, errors } from './en/tabs';
import { performance } from './en/performance';
import { drop, inspect, preview, restore, run } from './en/restore';
import { about, settings } from './en/settings';
import { common, guard, job, palette, removal, severity, tabs } from './en/shell';
import { days, firstRun, health, now, restores, status } from './en/status';

export const en = {
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
