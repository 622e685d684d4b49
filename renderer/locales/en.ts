/** The window's own texts in English: the catalogue the others are measured by. */
import { alerts, rules } from './en/alerts';
import { channels } from './en/channels';
import { backups, chain, check, cleanUp, copies, deletion, drills } from './en/backups';
import { errors } from './en/errors';
import { logs } from './en/logs';
import { faults } from './en/faults';
import { performance } from './en/performance';
import { destinations } from './en/destinations';
import { belonging, dropped, partial, restoreList } from './en/partial';
import { integrity } from './en/integrity';
import { drop, inspect, preview, restore, run } from './en/restore';
import { dataRules } from './en/rules';
import { about, settings } from './en/settings';
import { common, guard, job, palette, removal, severity, tabs } from './en/shell';
import { days, firstRun, health, now, restores, rule, status } from './en/status';
import { continuous, moment, timeline } from './en/timeline';

export const en = {
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
