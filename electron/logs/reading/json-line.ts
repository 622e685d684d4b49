/** An entry that is an object of JSON, with the names that logging libraries give its fields. */
import type { LogLevel } from '@shared/logs';
import type { Header } from './cursor';
import { headerOf } from './headers';
import { levelOf, numericLevel, pythonLevel } from './levels';
import { epochMs, isoStamp, webStamp } from './timestamps';

type Fields = Record<string, unknown>;

const TIMES = [
  'time',
  'ts',
  'timestamp',
  '@timestamp',
  'asctime',
  'datetime',
  'date',
  't',
  '@t',
  '__REALTIME_TIMESTAMP',
];
const LEVELS = [
  'level',
  'severity',
  'levelname',
  'lvl',
  'log.level',
  'level_name',
  'priority',
  'PRIORITY',
  '@l',
  'levelno',
];
const MESSAGES = ['msg', 'message', 'event', 'log', 'MESSAGE', 'text', '@m', '@mt'];
const LOGGERS = ['logger', 'name', 'logger_name', 'log.logger', 'loggerName', 'module', 'SYSLOG_IDENTIFIER'];
const STACKS = ['exc_info', 'exception', 'stack', 'stack_trace', 'traceback', 'error.stack_trace', '@x'];

/** What an object of JSON tells; null when `source` is none. */
export function jsonHeader(source: string, nowMs: number): Header | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(source);
  } catch {
    return null;
  }
  if (!isFields(parsed)) return null;
  // Loguru's `serialize` puts its own object beside the text.
  const fields = isFields(parsed['record']) ? parsed['record'] : parsed;
  const used = new Set<string>();
  const atMs = first(fields, TIMES, used, timeOf);
  const level = first(fields, LEVELS, used, levelIn);
  const message = first(fields, MESSAGES, used, textOf);
  const logger = first(fields, LOGGERS, used, nameOf);
  if (message === null) return { format: 'json', atMs, level, logger, text: source };
  const inner = used.has('log') ? headerOf(message.trimEnd(), nowMs) : null;
  const stack = first(fields, STACKS, used, stackOf) ?? errorStack(fields, used);
  let text = inner?.text ?? message.trimEnd();
  if (stack !== null) text += `\n${stack.trimEnd()}`;
  // The first line is the message alone; what else was told stands below it, where it can be searched.
  const rest = Object.entries(fields).filter(([key, value]) => !used.has(key) && value !== null && value !== '');
  if (rest.length > 0) text += `\n${JSON.stringify(Object.fromEntries(rest))}`;
  return { format: 'json', atMs: atMs ?? inner?.atMs ?? null, level: level ?? inner?.level ?? null, logger, text };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function first<T>(fields: Fields, keys: string[], used: Set<string>, read: (value: unknown, key: string) => T | null) {
  for (const key of keys) {
    if (!Object.hasOwn(fields, key)) continue;
    const value = read(fields[key], key);
    if (value === null) continue;
    used.add(key);
    return value;
  }
  return null;
}

function timeOf(value: unknown): number | null {
  if (typeof value === 'number') return epochMs(value);
  if (isFields(value)) return timeOf(value['timestamp'] ?? null);
  if (typeof value !== 'string' || value.length > 64) return null;
  const stamp = isoStamp(value, 0) ?? webStamp(value, 0);
  if (stamp !== null) return stamp.atMs;
  return /^\d{9,19}(?:\.\d{1,9})?$/.test(value) ? epochMs(Number(value)) : null;
}

function levelIn(value: unknown, key: string): LogLevel | null {
  if (typeof value === 'number') return key === 'levelno' ? pythonLevel(value) : numericLevel(value);
  if (typeof value === 'string') {
    if (/^\d{1,2}$/.test(value)) return levelIn(Number(value), key);
    return levelOf(value.trim()) ?? levelOf(value.trim().toLowerCase());
  }
  return isFields(value) ? levelIn(value['name'], key) : null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function nameOf(value: unknown): string | null {
  return typeof value === 'string' && value.length > 0 && value.length <= 200 ? value : null;
}

function stackOf(value: unknown): string | null {
  if (typeof value === 'string') return value.length > 0 ? value : null;
  return Array.isArray(value) || isFields(value) ? JSON.stringify(value) : null;
}

/** pino: `err: { type, message, stack }`. */
function errorStack(fields: Fields, used: Set<string>): string | null {
  for (const key of ['err', 'error']) {
    const value = fields[key];
    if (!isFields(value) || typeof value['stack'] !== 'string') continue;
    used.add(key);
    return value['stack'];
  }
  return null;
}
