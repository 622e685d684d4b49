/**
 * What a command and the owner of a home say to each other: JSON, one message a line. The first line of a connection
 * carries the token of `owner.json`; then each request is answered by progress, any number of times, and one result.
 */
import { ERROR_CODES, type ErrorCode, SEVERITIES } from '@shared/errors';
import { z } from 'zod';

/** A request is never larger; the connection of a client that sends more is closed. */
export const REQUEST_LIMIT_BYTES = 1024 * 1024;
/** A result may list every restore point of a large catalogue. */
export const ANSWER_LIMIT_BYTES = 256 * 1024 * 1024;

export const Greeting = z.object({ token: z.string().min(1).max(200) });
export type Greeting = z.infer<typeof Greeting>;

const RequestId = z.number().int().nonnegative();

export const Request = z.union([
  z.object({ id: RequestId, command: z.string().min(1).max(40), args: z.unknown() }),
  z.object({ id: RequestId, cancel: z.literal(true) }),
]);
export type Request = z.infer<typeof Request>;

/** Progress of a job, as far as a command shows it. */
export const Progress = z.object({
  subject: z.string(),
  phase: z.string(),
  doneBytes: z.number(),
  totalBytes: z.number(),
  bytesPerSecond: z.number(),
  secondsLeft: z.number().nullable(),
});
export type Progress = z.infer<typeof Progress>;

const isErrorCode = (code: string): code is ErrorCode => ERROR_CODES.some((known) => known === code);
export const ErrorViewMessage = z.object({
  /** A code that only the other version knows is an internal error here. */
  code: z.string().transform((code): ErrorCode => (isErrorCode(code) ? code : 'INTERNAL')),
  severity: z.enum(SEVERITIES),
  retryable: z.boolean(),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  detail: z.string(),
});

/** What a command ended in: its value, and what it found when it was a check. */
export const Outcome = z.object({ value: z.unknown(), problem: ErrorViewMessage.optional() });
export type Outcome = z.infer<typeof Outcome>;

export const Answer = z.union([
  z.object({ welcome: z.literal(true), version: z.string() }),
  z.object({ id: RequestId, progress: Progress }),
  z.object({
    id: RequestId,
    result: z.union([
      z.object({ ok: z.literal(true), value: Outcome }),
      z.object({ ok: z.literal(false), error: ErrorViewMessage }),
    ]),
  }),
]);
export type Answer = z.infer<typeof Answer>;

/** Cuts a byte stream into lines. `push` gives the lines that are complete; null when one is longer than the limit. */
export class LineReader {
  private rest: Buffer[] = [];
  private restBytes = 0;

  constructor(private readonly limitBytes: number) {}

  push(chunk: Buffer): string[] | null {
    const lines: string[] = [];
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      const line = Buffer.concat([...this.rest, chunk.subarray(from, end)]);
      if (line.length > this.limitBytes) return null;
      lines.push(line.toString('utf8'));
      this.rest = [];
      this.restBytes = 0;
      from = end + 1;
    }
    const tail = chunk.subarray(from);
    this.restBytes += tail.length;
    if (this.restBytes > this.limitBytes) return null;
    if (tail.length > 0) this.rest.push(tail);
    return lines;
  }
}

/** One message as it goes over the wire. */
export function encode(message: Greeting | Request | Answer): string {
  return `${JSON.stringify(message)}\n`;
}

/** Parses one line; null when it is not JSON or not such a message. */
export function decode<T>(schema: z.ZodType<T>, line: string): T | null {
  try {
    return schema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    // not JSON: the caller closes the connection
    return null;
  }
}
