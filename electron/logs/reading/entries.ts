/** Puts lines together to entries: a line with a header, and what belongs to it. */
import type { LogFormat } from '@shared/logs';
import { ENTRY_CHARACTERS, type ParsedEntry } from '../types';
import { cleaned } from './clean';
import { type Header, nearLevel } from './cursor';
import { headerOf } from './headers';
import { jsonHeader } from './json-line';

/** Lines without a header and without the look of belonging to something that are taken for a message of several lines. */
const LOOSE_LINES = 200;
/** An entry that grows on is ended here, at a line. */
const ENTRY_BYTES = 16 << 20;

const BELONGS = [
  'Traceback (most recent call last)',
  'During handling of the above exception',
  'The above exception was the direct cause',
  'Caused by: ',
  'Suppressed: ',
  'at ',
  '... ',
];

interface OpenEntry {
  header: Header;
  offset: number;
  sizeBytes: number;
  lines: number;
  text: string;
  isCut: boolean;
  looseLines: number;
  /** A traceback ends with the line that is not indented. */
  inTraceback: boolean;
  /** An object of JSON that is written over several lines. */
  isPretty: boolean;
}

export class EntryAssembler {
  readonly #counts: Record<LogFormat, number> = { python: 0, json: 0, syslog: 0, plain: 0 };
  #open: OpenEntry | null = null;
  #entries: ParsedEntry[] = [];

  /** @param format null: recognised line by line */
  constructor(
    private readonly format: LogFormat | null,
    private readonly nowMs: () => number,
  ) {}

  /** What most entries are; null while there was none. */
  get recognised(): LogFormat | null {
    if (this.format !== null) return this.format;
    let best: LogFormat | null = null;
    for (const format of ['plain', 'syslog', 'json', 'python'] as const) {
      if (this.#counts[format] > 0 && (best === null || this.#counts[format] >= this.#counts[best])) best = format;
    }
    return best;
  }

  /** Place of the entry that is not closed; null when there is none. */
  get openOffset(): number | null {
    return this.#open?.offset ?? null;
  }

  /** The entries that are closed; each is given once. */
  drain(): ParsedEntry[] {
    const entries = this.#entries;
    this.#entries = [];
    return entries;
  }

  /** Takes the next line. */
  line(raw: string, offset: number, sizeBytes: number, isCut: boolean): void {
    const text = cleaned(raw);
    const header = this.#header(text);
    if (header === null && this.#append(text, sizeBytes, isCut)) return;
    this.flush();
    if (header === null && text.trim() === '') return;
    const isPretty = header === null && this.#mayBeJson && text.trimEnd() === '{';
    const own = header ?? { format: 'plain', atMs: null, level: nearLevel(text, 0), logger: null, text };
    const isLong = own.text.length > ENTRY_CHARACTERS;
    this.#open = {
      header: own,
      offset,
      sizeBytes,
      lines: 1,
      text: isLong ? cutText(own.text) : own.text,
      isCut: isCut || isLong,
      looseLines: 0,
      inTraceback: header === null && text.startsWith('Traceback (most recent call last)'),
      isPretty,
    };
  }

  /** Closes the entry that is open. */
  flush(): void {
    const open = this.#open;
    if (open === null) return;
    this.#open = null;
    const pretty = open.isPretty && !open.isCut ? jsonHeader(open.text, this.nowMs()) : null;
    const { format, atMs, level, logger } = pretty ?? open.header;
    this.#counts[format] += 1;
    const text = pretty?.text ?? open.text;
    const { offset, sizeBytes, lines, isCut } = open;
    this.#entries.push({ atMs, level, logger, text: text.trimEnd(), offset, sizeBytes, lines, isCut });
  }

  get #mayBeJson(): boolean {
    return this.format === null || this.format === 'json';
  }

  #header(text: string): Header | null {
    if (text.charCodeAt(0) === 123) return this.#mayBeJson ? jsonHeader(text, this.nowMs()) : null;
    return headerOf(text, this.nowMs());
  }

  /** Adds a line to the entry before it, when it belongs there. */
  #append(text: string, sizeBytes: number, isCut: boolean): boolean {
    const open = this.#open;
    if (open === null || open.sizeBytes > ENTRY_BYTES || !this.#belongs(open, text)) return false;
    open.lines += 1;
    open.sizeBytes += sizeBytes;
    const room = ENTRY_CHARACTERS - open.text.length - 1;
    if (isCut || text.length > room) open.isCut = true;
    if (room > 0) open.text += `\n${text.length > room ? cutText(text, room) : text}`;
    return true;
  }

  #belongs(open: OpenEntry, text: string): boolean {
    const first = text.charCodeAt(0);
    // Empty, or indented.
    if (!(first > 32)) return true;
    if (BELONGS.some((start) => text.startsWith(start))) {
      open.inTraceback = text.startsWith('Traceback');
      return true;
    }
    if (open.inTraceback) {
      open.inTraceback = false;
      return true;
    }
    // Ends of what was opened: } ] )
    if (first === 125 || first === 93 || first === 41) return true;
    if (first === 123 || open.isPretty || open.header.format === 'json') return false;
    if (open.header.atMs === null && open.header.format !== 'python') return false;
    open.looseLines += 1;
    return open.looseLines <= LOOSE_LINES;
  }
}

/** The first characters, not ending within a pair of surrogates. */
function cutText(text: string, most = ENTRY_CHARACTERS): string {
  const last = text.charCodeAt(most - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? most - 1 : most);
}
