/** Words and numbers for levels, of all the libraries that are read. */
import type { LogLevel } from '@shared/logs';

const WORDS: Record<LogLevel, readonly string[]> = {
  DEBUG: ['debug', 'trace', 'dbg', 'verbose', 'fine', 'finer', 'finest', 'debug1', 'debug2', 'debug3', 'debug4'],
  INFO: ['info', 'information', 'informational', 'notice', 'success', 'log', 'inf'],
  WARNING: ['warning', 'warn', 'wrn'],
  ERROR: ['error', 'err', 'severe'],
  CRITICAL: ['critical', 'fatal', 'crit', 'alert', 'emerg', 'emergency', 'panic'],
};

/** Words that are also plain English: levels only where they stand in capitals, in brackets or before a colon. */
const LEVELS = new Map<string, LogLevel>();
for (const [level, words] of Object.entries(WORDS) as [LogLevel, readonly string[]][]) {
  for (const word of words) {
    LEVELS.set(word, level);
    LEVELS.set(word.toUpperCase(), level);
    LEVELS.set(`${word[0]?.toUpperCase() ?? ''}${word.slice(1)}`, level);
  }
}
const LONGEST = 13;

/** Level of a word as it is written: `INFO`, `warn`, `Error`; null for other words. */
export function levelOf(word: string): LogLevel | null {
  return word.length <= LONGEST ? (LEVELS.get(word) ?? null) : null;
}

/** Level of the eight severities of syslog, 0 the worst. */
export function syslogLevel(severity: number): LogLevel {
  if (severity <= 2) return 'CRITICAL';
  if (severity === 3) return 'ERROR';
  if (severity === 4) return 'WARNING';
  return severity === 7 ? 'DEBUG' : 'INFO';
}

/** Numbers of pino and bunyan: 10 trace, 20 debug, 30 info, 40 warning, 50 error, 60 fatal; below 8: syslog's. */
export function numericLevel(level: number): LogLevel | null {
  if (!Number.isFinite(level) || level < 0) return null;
  if (level < 8) return syslogLevel(level);
  if (level < 30) return 'DEBUG';
  if (level < 40) return 'INFO';
  if (level < 50) return 'WARNING';
  return level < 60 ? 'ERROR' : 'CRITICAL';
}

/** Numbers of Python (`levelno`): 10 debug, 20 info, 30 warning, 40 error, 50 critical. */
export function pythonLevel(level: number): LogLevel | null {
  if (!Number.isFinite(level) || level <= 0) return null;
  return numericLevel(level < 20 ? 20 : level + 10);
}

/** Of an access line, by its HTTP status. */
export function statusLevel(status: number): LogLevel {
  if (status >= 500) return 'ERROR';
  return status >= 400 ? 'WARNING' : 'INFO';
}

/** Code of the characters of a word that may be a level. */
export function isWordCode(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code === 95;
}
