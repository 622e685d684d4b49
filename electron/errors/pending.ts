/**
 * Events between taking and writing: counted by fingerprint, hour and severity, with those that would be kept as samples.
 * Memory is bounded by how many are let in before somebody must write (`isFull`).
 */
import { type GroupedBecause, KEPT_EVENTS, type NewEvent } from '@shared/error-groups';
import { type ErrorCode, SEVERITIES, type Severity } from '@shared/errors';
import { describe, type Described, groupingOf, severityOf } from './fingerprint';
import { hourOf } from './hours';
import { storedText } from './stored-event';

export interface About {
  databaseId: string | null;
  params: Record<string, string | number>;
}

export interface PendingSample {
  id: string;
  receivedAt: string;
  text: string;
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

/** Events and characters of samples after which they are to be written. */
const SOON = { events: 200, characters: 2_000_000 };
/** After which nothing more is let in before they are written. */
const FULL = { parts: 2_000, characters: 32_000_000 };

export class PendingEvents {
  private parts = new Map<string, PendingPart>();
  private events = 0;
  private characters = 0;

  get isEmpty(): boolean {
    return this.events === 0;
  }

  get isMuch(): boolean {
    return this.events >= SOON.events || this.characters >= SOON.characters;
  }

  get isFull(): boolean {
    return this.parts.size >= FULL.parts || this.characters >= FULL.characters;
  }

  add(applicationId: string | null, event: NewEvent, about: About, nowMs: number): void {
    const { fingerprint, because } = groupingOf(event, about.databaseId);
    const severity = severityOf(event);
    const receivedAt = new Date(nowMs).toISOString();
    const sample = { id: event.id, receivedAt, text: storedText(event) };
    const key = `${applicationId ?? ''}\n${fingerprint}`;
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
      if (part.newest.length > KEPT_EVENTS) this.characters -= part.newest.shift()?.text.length ?? 0;
    }
    this.characters += sample.text.length;
    this.events++;
    part.count++;
    countHour(part, hourOf(nowMs), severity);
  }

  list(): PendingPart[] {
    return [...this.parts.values()];
  }

  /** They are written. */
  clear(): void {
    this.parts = new Map();
    this.events = 0;
    this.characters = 0;
  }
}

function countHour({ hours }: PendingPart, hour: number, severity: Severity): void {
  const key = `${hour} ${severity}`;
  const known = hours.get(key);
  if (known) known.count++;
  else hours.set(key, { hour, severity, count: 1 });
}
