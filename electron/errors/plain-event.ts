/** An event of which no more is known than what is said of it. */
import type { NewEvent } from '@shared/error-groups';
import { randomUUID } from 'node:crypto';

/** With an id of its own, handled, and empty in all that `known` leaves out. `at` is an ISO time. */
export const plainEvent = (known: Partial<NewEvent> & Pick<NewEvent, 'at' | 'level' | 'message'>): NewEvent => ({
  id: randomUUID(),
  handled: true,
  thrown: [],
  breadcrumbs: [],
  tags: {},
  contexts: {},
  release: null,
  environment: null,
  serverName: null,
  transaction: null,
  code: null,
  fingerprint: null,
  isCut: false,
  ...known,
});
