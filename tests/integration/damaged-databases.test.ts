/**
 * Databases that are really damaged, of every kind in turn. HOLDFAST_DAMAGED says how many; a bounded run does 40.
 *
 * What must hold of each: the check says that it is damaged, or it holds exactly what the whole one holds, row by row and
 * by every index. A repair leaves no more faults and no row less than a plain scan reads. What is read into a new file has
 * every row that a plain scan reads. Nothing but the repair writes to the file.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HoldfastError } from '../../electron/errors/holdfast-error';
import { checkLive, type CheckResult } from '../../electron/integrity/check-live';
import { repairLive } from '../../electron/repair/repair-live';
import type { JobStep } from '../../electron/repair/run-steps';
import { salvage } from '../../electron/repair/salvage';
import { tryRepair } from '../../electron/repair/trial';
import { HERE } from '../helpers/backups';
import {
  DAMAGE_KINDS,
  type DamageKind,
  makeTemplate,
  randomFrom,
  type Template,
  writeDamaged,
} from '../helpers/damage-kinds';
import { everything, missingRows, putAside, scannedRows } from '../helpers/damage-oracle';
import { Place } from '../helpers/engine';

const COUNT = Number(process.env['HOLDFAST_DAMAGED'] ?? '') || 40;

let place: Place;
/** What did not hold: all of it is told, with the damage that it takes. */
let broken: string[] = [];
let templates: Record<'small' | 'large' | 'vacuum' | 'wal', Template>;

beforeAll(async () => {
  place = await Place.make({ job: '', cli: '', capture: '' });
  templates = {
    small: makeTemplate(place.file('small.db')),
    large: makeTemplate(place.file('large.db'), { pageSizeBytes: 4096 }),
    vacuum: makeTemplate(place.file('vacuum.db'), { autoVacuum: 'full' }),
    wal: makeTemplate(place.file('wal.db'), { wal: true }),
  };
});
afterAll(() => place.end());

function templateFor(kind: DamageKind, turn: number): Template {
  if (kind === 'pointer map') return templates.vacuum;
  if (kind === 'wal') return templates.wal;
  // Free pages are given back in the other one.
  if (kind === 'freelist') return turn % 2 === 0 ? templates.small : templates.large;
  return [templates.small, templates.large, templates.vacuum][turn % 3] ?? templates.small;
}

interface Told {
  detected: boolean;
  repaired: 'nothing to do' | 'repaired' | 'refused';
  salvaged: 'whole' | 'in part' | 'nothing';
}

function hold(holds: boolean, otherwise: () => string): void {
  if (!holds) broken.push(otherwise().slice(0, 400));
}

async function examine(kind: DamageKind, number: number): Promise<Told> {
  const folder = place.file(`case-${number}`);
  mkdirSync(folder);
  const template = templateFor(kind, Math.floor(number / DAMAGE_KINDS.length));
  const file = join(folder, 'live.db');
  const said = `${kind} ${number}: ${writeDamaged(template, kind, randomFrom(number), file)}`;
  const bytes = () =>
    ['', '-wal'].map((end) => (existsSync(file + end) ? readFileSync(file + end).toString('latin1') : null));
  const asItIs = bytes();
  const copy = join(folder, 'copy.db');
  for (const end of ['', ...template.beside]) copyFileSync(file + end, copy + end);
  const before = realRows(copy, template);

  const check = () =>
    checkLive(
      { liveFile: file, depth: 'full', faultLimit: 1000, copyFile: join(folder, 'check.db'), lockTimeoutMs: 1000 },
      HERE,
    );
  const found = await check();
  const detected = found.faults.length > 0;
  hold(detected || holdsTheSame(copy, template), () => `${said}: nothing was found`);

  const salvaged = await salvageInto(folder, file, before, said);
  const isAsItWas = () => JSON.stringify(bytes()) === JSON.stringify(asItIs);
  hold(isAsItWas(), () => `${said}: the damaged file was written to`);
  const repaired = await mend(folder, file, found, said);
  if (repaired === 'repaired') {
    const after = await check();
    hold(after.faults.length <= found.faults.length, () => `${said}: more faults after the repair: ${after.faults[0]}`);
  } else hold(isAsItWas(), () => `${said}: nothing was repaired, and the file is another one`);
  const rows = scannedRows(file);
  for (const [table, own] of before) {
    if (isIndexPart(table)) continue;
    const missing = missingRows(own, rows.get(table) ?? []);
    hold(missing.length === 0, () => `${said}: ${missing.length} rows of ${table} gone with the repair: ${missing[0]}`);
  }
  rmSync(folder, { recursive: true });
  return { detected, repaired, salvaged };
}

/** Rows that a plain scan reads and that were there: damage also shows rows that never were. */
function realRows(file: string, template: Template): Map<string, string[]> {
  const whole = wholeRows.get(template) ?? withWhole(template, scannedRows);
  wholeRows.set(template, whole);
  const read = scannedRows(file);
  return new Map([...whole].map(([table, rows]) => [table, rows.filter((row) => read.get(table)?.includes(row))]));
}
const wholeRows = new Map<Template, Map<string, string[]>>();

const isIndexPart = (table: string): boolean =>
  /^search_(data|idx|docsize|config)$/.test(table) || table === 'sqlite_sequence';

const wholes = new Map<Template, string>();
function holdsTheSame(file: string, template: Template): boolean {
  const whole = wholes.get(template) ?? withWhole(template, everything);
  wholes.set(template, whole);
  try {
    return everything(file) === whole;
  } catch {
    return false;
  }
}

function withWhole<T>(template: Template, read: (file: string) => T): T {
  const whole = place.file('whole.db');
  for (const end of ['', ...template.beside]) copyFileSync(template.file + end, whole + end);
  try {
    return read(whole);
  } finally {
    for (const end of ['', '-wal', '-shm']) rmSync(whole + end, { force: true });
  }
}

async function salvageInto(
  folder: string,
  file: string,
  before: Map<string, string[]>,
  said: string,
): Promise<Told['salvaged']> {
  const target = join(folder, 'salvaged.db');
  const rows = [...before].filter(([table]) => !isIndexPart(table));
  try {
    const report = await salvage(
      {
        liveFile: file,
        folder: join(folder, '.'),
        target,
        temporary: join(folder, 'salvaged.partial'),
        overwrite: false,
        program: null,
        programLimitMs: 1000,
        lockTimeoutMs: 1000,
      },
      HERE,
    );
    const read = scannedRows(target);
    for (const [table, own] of rows) {
      const columns = own[0]?.split('|').length ?? 0;
      // The text of a full-text index is told as its own.
      const names = table === 'search_content' ? [table, 'search'] : [table];
      const aside = own.length > 0 ? names.flatMap((name) => putAside(target, name, columns)) : [];
      const everywhere = [...(read.get(table) ?? []), ...aside];
      const missing = missingRows(own, everywhere);
      hold(missing.length === 0, () => `${said}: ${missing.length} rows of ${table} were not saved: ${missing[0]}`);
    }
    return report.tables.every(({ rowsLost }) => rowsLost === 0) ? 'whole' : 'in part';
  } catch (thrown) {
    if (!(thrown instanceof HoldfastError) || thrown.code !== 'SALVAGE_FAILED') throw thrown;
    const readable = rows.flatMap(([, own]) => own);
    hold(readable.length === 0, () => `${said}: ${thrown.message}, and ${readable.length} rows can be read`);
    return 'nothing';
  }
}

async function mend(folder: string, file: string, found: CheckResult, said: string): Promise<Told['repaired']> {
  const steps = found.mendable.map(
    ({ kind, subject }): JobStep => ({ id: `${kind} ${subject}`, kind, subject, rule: null }),
  );
  if (steps.length === 0) return 'nothing to do';
  const trialFile = join(folder, 'trial.db');
  const trial = await tryRepair({ liveFile: file, steps, trialFile, lockTimeoutMs: 1000 }, HERE);
  if (trial.refused !== null) return 'refused';
  const result = await repairLive({ liveFile: file, steps: trial.steps, folder, lockTimeoutMs: 1000 }, HERE);
  hold(result.outcome === 'repaired', () => `${said}: what was tried on a copy could not be done: ${result.reason}`);
  return 'repaired';
}

it(`${COUNT} damaged databases: each is found out or holds the same, none is made worse, all that can be read is saved`, async () => {
  broken = [];
  const told = new Map<DamageKind, Told[]>();
  for (let number = 0; number < COUNT; number++) {
    const kind = DAMAGE_KINDS[number % DAMAGE_KINDS.length]!;
    told.set(kind, [...(told.get(kind) ?? []), await examine(kind, number)]);
  }
  expect(broken).toEqual([]);
  const of = (list: Told[], key: keyof Told, value: unknown) => list.filter((one) => one[key] === value).length;
  const figures = [...told].map(([kind, list]) => ({
    kind,
    databases: list.length,
    detected: of(list, 'detected', true),
    repaired: of(list, 'repaired', 'repaired'),
    refused: of(list, 'repaired', 'refused'),
    whole: of(list, 'salvaged', 'whole'),
    part: of(list, 'salvaged', 'in part'),
    nothing: of(list, 'salvaged', 'nothing'),
  }));
  if (process.env['HOLDFAST_DAMAGED']) console.table(figures);
  expect(figures.every(({ detected, kind }) => detected > 0 || kind === 'freelist')).toBe(true);
}, 600_000);
