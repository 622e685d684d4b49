/**
 * What follows the rows of a table: triggers, full-text indexes, rows of other tables.
 *
 * Triggers must not run for rows that are brought back: what they once wrote is in the tables that they wrote to. A
 * full-text index over the table itself is rebuilt. One that keeps texts of its own, or none, cannot be rebuilt from the
 * table: triggers that do nothing but fill such a virtual table stay in place and keep it right.
 */
import type { PartialNote } from '@shared/recovery';
import type { Schema, SchemaText, Table } from './schema';
import { folded, mentions, virtualTableOf, writesOfTrigger } from './sql-text';

export interface Related {
  /** Triggers that are taken away while rows are written. */
  quiet: SchemaText[];
  /** Virtual tables that are rebuilt after a change. */
  rebuilt: string[];
  notes: PartialNote[];
}

/** @param isNew the table is made anew: no trigger of it is there yet */
export function relatedTo(now: Schema, table: Table, isNew: boolean): Related {
  const virtual = [...now.tables.values()].filter(({ kind }) => kind === 'virtual');
  const isExternal = ({ sql }: Table): boolean => {
    const content = contentOf(sql);
    return content !== null && (now.tables.has(content) || content === folded(table.name));
  };
  const rebuilt = rebuiltFrom(now, virtual.filter(isExternal), table);
  const keepsItself = virtual.filter((one) => !isExternal(one));
  const [ownWays, external] = [namesOf(keepsItself), namesOf(virtual.filter(isExternal))];
  const triggers = table.triggers.map((trigger) => ({ trigger, writes: writesOfTrigger(trigger.sql) }));
  const quiet = isNew ? [] : triggers.filter(({ writes }) => !only(writes, ownWays));
  const silenced = quiet.filter(({ writes }) => !only(writes, external));
  const left = keepsItself.filter(({ name }) =>
    silenced.some(({ trigger }) => mentions(trigger.sql).has(folded(name))),
  );
  const notes: PartialNote[] = [
    { note: 'triggers-kept-quiet', names: silenced.map(({ trigger }) => trigger.name) },
    { note: 'cascades', names: actedOn(now, table).map(({ name }) => name) },
    { note: 'full-text-rebuilt', names: rebuilt.map(({ name }) => name) },
    { note: 'virtual-tables-left', names: left.map(({ name }) => name) },
    { note: 'autoincrement', names: table.autoincrement ? [table.name] : [] },
  ];
  return {
    quiet: quiet.map(({ trigger }) => trigger),
    rebuilt: rebuilt.map(({ name }) => name),
    notes: notes
      .filter(({ names }) => names.length > 0)
      .map(({ note, names }) => ({ note, names: names.toSorted((a, b) => a.localeCompare(b)) })),
  };
}

const namesOf = (tables: readonly Table[]): Set<string> => new Set(tables.map(({ name }) => folded(name)));

/** A trigger that writes, and to nothing but `those`. */
const only = (writes: ReadonlySet<string> | null, those: ReadonlySet<string>): boolean =>
  writes !== null && writes.size > 0 && [...writes].every((name) => those.has(name));

/** Tables whose rows the application loses or changes with rows of `table`. */
function actedOn(now: Schema, table: Table): Table[] {
  const acts = ({ references }: Table): boolean =>
    references.some((one) => one.acts && folded(one.parent) === folded(table.name));
  return [...now.tables.values()].filter((other) => other.kind === 'table' && acts(other));
}

/** Folded name of the table that a full-text index takes its texts from; null for one that keeps them, or keeps none. */
function contentOf(sql: string): string | null {
  const { module, content } = virtualTableOf(sql);
  return content && /^fts[345]$/.test(module) ? folded(content) : null;
}

/** Those of the full-text indexes that are over the table, or over a view that speaks of it. */
function rebuiltFrom(now: Schema, indexes: readonly Table[], table: Table): Table[] {
  const sources = new Set([folded(table.name)]);
  for (let grew = true; grew; ) {
    grew = false;
    for (const [name, { kind, sql }] of now.tables) {
      if (kind !== 'view' || sources.has(name) || ![...mentions(sql)].some((word) => sources.has(word))) continue;
      sources.add(name);
      grew = true;
    }
  }
  return indexes.filter(({ sql }) => sources.has(contentOf(sql) ?? ''));
}
