/** Every channel of the contract and what answers it, in one table: a channel without an answer does not compile. */
import { alertingHandlers } from './alerting';
import { backupHandlers } from './backups';
import type { IpcContext } from './context';
import { copyingHandlers } from './copying';
import { databaseHandlers } from './databases';
import type { Handlers } from './door';
import { diagnosisHandlers } from './diagnosis';
import { monitoringHandlers } from './monitoring';
import { problemHandlers } from './problems';
import { recoveryHandlers } from './recovery';
import { restoreHandlers } from './restore';
import { settingsHandlers } from './settings';
import { soundnessHandlers } from './soundness';
import { systemHandlers } from './system';

export function createHandlers(context: IpcContext): Handlers {
  return {
    ...systemHandlers(context),
    ...databaseHandlers(context),
    ...backupHandlers(context),
    ...restoreHandlers(context),
    ...problemHandlers(context),
    ...settingsHandlers(context),
    ...monitoringHandlers(context),
    ...alertingHandlers(context),
    ...copyingHandlers(context),
    ...recoveryHandlers(context),
    ...soundnessHandlers(context),
    ...diagnosisHandlers(context),
  } satisfies Handlers;
}
