/** Lines of syslog: RFC 3164, RFC 5424, and journald's short form. */
import type { LogLevel } from '@shared/logs';
import { type Header, isName, isNumber, nearLevel, skipSpace, wordEnd } from './cursor';
import { syslogLevel } from './levels';
import { isoStamp, type Stamp, syslogStamp } from './timestamps';

/** A line that begins with a priority, `<34>`; null when it is none. */
export function priorityHeader(line: string, nowMs: number): Header | null {
  const close = line.indexOf('>', 1);
  if (close < 2 || close > 4 || !isNumber(line.slice(1, close))) return null;
  const priority = Number(line.slice(1, close));
  if (priority > 191) return null;
  const level = syslogLevel(priority % 8);
  if (line.startsWith('1 ', close + 1)) return newer(line, close + 3, level);
  const stamp = syslogStamp(line, close + 1, nowMs) ?? isoStamp(line, close + 1);
  const tagged = stamp === null ? null : taggedHeader(line, stamp, level, false);
  if (tagged !== null) return tagged;
  const start = skipSpace(line, stamp?.end ?? close + 1);
  return { format: 'syslog', atMs: stamp?.atMs ?? null, level, logger: null, text: line.slice(start) };
}

/** RFC 5424 behind its version: stamp, host, program, process, message id, structured data, message. */
function newer(line: string, start: number, level: LogLevel): Header | null {
  const stamp = line.charCodeAt(start) === 45 ? { atMs: null, end: start + 1 } : isoStamp(line, start);
  if (stamp === null) return null;
  let at = stamp.end + 1;
  let logger: string | null = null;
  for (const field of ['host', 'program', 'process', 'id']) {
    const end = wordEnd(line, at);
    const word = line.slice(at, end);
    if (field === 'program' && word !== '-') logger = word;
    at = end + 1;
  }
  at = structuredEnd(line, at);
  let text = line.slice(skipSpace(line, at));
  // The message may begin with a mark that it is UTF-8.
  if (text.charCodeAt(0) === 0xfeff) text = text.slice(1);
  return { format: 'syslog', atMs: stamp.atMs, level, logger, text };
}

function structuredEnd(line: string, start: number): number {
  if (line.charCodeAt(start) !== 91) return start + 1;
  let inQuotes = false;
  for (let index = start; index < line.length; index += 1) {
    const code = line.charCodeAt(index);
    if (code === 92) index += 1;
    else if (code === 34) inQuotes = !inQuotes;
    else if (code === 93 && !inQuotes && line.charCodeAt(index + 1) !== 91) return index + 1;
  }
  // Not ended: what is there is the message.
  return start;
}

/** `Jan  2 03:04:05 host program[12]: message`; null when it does not begin so. */
export function bareHeader(line: string, nowMs: number): Header | null {
  const stamp = syslogStamp(line, 0, nowMs);
  if (stamp === null) return null;
  const tagged = taggedHeader(line, stamp, null, false);
  if (tagged !== null) return tagged;
  const start = skipSpace(line, stamp.end);
  return { format: 'syslog', atMs: stamp.atMs, level: nearLevel(line, start), logger: null, text: line.slice(start) };
}

/** What follows a stamp: host, program with its process, message. `strict`: only with a process, or of the kernel. */
export function taggedHeader(line: string, stamp: Stamp, level: LogLevel | null, strict: boolean): Header | null {
  const host = skipSpace(line, stamp.end);
  const hostEnd = wordEnd(line, host);
  const tag = skipSpace(line, hostEnd);
  const tagEnd = wordEnd(line, tag);
  if (line.charCodeAt(tagEnd - 1) !== 58) return null;
  const word = line.slice(tag, tagEnd - 1);
  const open = word.indexOf('[');
  const isProcess = open > 0 && word.endsWith(']') && isNumber(word.slice(open + 1, -1));
  if (strict && !isProcess && word !== 'kernel') return null;
  const logger = isProcess ? word.slice(0, open) : word;
  if (!isName(logger)) return null;
  const start = skipSpace(line, tagEnd);
  const text = line.slice(start);
  return { format: 'syslog', atMs: stamp.atMs, level: level ?? nearLevel(line, start), logger, text };
}
