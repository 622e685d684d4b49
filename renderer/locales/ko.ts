/** The window's own texts in Korean. */
import type { en } from './en';
import { alerts, rules } from './ko/alerts';
import { channels } from './ko/channels';
import { backups, chain, check, cleanUp, copies, deletion, drills } from './ko/backups';
import { errors } from './ko/errors';
import { logs } from './ko/logs';
import { faults } from './ko/faults';
import { performance } from './ko/performance';
import { destinations } from './ko/destinations';
import { belonging, dropped, partial, restoreList } from './ko/partial';
import { integrity } from './ko/integrity';
import { drop, inspect, preview, restore, run } from './ko/restore';
import { dataRules } from './ko/rules';
import { about, settings } from './ko/settings';
import { common, guard, job, palette, removal, severity, tabs } from './ko/shell';
import { days, firstRun, health, now, restores, rule, status } from './ko/status';
import { continuous, moment, timeline } from './ko/timeline';
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
  rule,
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
  partial,
  dropped,
  belonging,
  restoreList,
  timeline,
  moment,
  continuous,
  backups,
  chain,
  copies,
  drills,
  check,
  delete: deletion,
  cleanUp,
  errors,
  faults,
  logs,
  performance,
  alerts,
  rules,
  channels,
  destinations,
  integrity,
  dataRules,
  settings,
  about,
};
