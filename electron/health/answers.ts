/** Answers of the endpoint, and how they are sent. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface Answer {
  status: number;
  type: string;
  body: string;
  headers?: Record<string, string>;
}

/** Every answer ends its connection: nobody asks often enough for keeping it to pay. */
const EVERY_ANSWER = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff', Connection: 'close' };

/** A client that still sends hears the answer only when it may end: what it sends is read on, to these limits. */
const READ_ON_MS = 1_000;
const READ_ON_BYTES = 16 * 1024 * 1024;

export function plain(status: number, sentence: string, headers: Record<string, string> = {}): Answer {
  return { status, type: 'text/plain; charset=utf-8', body: `${sentence}\n`, headers };
}

export function json(status: number, body: object, headers: Record<string, string> = {}): Answer {
  return { status, type: 'application/json', body: JSON.stringify(body), headers };
}

export async function send(request: IncomingMessage, response: ServerResponse, answer: Answer): Promise<void> {
  const { status, type, body, headers } = answer;
  response.writeHead(status, {
    ...EVERY_ANSWER,
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
    ...headers,
  });
  if (request.method !== 'HEAD') response.write(body);
  else response.flushHeaders();
  if (stillSends(request)) await readOn(request);
  response.end();
}

function stillSends({ complete, headers }: IncomingMessage): boolean {
  const announced = Number(headers['content-length'] ?? 0);
  return !complete && (headers['transfer-encoding'] !== undefined || (announced > 0 && announced <= READ_ON_BYTES));
}

/** Lets what is left of a request pass by. */
function readOn(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    let bytes = 0;
    const timer = setTimeout(resolve, READ_ON_MS);
    const end = (): void => {
      clearTimeout(timer);
      resolve();
    };
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > READ_ON_BYTES) end();
    });
    request.once('end', end).once('close', end).once('error', end);
    request.resume();
  });
}

/** Answers what Node could not read as a request: too large, too slow, or no HTTP. */
export function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request';
  const headers = Object.entries({ ...EVERY_ANSWER, 'Content-Length': '0' }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  socket.end(`HTTP/1.1 ${[status, ...headers].join('\r\n')}\r\n\r\n`, () => socket.destroy());
}
