/**
 * Takes errors from Sentry's SDKs, as they are: `POST /api/<project>/envelope/` and `/store/`. What an SDK sends besides
 * errors (sessions, transactions, attachments) is passed over, and answered as taken.
 */
import type { IncomingMessage } from 'node:http';
import type { NewEvent } from '@shared/error-groups';
import type { HoldfastError } from '../errors/holdfast-error';
import { parseJsonInSlices } from './json-slices';
import { type Fields, isFields } from './otlp-json';
import { Pacer } from './pacer';
import { ENCODINGS, type Refusal, UnpackedBody } from './sentry-body';
import { ByteReader, EnvelopeReader, isRefusal } from './sentry-envelope';
import { discardedIn, eventIdIn, eventOf, isErrorEvent } from './sentry-event';
import { sentKey } from './sentry-key';
import { Floods, type RateLimits } from './sentry-limits';
import { Turns } from './turns';

export interface SentryLimits extends RateLimits {
  eventBytes: number;
  packedBytes: number;
  rawBytes: number;
  items: number;
}

const MIB = 1024 * 1024;
export const SENTRY_LIMITS: SentryLimits = {
  eventsPerSecond: 2_000,
  burst: 4_000,
  eventBytes: MIB,
  packedBytes: 20 * MIB,
  rawBytes: 100 * MIB,
  items: 10_000,
};

/** Where errors go. */
export interface EventBook {
  /** Null: nobody's key, or not of this project. */
  applicationByKey(projectId: number, key: string): { id: string; name: string } | null;
  take(applicationId: string, event: NewEvent): void;
  countRefused(applicationId: string, count: number): void;
}

export interface SentryParts {
  book: () => EventBook;
  clock: { nowMs(): number; monotonicMs(): number };
  report: (error: HoldfastError) => void;
  /** No application sends too much any more. */
  settle: () => void;
  limits?: Partial<SentryLimits>;
}

export interface SentryAnswer {
  status: number;
  body: object;
  headers?: Record<string, string>;
}

export type SentryKind = 'envelope' | 'store';

/** What one request has brought so far. */
interface Course {
  application: { id: string; name: string };
  /** Of the envelope, then of its first event: what is answered. */
  id: string | null;
  taken: number;
  refused: number;
  /** What its sender gave up by itself, because it was told to wait. */
  discarded: number;
  pacer: Pacer;
}

/** Each has a window of up to 16 MiB in memory. */
const UNPACKED_AT_ONCE = 8;
/** Events of more than this are read one at a time: what comes of one may be many times as large. */
const SHORT_CHARACTERS = 128 * 1024;
/** More of them take longer to clear away than everything else may wait. */
const MOST_VALUES = 100_000;

export class SentryIntake {
  private readonly limits: SentryLimits;
  private readonly floods: Floods;
  private readonly unpacking = new Turns(UNPACKED_AT_ONCE);
  private readonly reading = new Turns(1);

  constructor(private readonly parts: SentryParts) {
    const { clock, report, settle } = parts;
    this.limits = { ...SENTRY_LIMITS, ...parts.limits };
    this.floods = new Floods({ clock, report, settle, limits: this.limits });
  }

  /** To be called every few seconds. */
  tick(): void {
    this.floods.tick();
  }

  /** Null when the client went away. Rejects with what the book throws. */
  take(request: IncomingMessage, projectId: number, kind: SentryKind): Promise<SentryAnswer | null> {
    const body = new UnpackedBody(request, this.limits);
    const refusal = body.refusedAtOnce();
    if (refusal) return Promise.resolve(refusalOf(refusal));
    const work = () => this.takeBody(request, body, projectId, kind);
    return body.isPacked ? this.unpacking.take(work) : work();
  }

  private async takeBody(request: IncomingMessage, body: UnpackedBody, projectId: number, kind: SentryKind) {
    const pieces = body.pieces();
    try {
      const reader = kind === 'envelope' ? new EnvelopeReader(pieces, this.limits) : new ByteReader(pieces);
      const opened = reader instanceof EnvelopeReader ? await reader.header() : { header: {} };
      if (body.fault) return faultOf(body.fault);
      if (isRefusal(opened)) return refusalOf(opened);
      const { header } = opened;
      const sent = sentKey(header['dsn'], request.url ?? '', request.headers);
      const isOfProject = sent !== null && (sent.projectId ?? projectId) === projectId;
      const application = isOfProject ? this.parts.book().applicationByKey(projectId, sent.key) : null;
      if (!application) return refusalOf({ status: 403, reason: 'no application has this key and project' });
      const course: Course = {
        application,
        id: eventIdIn(header['event_id']),
        taken: 0,
        refused: 0,
        discarded: 0,
        pacer: new Pacer(),
      };
      const wrong =
        reader instanceof EnvelopeReader ? await this.takeItems(reader, course) : await this.takeStored(reader, course);
      const lost = course.refused + course.discarded;
      if (lost > 0) this.parts.book().countRefused(application.id, lost);
      // A body that ended early ends its envelope early: the reason is the body's.
      if (body.fault) return faultOf(body.fault);
      if (wrong) return refusalOf(wrong);
      return course.refused > 0
        ? this.tooMany(course)
        : { status: 200, body: course.id === null ? {} : { id: course.id } };
    } finally {
      await pieces.return();
    }
  }

  private async takeItems(reader: EnvelopeReader, course: Course): Promise<Refusal | null> {
    for (;;) {
      if (course.pacer.due) await course.pacer.rest();
      const item = await reader.next();
      if (item === null || isRefusal(item)) return item;
      const isKept = item.type === 'client_report' || (item.type === 'event' && this.mayTake(course));
      const read = isKept ? await reader.payload() : await reader.skip();
      if (read === null) continue;
      if (isRefusal(read)) return read;
      const found = await this.fieldsIn(read.payload, course.pacer);
      if (isRefusal(found)) return found;
      if (item.type === 'event') this.keep(found.fields, course);
      else course.discarded += discardedIn(found.fields);
    }
  }

  /** The whole body is one event. */
  private async takeStored(reader: ByteReader, course: Course): Promise<Refusal | null> {
    if (!this.mayTake(course)) return null;
    const { eventBytes } = this.limits;
    const payload = await reader.all(eventBytes);
    if (payload === 'too-long') return { status: 413, reason: `an event is longer than ${eventBytes} bytes` };
    const found = await this.fieldsIn(payload, course.pacer);
    if (isRefusal(found)) return found;
    this.keep(found.fields, course);
    return null;
  }

  private mayTake(course: Course): boolean {
    const { id, name } = course.application;
    if (this.floods.mayTake(id, name)) return true;
    course.refused++;
    return false;
  }

  /** A JSON object, read so that nothing else has to wait for long. */
  private async fieldsIn(payload: Buffer, pacer: Pacer): Promise<{ fields: Fields } | Refusal> {
    const text = payload.toString('utf8');
    const read = () => parseJsonInSlices(text, pacer, SHORT_CHARACTERS, MOST_VALUES).catch((thrown: unknown) => thrown);
    const value = await (text.length <= SHORT_CHARACTERS ? read() : this.reading.take(read));
    if (value instanceof Error && !(value instanceof SyntaxError)) throw value;
    const isObject = isFields(value) && !(value instanceof Error);
    return isObject ? { fields: value } : { status: 400, reason: 'an item is no JSON object' };
  }

  private keep(event: Fields, course: Course): void {
    if (!isErrorEvent(event)) return;
    const made = eventOf(event, this.parts.clock.nowMs(), course.taken === 0 ? course.id : null);
    course.id ??= made.id;
    this.parts.book().take(course.application.id, made);
    course.taken++;
  }

  private tooMany({ application, refused }: Course): SentryAnswer {
    const seconds = this.floods.refused(application.id, refused);
    const headers = { 'Retry-After': String(seconds), 'X-Sentry-Rate-Limits': `${seconds}:error:project` };
    return { status: 429, body: { detail: 'too many errors: wait' }, headers };
  }
}

const faultOf = (fault: Refusal | 'client-gone'): SentryAnswer | null =>
  fault === 'client-gone' ? null : refusalOf(fault);

const refusalOf = ({ status, reason }: Refusal): SentryAnswer => ({
  status,
  body: { detail: reason },
  ...(status === 415 ? { headers: { 'Accept-Encoding': ENCODINGS } } : {}),
});
