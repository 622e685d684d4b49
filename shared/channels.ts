/** Names of the IPC channels. No schemas here: the sandboxed preload imports this file and must stay small. */

/** Requests from the window; each answers with a `Result`. */
export const REQUEST_CHANNELS = [
  'state:get',
  'runtime:get',
  'databases:choose',
  'databases:add',
  'databases:add-sample',
  'databases:remove',
  'databases:set-schedules',
  'backups:start',
  'backups:list',
  'backups:verify',
  'backups:delete',
  'backups:export',
  'backups:reveal',
  'retention:preview',
  'retention:run',
  'files:choose',
  'files:inspect',
  'files:release',
  'restore:preview',
  'restore:start',
  'restore:save-copy',
  'restore:undo',
  'jobs:cancel',
  'problems:list',
  'problems:resolve',
  'settings:set',
  'settings:choose-folder',
  'metrics:history',
  'notifications:test',
  'window:copy-text',
] as const;
export type RequestChannel = (typeof REQUEST_CHANNELS)[number];

/** Events to the window. */
export const EVENT_CHANNELS = ['state', 'metrics', 'navigate'] as const;
export type EventChannel = (typeof EVENT_CHANNELS)[number];
