/** A book of errors that remembers what it was given. */
import type { NewEvent } from '@shared/error-groups';
import type { EventBook } from '../../../electron/ingest/sentry';

export const KEY = '0123456789abcdef0123456789abcdef';
export const PROJECT = 7;

export class FakeBook implements EventBook {
  readonly taken: NewEvent[] = [];
  refused = 0;
  isBroken = false;
  /** Shows that it was not the book of somebody else. */
  readonly applications = new Set<string>();

  applicationByKey(projectId: number, key: string) {
    return projectId === PROJECT && key === KEY ? { id: 'shop-id', name: 'shop' } : null;
  }

  take(applicationId: string, event: NewEvent): void {
    if (this.isBroken) throw new Error('no such table');
    this.applications.add(applicationId);
    this.taken.push(event);
  }

  countRefused(applicationId: string, count: number): void {
    this.applications.add(applicationId);
    this.refused += count;
  }
}
