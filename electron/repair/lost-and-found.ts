/** Rows that were read and that their table does not take: they are kept beside it. */
import type Database from 'better-sqlite3';
import { quoted } from '../database/names';
import type { SchemaObject } from './salvage-schema';
import { TYPED, typedParameters } from './typed-values';

export class LostAndFound {
  rows = 0;
  private readonly name: string;
  private width = 0;

  constructor(
    private readonly fresh: Database.Database,
    objects: readonly SchemaObject[],
  ) {
    const taken = new Set(objects.map(({ name }) => name.toLowerCase()));
    const free = (number: number): string => (number === 0 ? 'lost_and_found' : `lost_and_found_${number}`);
    let number = 0;
    while (taken.has(free(number))) number++;
    this.name = free(number);
  }

  /** @param values each with its type before it */
  keep(table: string, rowid: unknown, values: readonly unknown[]): void {
    this.widen(values.length / 2);
    const columns = ['table_name', 'id', ...this.columns(values.length / 2)].map(quoted).join(', ');
    const places = ['?', '?', ...this.columns(values.length / 2).map(() => TYPED)].join(', ');
    const insert = this.fresh.prepare(`INSERT INTO ${quoted(this.name)} (${columns}) VALUES (${places})`);
    insert.run(table, rowid, ...typedParameters(values));
    this.rows++;
  }

  private columns(count: number): string[] {
    return Array.from({ length: count }, (_, index) => `c${index}`);
  }

  private widen(count: number): void {
    if (this.rows === 0) this.fresh.exec(`CREATE TABLE IF NOT EXISTS ${quoted(this.name)} (table_name TEXT, id)`);
    for (; this.width < count; this.width++)
      this.fresh.exec(`ALTER TABLE ${quoted(this.name)} ADD COLUMN c${this.width}`);
  }
}
