/**
 * Events between taking and writing: counted by fingerprint, hour and severity, with those that would be kept as samples.
 * Memory is bounded by how many are let in before somebody must write (`isFull`).
 */
import { type GroupedBecause, KEPT_EVENTS, type NewEvent } from '@shared/error-groups';
import { type ErrorCode, SEVERITIES, type Severity } from '@shared/errors';
import { describe, type Described, groupingOf, severityOf } from './fingerprint';
import { hourOf } from './hours';

export interface About {
  databaseId: string | null;
  params: Record<string, string | number>;
}

export interface PendingSample {
  id: string;
  receivedAt: string;
  event: NewEvent;
}

export interface PendingPart {
  applicationId: string | null;
  fingerprint: string;
  because: GroupedBecause;
  /** Of the newest. */
  described: Described;
  code: ErrorCode | null;
  about: About;
  worst: Severity;
  count: number;
  firstSeenAt: string;
  lastSeenAt: string;
  /** Key: hour and severity. */
  hours: Map<string, { hour: number; severity: Severity; count: number }>;
  /** The first one, and the newest. */
  first: PendingSample;
  newest: PendingSample[];
}

/** Events after which they are to be written. */
const SOON_EVENTS = 200;
/** Samples after which nothing more is let in before they are written: whoever takes events keeps each of them small. */
const FULL_SAMPLES = 2_000;

export class PendingEvents {
  private readonly parts = new Map<string, PendingPart>();
  private events = 0;
  private samples = 0;

  get isEmpty(): boolean {
    return this.events === 0;
  }

  get isMuch(): boolean {
    return this.events >= SOON_EVENTS;
  }

  get isFull(): boolean {
    return this.samples >= FULL_SAMPLES;
  }

  add(applicationId: string | null, event: NewEvent, about: About, nowMs: number): void {
    const { fingerprint, because } = groupingOf(event, about.databaseId);
    const severity = severityOf(event);
    const receivedAt = new Date(nowMs).toISOString();
    const sample = { id: event.id, receivedAt, event };
    const key = keyOf(applicationId, fingerprint);
    const known = this.parts.get(key);
    const part: PendingPart = known ?? {
      ...{ applicationId, fingerprint, because, described: describe(event), code: event.code, about },
      ...{ worst: severity, count: 0, firstSeenAt: receivedAt, lastSeenAt: receivedAt },
      ...{ hours: new Map(), first: sample, newest: [] },
    };
    if (known === undefined) this.parts.set(key, part);
    else {
      part.described = describe(event);
      part.about = about;
      if (SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(part.worst)) part.worst = severity;
      // The clock may have been set back.
      if (receivedAt > part.lastSeenAt) part.lastSeenAt = receivedAt;
      part.newest.push(sample);
      if (part.newest.length > KEPT_EVENTS) {
        part.newest.shift();
        this.samples--;
      }
    }
    this.samples++;
    this.events++;
    part.count++;
    countHour(part, hourOf(nowMs), severity);
  }

  /** The first ones, up to a number of these or of their samples; one at least. */
  first(most: { parts: number; samples: number }): PendingPart[] {
    const found: PendingPart[] = [];
    let samples = 0;
    for (const part of this.parts.values()) {
      samples += 1 + part.newest.length;
      if (found.length >= most.parts || (found.length > 0 && samples > most.samples)) break;
      found.push(part);
    }
    return found;
  }

  /** These are written. */
  written(parts: readonly PendingPart[]): void {
    for (const part of parts) {
      this.parts.delete(keyOf(part.applicationId, part.fingerprint));
      this.events -= part.count;
      this.samples -= 1 + part.newest.length;
    }
  }
}

const keyOf = (applicationId: string | null, fingerprint: string): string => `${applicationId ?? ''}\n${fingerprint}`;

function countHour({ hours }: PendingPart, hour: number, severity: Severity): void {
  const key = `${hour} ${severity}`;
  const known = hours.get(key);
  if (known) known.count++;
  else hours.set(key, { hour, severity, count: 1 });
}
