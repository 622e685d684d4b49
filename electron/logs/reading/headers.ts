/** The start of an entry in all formats but JSON, recognised by content, character by character: in linear time. */
import type { LogLevel } from '@shared/logs';
import { accessHeader, requestLevel } from './access';
import { capitalLevel, type Header, isName, isNumber, near, nearLevel, skipSpace, wordEnd } from './cursor';
import { levelOf } from './levels';
import { bareHeader, priorityHeader, taggedHeader } from './syslog';
import { apacheStamp, isoStamp, type Stamp, webStamp } from './timestamps';

/** What the start of an entry tells; null for a line that none begins with. */
export function headerOf(line: string, nowMs: number): Header | null {
  const code = line.charCodeAt(0);
  // Indented, or empty.
  if (!(code > 32)) return null;
  if (code >= 48 && code <= 57) {
    const stamp = isoStamp(line, 0);
    if (stamp !== null) return afterStamp(line, stamp, stamp.end);
    return accessHeader(line);
  }
  if (code === 91) return bracketHeader(line);
  if (code === 60) return priorityHeader(line, nowMs);
  if (code >= 65 && code <= 90) {
    return levelHeader(line) ?? bareHeader(line, nowMs) ?? accessHeader(line);
  }
  if (code === 116 || code === 108) {
    const value = valueHeader(line);
    if (value !== null) return value;
  }
  return accessHeader(line);
}

/** `time="2026-01-02T03:04:05Z" level=error msg=…`, `ts=… level=…`. */
function valueHeader(line: string): Header | null {
  for (const key of ['time=', 'ts=', 'timestamp=']) {
    if (!line.startsWith(key)) continue;
    const quoted = line.charCodeAt(key.length) === 34 ? 1 : 0;
    const stamp = isoStamp(line, key.length + quoted);
    if (stamp === null) return null;
    const start = skipSpace(line, stamp.end + quoted);
    return { format: 'plain', atMs: stamp.atMs, level: nearLevel(line, start), logger: null, text: line.slice(start) };
  }
  if (!line.startsWith('level=')) return null;
  return { format: 'plain', atMs: null, level: nearLevel(line, 0), logger: null, text: line };
}

/** `[stamp] …`, `[stamp: LEVEL/process] …`, `[LEVEL] …`. */
function bracketHeader(line: string): Header | null {
  const iso = isoStamp(line, 1);
  if (iso !== null) {
    if (line.charCodeAt(iso.end) === 93) return afterStamp(line, iso, iso.end + 1, true);
    return celery(line, iso);
  }
  const web = webStamp(line, 1);
  if (web !== null && line.charCodeAt(web.end) === 93) {
    const text = line.slice(skipSpace(line, web.end + 1));
    return { format: 'plain', atMs: web.atMs, level: requestLevel(text) ?? nearLevel(text, 0), logger: null, text };
  }
  const apache = apacheStamp(line, 1);
  if (apache !== null && line.charCodeAt(apache.end) === 93) {
    return { ...afterStamp(line, apache, apache.end + 1), format: 'plain' };
  }
  const close = near(line, ']', 1);
  const level = close < 0 ? null : levelOf(line.slice(1, close).trim());
  if (level === null) return null;
  const start = skipSpace(line, close + 1);
  const stamp = isoStamp(line, line.charCodeAt(start) === 91 ? start + 1 : start);
  if (stamp === null) return { format: 'plain', atMs: null, level, logger: null, text: line.slice(start) };
  const from = line.charCodeAt(stamp.end) === 93 ? stamp.end + 1 : stamp.end;
  const { format, logger, text } = afterStamp(line, stamp, from);
  return { format, atMs: stamp.atMs, level, logger, text };
}

/** `[2026-01-02 03:04:05,678: INFO/MainProcess] message`. */
function celery(line: string, stamp: Stamp): Header | null {
  if (!line.startsWith(': ', stamp.end)) return null;
  const found = capitalLevel(line, stamp.end + 2);
  const close = found === null ? -1 : near(line, ']', found.end);
  if (found === null || close < 0) return null;
  const logger = line.charCodeAt(found.end) === 47 ? line.slice(found.end + 1, close) : null;
  return {
    format: 'python',
    atMs: stamp.atMs,
    level: found.level,
    logger,
    text: line.slice(skipSpace(line, close + 1)),
  };
}

/** `LEVEL:logger:message`, `LEVEL:     message`, `LEVEL stamp module 12 34 message`, `LEVEL message`. */
function levelHeader(line: string): Header | null {
  const found = capitalLevel(line, 0);
  if (found === null) return null;
  const { level, end } = found;
  if (line.charCodeAt(end) === 58) {
    const colon = line.charCodeAt(end + 1) === 32 ? -1 : near(line, ':', end + 1);
    const logger = colon < 0 ? '' : line.slice(end + 1, colon);
    if (isName(logger)) return { format: 'python', atMs: null, level, logger, text: line.slice(colon + 1) };
    const start = skipSpace(line, end + 1);
    // Uvicorn fills up to the width of the longest level.
    const format = start - end > 2 ? 'python' : 'plain';
    return { format, atMs: null, level, logger: null, text: line.slice(start) };
  }
  const next = line.charCodeAt(end);
  if (next !== 32 && next !== 9) return null;
  const start = skipSpace(line, end);
  const isOpen = line.charCodeAt(start) === 91;
  const stamp = isoStamp(line, isOpen ? start + 1 : start);
  if (stamp === null) return { format: 'plain', atMs: null, level, logger: null, text: line.slice(start) };
  let at = skipSpace(line, isOpen ? stamp.end + 1 : stamp.end);
  let logger: string | null = null;
  const name = wordEnd(line, at);
  const process = wordEnd(line, skipSpace(line, name));
  const thread = wordEnd(line, skipSpace(line, process));
  if (
    isName(line.slice(at, name)) &&
    isNumber(line.slice(name, process).trim()) &&
    isNumber(line.slice(process, thread).trim())
  ) {
    logger = line.slice(at, name);
    at = skipSpace(line, thread);
  }
  return { format: 'python', atMs: stamp.atMs, level, logger, text: line.slice(at) };
}

/** What follows a stamp. `inBrackets`: the stamp was, as Flask and Gunicorn write it. */
function afterStamp(line: string, stamp: Stamp, end: number, inBrackets = false): Header {
  const at = skipSpace(line, end);
  const { atMs } = stamp;
  const code = line.charCodeAt(at);
  let header: Header | null = null;
  if (code === 45 && line.charCodeAt(at + 1) === 32) header = separated(line, at + 2, ' - ', atMs);
  else if (code === 124) header = separated(line, at + 1, '|', atMs);
  if (header !== null) return header;
  const parts = new Parts(line, at);
  if (parts.level !== null) {
    const isPython = parts.logger !== null || inBrackets || line.charCodeAt(stamp.end - 4) === 44;
    const { level, logger } = parts;
    return { format: isPython ? 'python' : 'plain', atMs, level, logger, text: line.slice(skipSpace(line, parts.end)) };
  }
  const tagged = inBrackets ? null : taggedHeader(line, stamp, null, true);
  if (tagged !== null) return tagged;
  return { format: 'plain', atMs, level: nearLevel(line, at), logger: null, text: line.slice(at) };
}

/** `name - LEVEL - message`, `LEVEL - message`, `LEVEL | module:function:12 - message`. */
function separated(line: string, start: number, mark: string, atMs: number): Header | null {
  let at = start;
  let logger: string | null = null;
  for (let part = 0; part < 4; part += 1) {
    const end = near(line, mark, at);
    const word = line.slice(at, end < 0 ? wordEnd(line, skipSpace(line, at)) : end).trim();
    const level = levelOf(word.endsWith(':') ? word.slice(0, -1) : word) ?? bracketLevel(word);
    if (level !== null) {
      const from = end < 0 ? wordEnd(line, skipSpace(line, at)) : end + mark.length;
      return located(line, skipSpace(line, from), mark, { format: 'python', atMs, level, logger, text: '' });
    }
    if (end < 0) return null;
    if (logger === null && isName(word)) logger = word;
    at = end + mark.length;
  }
  return null;
}

function bracketLevel(word: string): LogLevel | null {
  return word.startsWith('[') && word.endsWith(']') ? levelOf(word.slice(1, -1).trim()) : null;
}

/** Loguru writes the place behind the level: `module:function:12 - `; others the logger, with one more separator. */
function located(line: string, start: number, mark: string, header: Header): Header {
  if (mark === '|' && header.logger === null) {
    const end = wordEnd(line, start);
    const next = skipSpace(line, end);
    const after = line.charCodeAt(next);
    const isEnd = (after === 45 && line.charCodeAt(next + 1) === 32) || after === 124;
    const word = line.slice(start, end);
    if (isEnd && isName(word)) return { ...header, logger: word, text: line.slice(skipSpace(line, next + 1)) };
  }
  return { ...header, text: line.slice(start) };
}

/** Words and brackets behind a stamp up to the message: level, logger, process, thread, in the orders that are usual. */
class Parts {
  level: LogLevel | null = null;
  logger: string | null = null;
  end: number;
  /** The level came with the name of its logger. */
  #isNamed = false;

  constructor(
    private readonly line: string,
    start: number,
  ) {
    this.end = start;
    for (let part = 0; part < 7 && this.#next(skipSpace(line, this.end)); part += 1);
  }

  #next(at: number): boolean {
    return this.line.charCodeAt(at) === 91 ? this.#bracket(at) : this.#word(at);
  }

  #bracket(at: number): boolean {
    const close = near(this.line, ']', at + 1);
    if (close < 0) return false;
    const inner = this.line.slice(at + 1, close).trim();
    // `[core:error]`, as Apache writes it.
    const colon = inner.lastIndexOf(':');
    const level = this.level === null ? (levelOf(inner) ?? (colon > 0 ? levelOf(inner.slice(colon + 1)) : null)) : null;
    if (level !== null) {
      this.level = level;
      if (colon > 0) {
        this.logger = inner.slice(0, colon);
        this.#isNamed = true;
      }
    } else if (!isNumber(inner) && !inner.startsWith('pid ')) {
      if (this.logger !== null || !isName(inner)) return false;
      this.logger = inner;
    }
    this.end = this.line.charCodeAt(close + 1) === 58 ? close + 2 : close + 1;
    return true;
  }

  #word(at: number): boolean {
    const { line } = this;
    const end = wordEnd(line, at);
    if (end === at) return false;
    const word = line.slice(at, end);
    const bare = word.endsWith(':') ? word.slice(0, -1) : word;
    if (this.level !== null) return this.#behindLevel(at, end, word, bare);
    const level = levelOf(bare);
    if (level !== null) {
      this.level = level;
      this.end = end;
      return word === bare;
    }
    if (isNumber(word) || word === '-' || isZone(word)) {
      this.end = end;
      return true;
    }
    // `name LEVEL message`
    const next = skipSpace(line, end);
    const following = line.slice(next, wordEnd(line, next));
    if (!isName(bare) || this.logger !== null) return false;
    if (
      levelOf(following.endsWith(':') ? following.slice(0, -1) : following) === null &&
      bracketLevel(following) === null
    ) {
      return false;
    }
    this.logger = bare;
    this.end = end;
    return true;
  }

  #behindLevel(at: number, end: number, word: string, bare: string): boolean {
    const { line } = this;
    if (this.#isNamed) return false;
    // `LEVEL in module: message`
    if (word === 'in') {
      const next = wordEnd(line, at + 3);
      const module = line.slice(at + 3, next);
      if (module.endsWith(':') && isName(module.slice(0, -1))) {
        this.logger = module.slice(0, -1);
        this.end = next;
      }
      return false;
    }
    // `LEVEL 1234 --- [thread] logger : message`
    if (isNumber(word) && line.startsWith(' --- ', end)) {
      this.end = end + 5;
      return true;
    }
    if (word !== bare && isName(bare)) {
      this.logger = bare;
      this.end = end;
      return false;
    }
    // `LEVEL logger - message`, `LEVEL … logger : message`
    const next = skipSpace(line, end);
    const mark = line.charCodeAt(next);
    if ((mark === 45 || mark === 58) && line.charCodeAt(next + 1) === 32 && isName(word)) {
      this.logger = word;
      this.end = next + 1;
    }
    return false;
  }
}

/** `UTC`, `KST`: behind a stamp whose zone it names in letters. */
function isZone(word: string): boolean {
  return (word.length === 3 || word.length === 4) && word.endsWith('T') && word === word.toUpperCase() && isName(word);
}
