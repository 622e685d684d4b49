/** Access lines of web servers: nginx, Apache, and what writes like them. */
import type { LogLevel } from '@shared/logs';
import { type Header, skipSpace } from './cursor';
import { statusLevel } from './levels';
import { webStamp } from './timestamps';

/** Host names are no longer. */
const FIRST_CHARACTERS = 256;

/** `127.0.0.1 - - [02/Jan/2026:03:04:05 +0000] "GET / HTTP/1.1" 200 12`; null for other lines. */
export function accessHeader(line: string): Header | null {
  let open = -1;
  for (let index = 0; index < FIRST_CHARACTERS && index < line.length; index += 1) {
    if (line.charCodeAt(index) === 91 && line.charCodeAt(index + 3) === 47) {
      open = index;
      break;
    }
  }
  if (open < 0) return null;
  const stamp = webStamp(line, open + 1);
  if (stamp === null || line.charCodeAt(stamp.end) !== 93) return null;
  const rest = line.slice(skipSpace(line, stamp.end + 1));
  return {
    format: 'plain',
    atMs: stamp.atMs,
    level: requestLevel(rest),
    logger: null,
    text: line.slice(0, open) + rest,
  };
}

/** Level by the status behind the request in quotes; null when there is none. */
export function requestLevel(text: string): LogLevel | null {
  if (text.charCodeAt(0) !== 34) return null;
  let close = 0;
  // A request may hold quotes of its own.
  for (let tries = 0; tries < 20; tries += 1) {
    close = text.indexOf('" ', close + 1);
    if (close < 0) return null;
    const status = Number(text.slice(close + 2, close + 5));
    const after = text.charCodeAt(close + 5);
    if (Number.isInteger(status) && status >= 100 && status <= 599 && !(after > 32)) return statusLevel(status);
  }
  return null;
}
