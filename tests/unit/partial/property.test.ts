/** Random small schemas and random edits: what must hold of any of them. */
import { expect, it } from 'vitest';
import { HoldfastError } from '../../../electron/errors/holdfast-error';
import { read, Scene } from './fixture';

/** More cases for a long look: HOLDFAST_PARTIAL_CASES=2000. */
const CASES = Number(process.env['HOLDFAST_PARTIAL_CASES'] ?? 30);

/** Repeatable chance (mulberry32). */
function chanceFrom(seed: number) {
  let state = seed;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (end: number): number => Math.floor(fraction() * end);
  return { below, of: <T>(list: readonly T[]): T => list[below(list.length)] as T, is: () => fraction() < 0.5 };
}
type Chance = ReturnType<typeof chanceFrom>;

const VALUES = [
  'NULL',
  '1',
  '2',
  '3',
  '2.0',
  "'1'",
  "'a'",
  "'A'",
  "x'61'",
  '9007199254740993',
  "CAST(x'ff' AS TEXT)",
  "''",
];
const KEYS = ['INTEGER', 'TEXT COLLATE NOCASE', 'TEXT', 'ANY'] as const;

interface Shape {
  name: string;
  key: (typeof KEYS)[number];
  sql: string;
}

function shapes(chance: Chance): Shape[] {
  return ['a', 'b', 'c'].map((name, at, names) => {
    const key = chance.of(KEYS);
    const type = chance.of(['', 'INTEGER', 'TEXT', 'REAL', 'BLOB', 'NUMERIC']);
    const parent = chance.is() ? ` REFERENCES ${chance.of(names)} (k) ON DELETE CASCADE` : '';
    const unique = chance.is() ? ' UNIQUE' : '';
    const generated = chance.is() ? `, g AS (length(v)) ${chance.of(['STORED', 'VIRTUAL'])}` : '';
    const withoutRowid = chance.is() && key !== 'INTEGER';
    const auto = key === 'INTEGER' && chance.is() ? ' AUTOINCREMENT' : '';
    const table = `CREATE TABLE ${name} (k ${key === 'ANY' ? '' : key}${withoutRowid ? ' NOT NULL' : ''} PRIMARY KEY${auto}, p${parent}, u${unique}, v ${type}${generated})${withoutRowid ? ' WITHOUT ROWID' : ''};`;
    const index = `CREATE INDEX ${name}_v ON ${name} (v) WHERE v IS NOT NULL; CREATE UNIQUE INDEX ${name}_e ON ${name} (u, v || '') WHERE typeof(u) = 'text';`;
    const triggers = `CREATE TRIGGER ${name}_i AFTER INSERT ON ${name} BEGIN INSERT INTO log VALUES (new.k); END;
      CREATE TRIGGER ${name}_u BEFORE UPDATE ON ${name} BEGIN DELETE FROM log; END;`;
    const text =
      at === 0
        ? `CREATE VIRTUAL TABLE fts USING fts5(v, content='${name}'${key === 'INTEGER' ? ", content_rowid='k'" : ''});`
        : '';
    return { name, key, sql: `${table} ${index} ${triggers} ${withoutRowid ? '' : text}` };
  });
}

const keyOf = (chance: Chance, { key }: Shape): string =>
  key === 'INTEGER'
    ? String(chance.below(12))
    : chance.of(["'a'", "'A'", "'b'", "'ä'", "'1'", '1', '2.5', "x'61'", "'c' || char(0)"]);

/** Statements that may each fail by themselves, as an application's would. */
function edits(chance: Chance, tables: readonly Shape[], count: number): string[] {
  return Array.from({ length: count }, () => {
    const table = chance.of(tables);
    const [k, v] = [keyOf(chance, table), () => chance.of(VALUES)];
    const p = chance.is() ? 'NULL' : keyOf(chance, chance.of(tables));
    return chance.of([
      `INSERT INTO ${table.name} (k, p, u, v) VALUES (${k}, ${p}, ${v()}, ${v()})`,
      `INSERT INTO ${table.name} (k, p, u, v) VALUES (${k}, ${p}, ${chance.below(99)}, ${v()})`,
      `UPDATE ${table.name} SET u = ${v()}, v = ${v()} WHERE k IS ${k}`,
      `UPDATE ${table.name} SET p = ${p} WHERE k IS ${k}`,
      `UPDATE ${table.name} SET k = ${keyOf(chance, table)} WHERE k IS ${k}`,
      `DELETE FROM ${table.name} WHERE k IS ${k}`,
    ]);
  });
}

function random(seed: number): { made: Scene; tables: Shape[]; chance: Chance } {
  const chance = chanceFrom(seed);
  const tables = shapes(chance);
  const made = Scene.make({
    schema: `CREATE TABLE log (x); ${tables.map(({ sql }) => sql).join('\n')}`,
    with: (connection) => {
      // As an application: what a constraint refuses is not there, and references may be broken.
      const exec = connection.exec.bind(connection);
      connection.exec = (sql) => {
        for (const statement of sql.startsWith('--each\n') ? sql.split('\n').slice(1) : [sql]) {
          try {
            exec(statement);
          } catch (thrown) {
            if (!String((thrown as { code?: unknown }).code).startsWith('SQLITE_CONSTRAINT')) throw thrown;
          }
        }
        return connection;
      };
    },
    then: `--each\n${edits(chance, tables, 30).join('\n')}`,
    now: `--each\n${edits(chance, tables, 25).join('\n')}`,
    journalMode: chance.of(['wal', 'delete']),
  });
  return { made, tables, chance };
}

const broken = (file: string): Set<string> =>
  read(
    file,
    (connection) => new Set((connection.pragma('foreign_key_check') as object[]).map((row) => JSON.stringify(row))),
  );

it(`${CASES} random databases: all rows come back, bit for bit, and nothing else changes`, async () => {
  let applied = 0;
  for (let seed = 1; seed <= CASES; seed++) {
    const { made, tables } = random(seed);
    const names = tables.map(({ name }) => name);
    const log = made.rows('log');
    const preview = await made.preview(...names);
    try {
      expect(await made.apply(...names), `seed ${seed}`).toMatchObject({ outcome: 'restored', writtenSince: false });
      applied++;
      for (const name of names) expect(made.rows(name), `seed ${seed} ${name}`).toEqual(made.rows(name, 'content'));
      expect(broken(made.live).size).toBe(broken(made.content).size);
      expect(preview.newViolations, `seed ${seed}`).toEqual([]);
    } catch (thrown) {
      // Rows that were broken then and are not now: told beforehand, and refused.
      if (!(thrown instanceof HoldfastError)) throw thrown;
      expect([seed, thrown.code, preview.newViolations.length > 0]).toEqual([seed, 'PARTIAL_WOULD_BREAK', true]);
    }
    expect([made.texts(), made.rows('log'), made.ask('PRAGMA integrity_check')]).toEqual([
      made.texts('content'),
      log,
      'ok',
    ]);
    made.end();
  }
  expect(applied).toBeGreaterThan(CASES / 2);
}, 600_000);

it(`${CASES} random conditions: only rows that fulfil them change, and those are as they were`, async () => {
  let changed = 0;
  for (let seed = 1001; seed < 1001 + CASES; seed++) {
    const { made, tables, chance } = random(seed);
    const { name } = chance.of(tables);
    const filter = chance.of(["k > 'b' OR k < 5", 'v IS NULL', "typeof(u) = 'text'", 'u < 50']);
    const chosen = (file: string, yes: boolean): string[] =>
      read(
        file,
        (one) =>
          one
            .prepare(
              `SELECT quote(k) || typeof(u) || quote(u) || quote(p) || typeof(v) || hex(v) FROM ${name} WHERE ${yes ? '' : 'NOT '}coalesce((${filter}), 0)`,
            )
            .pluck()
            .all() as string[],
      ).toSorted();
    const others = tables.filter((other) => other.name !== name).map((other) => made.rows(other.name));
    const before = chosen(made.live, false);
    const wanted = chosen(made.content, true);
    try {
      await made.apply({ table: name, filter });
      changed++;
      expect(chosen(made.live, true), `seed ${seed} ${filter}`).toEqual(wanted);
      const untouched = new Set([...before, ...chosen(made.content, false)]);
      for (const row of chosen(made.live, false)) expect(untouched.has(row), `seed ${seed} ${row}`).toBe(true);
    } catch (thrown) {
      if (!(thrown instanceof HoldfastError)) throw thrown;
      expect([seed, ['PARTIAL_WOULD_BREAK', 'PARTIAL_NOT_POSSIBLE'].includes(thrown.code)]).toEqual([seed, true]);
      expect([chosen(made.live, false)]).toEqual([before]);
    }
    expect(tables.filter((other) => other.name !== name).map((other) => made.rows(other.name))).toEqual(others);
    expect([made.texts(), made.ask('PRAGMA integrity_check')]).toEqual([made.texts('content'), 'ok']);
    made.end();
  }
  expect(changed).toBeGreaterThan(CASES / 3);
}, 600_000);
