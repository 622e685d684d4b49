/** Real damage of every kind that a database file has a place for, made at random and the same each time. */
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import Database from 'better-sqlite3';

/** A whole database, and where its pages are. */
export interface Template {
  file: string;
  pageSizeBytes: number;
  pages: Page[];
  freelist: { trunks: number[]; leaves: number[] };
  /** Files beside it that belong to it. */
  beside: string[];
}

interface Page {
  number: number;
  /** Table or index. */
  name: string;
  type: 'leaf' | 'internal' | 'overflow';
  cells: number;
  root: boolean;
}

/** Numbers between 0 and 1, the same each time. */
export type Random = () => number;
export function randomFrom(seed: number): Random {
  let state = (seed * 2_654_435_761 + 12_345) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export interface TemplateOptions {
  pageSizeBytes?: number;
  autoVacuum?: 'none' | 'full';
  /** The last transactions are in the WAL only. */
  wal?: boolean;
}

const ROWS = 150;

/** Makes a database with indexes of several sorts, long rows, full text, free pages. */
export function makeTemplate(file: string, options: TemplateOptions = {}): Template {
  const { pageSizeBytes = 1024, autoVacuum = 'none', wal = false } = options;
  const database = new Database(file);
  database.pragma(`page_size = ${pageSizeBytes}`);
  database.pragma(`auto_vacuum = ${autoVacuum}`);
  if (wal) {
    database.pragma('journal_mode = WAL');
    database.pragma('wal_autocheckpoint = 0');
  }
  database.exec(`
    CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE video (id INTEGER PRIMARY KEY AUTOINCREMENT, author INTEGER REFERENCES author (id), title TEXT,
      score REAL, body BLOB);
    CREATE INDEX video_title ON video (title);
    CREATE INDEX video_author_score ON video (author, score);
    CREATE INDEX video_good ON video (score) WHERE score > 50;
    CREATE TABLE tag (video INTEGER, name TEXT, weight REAL, PRIMARY KEY (name, video)) WITHOUT ROWID;
    CREATE TABLE plain (a, b, c);
    CREATE TABLE spare (filler);
    CREATE VIRTUAL TABLE search USING fts5 (title, words);
  `);
  const random = randomFrom(7);
  const words = ['lake', 'mountain', 'river', 'street', 'camera', 'night', 'review', 'music', 'dance', 'ocean'];
  const word = () => words[Math.floor(random() * words.length)];
  const bytes = (length: number) => Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
  database.transaction(() => {
    for (let id = 1; id <= 12; id++) database.prepare('INSERT INTO author VALUES (?, ?)').run(id, `author ${id}`);
    const video = database.prepare('INSERT INTO video (author, title, score, body) VALUES (?, ?, ?, ?)');
    const tag = database.prepare('INSERT OR IGNORE INTO tag VALUES (?, ?, ?)');
    const search = database.prepare('INSERT INTO search (rowid, title, words) VALUES (?, ?, ?)');
    const plain = database.prepare('INSERT INTO plain VALUES (?, ?, ?)');
    const spare = database.prepare('INSERT INTO spare VALUES (?)');
    for (let row = 1; row <= ROWS; row++) {
      const long = row % 7 === 0 ? bytes(pageSizeBytes * 3) : bytes(20);
      video.run(1 + (row % 12), `${word()} ${word()} ${row}`, random() * 100, long);
      tag.run(row, `${word()} ${row % 40}`, random());
      if (row % 2 === 0) search.run(row, `${word()} ${row}`, `${word()} ${word()} ${word()} ${word()}`);
      plain.run(row, `text ${row} ${'y'.repeat(60)}`, null);
      spare.run(bytes(200));
    }
  })();
  // Free pages: some that a free page lists, and that page itself.
  database.exec('DELETE FROM spare');
  if (wal) {
    database.pragma('wal_checkpoint(TRUNCATE)');
    for (let step = 0; step < 12; step++) {
      database.exec(`UPDATE video SET title = title || ' ${step}' WHERE id % 12 = ${step};
        INSERT INTO plain VALUES ('step ${step}', ${step}, NULL)`);
    }
  }
  const rows = database.prepare('SELECT pageno AS number, name, path, pagetype AS type, ncell AS cells FROM dbstat');
  const pages = (rows.all() as (Page & { path: string })[]).map((page) => ({ ...page, root: page.path === '/' }));
  const copy = `${file}.template`;
  const beside = wal ? ['-wal'] : [];
  for (const end of ['', ...beside]) copyFileSync(file + end, copy + end);
  database.close();
  return { file: copy, pageSizeBytes, pages, freelist: freelistOf(copy, pageSizeBytes), beside };
}

function freelistOf(file: string, pageSizeBytes: number): Template['freelist'] {
  const bytes = readFileSync(file);
  const trunks: number[] = [];
  const leaves: number[] = [];
  for (let page = bytes.readUInt32BE(32); page !== 0; page = bytes.readUInt32BE((page - 1) * pageSizeBytes)) {
    trunks.push(page);
    const at = (page - 1) * pageSizeBytes;
    for (let leaf = 0; leaf < bytes.readUInt32BE(at + 4); leaf++) leaves.push(bytes.readUInt32BE(at + 8 + 4 * leaf));
  }
  return { trunks, leaves };
}

/** Writes a damaged copy of the template to `target`. Says what was done. */
export function writeDamaged(template: Template, kind: DamageKind, random: Random, target: string): string {
  const bytes = readFileSync(template.file);
  const wal = existsSync(`${template.file}-wal`) ? readFileSync(`${template.file}-wal`) : null;
  const tools = new Tools(template, bytes, wal, random);
  const said = KINDS[kind](tools);
  writeFileSync(target, tools.main);
  if (tools.wal) writeFileSync(`${target}-wal`, tools.wal);
  return said;
}

class Tools {
  main: Buffer;
  wal: Buffer | null;

  constructor(
    readonly template: Template,
    main: Buffer,
    wal: Buffer | null,
    readonly random: Random,
  ) {
    this.main = main;
    this.wal = wal;
  }

  number(below: number): number {
    return Math.floor(this.random() * below);
  }

  pick<T>(from: readonly T[]): T {
    const found = from[this.number(from.length)];
    if (found === undefined) throw new Error('nothing to pick from');
    return found;
  }

  /** A page of the b-trees that fits. */
  page(fits: (page: Page) => boolean): Page {
    return this.pick(this.template.pages.filter(fits));
  }

  at({ number }: Pick<Page, 'number'>): number {
    return (number - 1) * this.template.pageSizeBytes;
  }

  /** Where the header of the b-tree page begins: behind that of the file on the first page. */
  header(page: Page): number {
    return this.at(page) + (page.number === 1 ? 100 : 0);
  }

  /** Gives a byte another value. */
  spoil(bytes: Buffer, position: number): string {
    const before = bytes[position] ?? 0;
    const after = (before + 1 + this.number(255)) & 255;
    bytes[position] = after;
    return `byte ${position}: ${before} to ${after}`;
  }

  /** Gives a byte of the cells of a page another value. */
  spoilCells(page: Page): string {
    const header = this.header(page);
    const start = this.main.readUInt16BE(header + 5) || 65_536;
    const from = this.at(page) + start;
    return this.spoil(this.main, from + this.number(this.at(page) + this.template.pageSizeBytes - from));
  }
}

const isTree = ({ type }: Page): boolean => type !== 'overflow';
const INDEXES = ['video_title', 'video_author_score', 'video_good', 'sqlite_autoindex_author_1'];

const KINDS = {
  header(tools: Tools) {
    const field = tools.pick([
      0, 3, 9, 15, 16, 17, 18, 19, 20, 21, 22, 23, 28, 31, 32, 35, 36, 39, 44, 47, 52, 55, 56, 59,
    ]);
    return tools.spoil(tools.main, field);
  },
  'page header'(tools: Tools) {
    const page = tools.page(isTree);
    const said = tools.spoil(tools.main, tools.header(page) + tools.number(page.type === 'internal' ? 12 : 8));
    return `${page.name} ${page.type}, ${said}`;
  },
  'cell pointer'(tools: Tools) {
    const page = tools.page((one) => isTree(one) && one.cells > 0);
    const begin = tools.header(page) + (page.type === 'internal' ? 12 : 8);
    return `${page.name} ${page.type}, ${tools.spoil(tools.main, begin + tools.number(2 * page.cells))}`;
  },
  freelist(tools: Tools) {
    const { trunks, leaves } = tools.template.freelist;
    if (tools.random() < 0.25) {
      const leaf = tools.at({ number: tools.pick(leaves) });
      return `leaf, ${tools.spoil(tools.main, leaf + tools.number(tools.template.pageSizeBytes))}`;
    }
    const trunk = tools.at({ number: tools.pick(trunks) });
    return `trunk, ${tools.spoil(tools.main, trunk + tools.number(40))}`;
  },
  'index entry'(tools: Tools) {
    const page = tools.page(({ name, type, cells }) => INDEXES.includes(name) && type === 'leaf' && cells > 0);
    return `${page.name}, ${tools.spoilCells(page)}`;
  },
  'full text'(tools: Tools) {
    // Its content is rows like those of any table.
    const isIndex = (name: string): boolean => /^search_(data|idx|docsize|config)$/.test(name);
    const page = tools.page(({ name, type, cells }) => isIndex(name) && type === 'leaf' && cells > 0);
    return `${page.name}, ${tools.spoilCells(page)}`;
  },
  overflow(tools: Tools) {
    const page = tools.page(({ type }) => type === 'overflow');
    return `${page.name}, ${tools.spoil(tools.main, tools.at(page) + tools.number(4))}`;
  },
  'pointer map'(tools: Tools) {
    return tools.spoil(tools.main, tools.at({ number: 2 }) + tools.number(5 * (tools.template.pages.length - 2)));
  },
  schema(tools: Tools) {
    const page = tools.page(({ name, type, cells }) => name === 'sqlite_schema' && type === 'leaf' && cells > 0);
    return tools.spoilCells(page);
  },
  truncation(tools: Tools) {
    const { pageSizeBytes } = tools.template;
    const pages = tools.main.length / pageSizeBytes;
    const bytes =
      tools.random() < 0.5 ? (1 + tools.number(pages - 1)) * pageSizeBytes : 1 + tools.number(tools.main.length - 1);
    tools.main = Buffer.from(tools.main.subarray(0, bytes));
    return `${bytes} bytes of it`;
  },
  'zeroed page'(tools: Tools) {
    const { pageSizeBytes } = tools.template;
    // The end of a long value is told by nothing but the value.
    const page = tools.page((one) => isTree(one) || tools.main.readUInt32BE(tools.at(one)) !== 0);
    tools.main.fill(0, tools.at(page), tools.at(page) + pageSizeBytes);
    return `${page.name} ${page.type} ${page.number}`;
  },
  'swapped pages'(tools: Tools) {
    const { pageSizeBytes } = tools.template;
    // Two tables of one page each, without an index, could change places unseen: one of these pages is no root.
    const one = tools.page((page) => isTree(page) && page.number > 1 && !page.root);
    const other = tools.page((page) => isTree(page) && page.number > 1);
    const kept = Buffer.from(tools.main.subarray(tools.at(one), tools.at(one) + pageSizeBytes));
    tools.main.copy(tools.main, tools.at(one), tools.at(other), tools.at(other) + pageSizeBytes);
    kept.copy(tools.main, tools.at(other));
    return `${one.name} ${one.number} and ${other.name} ${other.number}`;
  },
  wal(tools: Tools) {
    const { pageSizeBytes } = tools.template;
    const { wal } = tools;
    if (!wal) throw new Error('the template has no WAL');
    const frameBytes = 24 + pageSizeBytes;
    const frame = tools.number((wal.length - 32) / frameBytes);
    const at = 32 + frame * frameBytes;
    const way = tools.number(4);
    if (way === 0) return `header, ${tools.spoil(wal, tools.number(32))}`;
    if (way === 1) return `frame ${frame + 1} header, ${tools.spoil(wal, at + tools.number(24))}`;
    if (way === 2) return `frame ${frame + 1} page, ${tools.spoil(wal, at + 24 + tools.number(pageSizeBytes))}`;
    wal.fill(0, at, at + frameBytes);
    return `frame ${frame + 1} zeroed`;
  },
} satisfies Record<string, (tools: Tools) => string>;

export type DamageKind = keyof typeof KINDS;
export const DAMAGE_KINDS = Object.keys(KINDS) as DamageKind[];
