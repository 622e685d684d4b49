/** Reads the command line. Everything a person can mistype ends in a `UsageProblem` that names it. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { CommandName } from '../core/commands';
import type { UsageText } from './text';

/** The command line does not say what to do, or says it wrong: exit status 2. */
export class UsageProblem extends Error {
  constructor(readonly text: UsageText) {
    super(text[0]);
  }
}

export type Invocation =
  | { kind: 'help' }
  | { kind: 'version' }
  | { kind: 'serve'; home: string | undefined; port: number }
  | { kind: 'command'; home: string | undefined; name: CommandName; args: Record<string, unknown> };

const OPTIONS = {
  home: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
  name: { type: 'string' },
  kind: { type: 'string' },
  from: { type: 'string' },
  at: { type: 'string' },
  to: { type: 'string' },
  tables: { type: 'string' },
  'dry-run': { type: 'boolean' },
  fix: { type: 'boolean' },
  port: { type: 'string' },
} as const;
type Option = keyof typeof OPTIONS;
type Values = { [O in Option]?: (typeof OPTIONS)[O]['type'] extends 'string' ? string : boolean };

const EVERYWHERE: Option[] = ['home', 'json', 'help', 'version'];
const DEFAULT_PORT = 47_600;
const KINDS = ['manual', 'daily', 'weekly', 'monthly', 'incremental'] as const;

interface Spec {
  /** Words in angle brackets are needed, those in square brackets are not. */
  operands: string[];
  options: Option[];
  build(operands: string[], values: Values): Invocation;
}

const SPECS: Record<string, Spec> = {
  'db add': spec(['<file>'], ['name'], 'db-add', ([file = ''], { name }) => ({
    file: resolve(file),
    ...(name === undefined ? {} : { name }),
  })),
  'db list': spec([], [], 'db-list', () => ({})),
  'db remove': spec(['<name>'], [], 'db-remove', ([name]) => ({ name })),
  backup: spec(['<name>'], ['kind'], 'backup', ([name], { kind }) => ({ name, kind: backupKind(kind) })),
  backups: spec(['[<name>]'], [], 'backups', ([name]) => (name === undefined ? {} : { name })),
  verify: spec(['<id|file>'], [], 'verify', ([target = '']) => ({ target: pointOrFile(target) })),
  restore: spec(['<name>'], ['from', 'at', 'to', 'tables', 'dry-run'], 'restore', ([name], values) => ({
    name,
    ...restoreArgs(values),
  })),
  drill: spec(['<name>'], [], 'drill', ([name]) => ({ name })),
  check: spec(['<name|file>'], ['fix'], 'check', ([target = ''], { fix = false }) => ({
    target: pointOrFile(target),
    fix,
  })),
  retention: spec(['<name>'], ['dry-run'], 'retention', ([name], values) => ({
    name,
    dryRun: values['dry-run'] ?? false,
  })),
  'catalog rebuild': spec([], [], 'catalog-rebuild', () => ({})),
  'destination list': spec([], [], 'destination-list', () => ({})),
  'destination add': spec(['<file.json>'], [], 'destination-add', ([file = '']) => ({ file: resolve(file) })),
  'destination remove': spec(['<name>'], [], 'destination-remove', ([name]) => ({ name })),
  'destination scan': spec(['<name>'], [], 'destination-scan', ([name]) => ({ name })),
  'destination copy': spec(['<name>'], [], 'destination-copy', ([name]) => ({ name })),
  health: spec([], [], 'health', () => ({})),
  serve: {
    operands: [],
    options: ['port'],
    build: (_operands, { home, port }) => ({ kind: 'serve', home, port: portNumber(port) }),
  },
  help: { operands: ['[<command>]'], options: [], build: () => ({ kind: 'help' }) },
};

function spec(
  operands: string[],
  options: Option[],
  name: CommandName,
  args: (operands: string[], values: Values) => Record<string, unknown>,
): Spec {
  return {
    operands,
    options,
    build: (given, values) => ({ kind: 'command', home: values.home, name, args: args(given, values) }),
  };
}

/** True when the command line asks for JSON, also when it is wrong in other ways. */
export function wantsJson(argv: string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end === -1 ? argv.length : end).includes('--json');
}

/** Reads `argv`, without the program's own name. Errors: `UsageProblem`. */
export function readCommandLine(argv: string[]): Invocation {
  const { values, positionals } = split(argv);
  if (values.help) return { kind: 'help' };
  if (values.version) return { kind: 'version' };
  for (const option of ['home', 'name', 'from', 'to'] as const) {
    if (values[option] === '') throw new UsageProblem(['emptyOption', option]);
  }
  const [first, second] = positionals;
  if (first === undefined) throw new UsageProblem(['noCommand']);
  const twoWords = `${first} ${second ?? ''}`;
  const name = Object.hasOwn(SPECS, twoWords) ? twoWords : first;
  const found = Object.hasOwn(SPECS, name) ? SPECS[name] : undefined;
  if (!found) {
    const group = Object.keys(SPECS).filter((known) => known.startsWith(`${first} `));
    throw new UsageProblem(group.length > 0 ? ['incomplete', first, group.join(', ')] : ['unknownCommand', first]);
  }
  for (const option of Object.keys(values) as Option[]) {
    if (!EVERYWHERE.includes(option) && !found.options.includes(option)) {
      throw new UsageProblem(['optionElsewhere', option, name]);
    }
  }
  const operands = positionals.slice(name.split(' ').length);
  const needed = found.operands.filter((operand) => operand.startsWith('<'));
  const missing = needed[operands.length];
  if (missing !== undefined) throw new UsageProblem(['missingOperand', name, missing]);
  const extra = operands[found.operands.length];
  if (extra !== undefined) throw new UsageProblem(['extraOperand', name, extra]);
  if (operands.includes('')) throw new UsageProblem(['missingOperand', name, found.operands[0] ?? '']);
  return found.build(operands, values);
}

function split(argv: string[]): { values: Values; positionals: string[] } {
  try {
    return parseArgs({ args: argv, options: OPTIONS, allowPositionals: true, strict: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!code?.startsWith('ERR_PARSE_ARGS')) throw error;
    const option = /'(-[^'\s]+)/.exec(message)?.[1] ?? message;
    throw new UsageProblem(
      code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? ['unknownOption', option] : ['optionValue', option],
    );
  }
}

function backupKind(kind: string = 'manual'): string {
  if (KINDS.some((known) => known === kind)) return kind;
  throw new UsageProblem(['notOneOf', 'kind', kind, KINDS.join(', ')]);
}

function restoreArgs({ from, at, to, tables, 'dry-run': dryRun = false }: Values): Record<string, unknown> {
  if (from !== undefined && at !== undefined) throw new UsageProblem(['notTogether', 'from', 'at']);
  if (tables !== undefined && to !== undefined) throw new UsageProblem(['notTogether', 'tables', 'to']);
  return {
    dryRun,
    ...(from === undefined ? {} : { from: pointOrFile(from) }),
    ...(at === undefined ? {} : { at: moment(at) }),
    ...(to === undefined ? {} : { to: resolve(to) }),
    ...(tables === undefined ? {} : { tables: tableNames(tables) }),
  };
}

/** Names with commas between them. */
function tableNames(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw new UsageProblem(['emptyOption', 'tables']);
  return names;
}

/** The owner of the home may stand in another folder: it gets the full path. */
function pointOrFile(text: string): { text: string; path: string } {
  return { text, path: resolve(text) };
}

/**
 * ISO 8601 with a time; without an offset it is meant in this machine's time zone. A time without seconds, or without
 * fractions of them, means its last moment: what a list shows can be typed as it is shown.
 */
function moment(text: string): string {
  const match = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::(\d{2}(?:\.\d+)?))?(Z|[+-]\d{2}:?\d{2})?$/i.exec(text);
  const [, day = '', clock = '', seconds = '59', offset = ''] = match ?? [];
  const fraction = seconds.includes('.') ? '' : '.999';
  const zone = offset.toUpperCase().replace(/^([+-]\d{2})(\d{2})$/, '$1:$2');
  const parsed = new Date(`${day}T${clock}:${seconds}${fraction}${zone}`);
  // `Date` takes 31 February for 3 March: the day is looked at on its own
  const realDay = new Date(`${day}T00:00:00Z`);
  const isReal = !Number.isNaN(realDay.getTime()) && realDay.toISOString().startsWith(day);
  if (!match || !isReal || Number.isNaN(parsed.getTime())) throw new UsageProblem(['notATime', text]);
  return parsed.toISOString();
}

function portNumber(port: string | undefined): number {
  if (port === undefined) return DEFAULT_PORT;
  const value = Number(port);
  if (/^\d+$/.test(port) && value <= 65_535) return value;
  throw new UsageProblem(['notAPort', port]);
}
