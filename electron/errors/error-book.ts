/** All errors that came in, as groups. */
import type { ErrorGroup } from '@shared/error-groups';
import type { Operation } from '@shared/metrics';
import type { Settings } from '@shared/settings';
import type { Errors, EventSink } from '../core/diagnosis-types';
import type { Store } from '../store/open';
import { holdfastError } from './holdfast-error';

export interface ErrorBookParts {
  store: Store;
  settings: () => Settings['errors'];
  /** `http://127.0.0.1:<port>`; null while the endpoint is closed. */
  address: () => string | null;
  nowMs: () => number;
  /** Groups, applications or counts changed; at most twice a second. */
  onChange: () => void;
}

export class ErrorBook implements Errors, EventSink {
  constructor(readonly parts: ErrorBookParts) {}

  start(): void {}

  /** Writes what is in memory. */
  stop(): void {}

  /** One of Holdfast's own operations ended. */
  countOperation(_operation: Operation, _ok: boolean): void {}

  /** New, returned and growing groups that nobody has looked at, for alerts and for the badge. */
  needing(): ErrorGroup[] {
    return [];
  }

  /** Application by the key of its DSN; null: unknown. */
  applicationByKey(_projectId: number, _key: string): { id: string; name: string } | null {
    return null;
  }

  /** Events of an application were refused because there were too many. */
  countRefused(_applicationId: string, _count: number): void {}

  take: EventSink['take'] = () => undefined;
  groups: Errors['groups'] = () => ({ groups: [], total: 0 });
  group = () => missing();
  summary = () => missing();
  acknowledge = () => missing();
  mute = () => missing();
  resolve = () => missing();
  reopen = () => missing();
  merge = () => missing();
  split = () => missing();
  exported = () => missing();
  reportWindow = () => missing();
  applications = () => [];
  saveApplication = () => missing();
  removeApplication = () => missing();
  newKey = () => missing();
}

function missing(): never {
  throw holdfastError('NOT_AVAILABLE');
}
