/**
 * The state machine of one alert: `inactive -> pending -> firing -> recovering -> inactive`, and the two ways of not
 * knowing, which never count as well. Pure: it is told how much time has passed and keeps spans, not moments, so that a
 * restart goes on where it was and no clock that is set moves anything.
 */

export interface MachineLevel {
  trigger: number;
  /** On the well side of `trigger`. Between the two the level stays as it is. */
  clear: number;
}
export interface MachineConfig {
  direction: 'above' | 'below';
  /** Worst last. */
  levels: readonly MachineLevel[];
  /** How long a level's condition holds before the level is raised. */
  forMs: number;
  /** How long a level is well before it is lowered. */
  keepMs: number;
  /** Not knowing is told after this; 0 never, it only shows on an alert that is raised. */
  noDataMs: number;
}

/** Whether a second condition of a level lets it be raised (`met`), lowers it (`clear`), or neither. */
export type Gate = 'met' | 'clear' | 'between';
export type Reading =
  | { kind: 'value'; value: number; gates?: readonly Gate[] }
  | { kind: 'none' }
  | { kind: 'error'; reason: string }
  /** Not judged now: just after sleep, or while a window is not filled yet. */
  | { kind: 'held' };

interface LevelMemory {
  raised: boolean;
  /** How long the condition has held; null when it did not at the last look. */
  heldMs: number | null;
  /** How long it has been well; null when it was not at the last look. */
  wellMs: number | null;
}
export interface MachineMemory {
  levels: readonly LevelMemory[];
  /** How long nothing is known, and why. */
  missing: { kind: 'no-data' | 'error'; ms: number } | null;
  /** Set once not knowing was long enough; `backMs`: how long values have been there again. */
  trouble: { kind: 'no-data' | 'error'; backMs: number | null } | null;
}

export interface MachineState {
  phase: 'inactive' | 'pending' | 'firing' | 'recovering';
  /** Index of the worst level that is raised; null for none. */
  level: number | null;
  trouble: 'no-data' | 'error' | null;
}

/** An alert that is raised shows after this that its values are missing, also when that is not told. */
const SHOWN_MISSING_MS = 300_000;
/** A rule that cannot be evaluated is told after this. */
const TOLD_ERROR_MS = 60_000;
/** What was being waited for starts anew after so long without a value. */
const LONGEST_BLINK_MS = 60_000;

const CALM: LevelMemory = { raised: false, heldMs: null, wellMs: null };

export function freshMemory(config: MachineConfig): MachineMemory {
  return { levels: config.levels.map(() => CALM), missing: null, trouble: null };
}

/**
 * Takes in one reading, `elapsedMs` after the one before (0 for the first, also after a restart). Gives the same object
 * when nothing changed.
 */
export function step(config: MachineConfig, memory: MachineMemory, reading: Reading, elapsedMs: number): MachineMemory {
  switch (reading.kind) {
    case 'held':
      return memory;
    case 'none':
      return notKnown(config, memory, 'no-data', elapsedMs);
    case 'error':
      return notKnown(config, memory, 'error', elapsedMs);
    case 'value':
      return known(config, memory, reading, elapsedMs);
  }
}

function known(
  config: MachineConfig,
  memory: MachineMemory,
  { value, gates }: { value: number; gates?: readonly Gate[] },
  elapsedMs: number,
): MachineMemory {
  let changed = memory.missing !== null || memory.levels.length !== config.levels.length;
  const levels = config.levels.map((level, index) => {
    const before = memory.levels[index] ?? CALM;
    const after = stepLevel(config, level, before, value, gates?.[index] ?? 'met', elapsedMs);
    if (after !== before) changed = true;
    return after;
  });
  const trouble = returning(config, memory, elapsedMs);
  if (!changed && trouble === memory.trouble) return memory;
  return { levels, missing: null, trouble };
}

function stepLevel(
  config: MachineConfig,
  { trigger, clear }: MachineLevel,
  before: LevelMemory,
  value: number,
  gate: Gate,
  elapsedMs: number,
): LevelMemory {
  const above = config.direction === 'above';
  const met = gate === 'met' && (above ? value >= trigger : value <= trigger);
  const well = gate === 'clear' || (above ? value <= clear : value >= clear);
  if (!before.raised) {
    if (!met) return before.heldMs === null ? before : CALM;
    const heldMs = before.heldMs === null ? 0 : before.heldMs + elapsedMs;
    return { raised: heldMs >= config.forMs, heldMs, wellMs: null };
  }
  if (!well) return before.wellMs === null ? before : { ...before, wellMs: null };
  const wellMs = before.wellMs === null ? 0 : before.wellMs + elapsedMs;
  return wellMs >= config.keepMs ? CALM : { ...before, wellMs };
}

/** Values have returned: that counts once they have been there as long as being well has to last. */
function returning(config: MachineConfig, { trouble }: MachineMemory, elapsedMs: number): MachineMemory['trouble'] {
  if (!trouble) return null;
  const backMs = trouble.backMs === null ? 0 : trouble.backMs + elapsedMs;
  return backMs >= config.keepMs ? null : { ...trouble, backMs };
}

function notKnown(
  config: MachineConfig,
  memory: MachineMemory,
  kind: 'no-data' | 'error',
  elapsedMs: number,
): MachineMemory {
  const { missing, trouble, levels } = memory;
  const raised = levels.some((level) => level.raised);
  const limitMs = kind === 'error' ? TOLD_ERROR_MS : config.noDataMs || (raised ? SHOWN_MISSING_MS : null);
  const waits = levels.some(({ heldMs }) => heldMs !== null);
  if (limitMs === null && !waits && !missing && !trouble) return memory;
  // Told already: nothing more follows from its going on.
  if (trouble?.kind === kind && trouble.backMs === null && missing?.kind === kind) return memory;
  const ms = missing === null ? 0 : missing.ms + elapsedMs;
  const troubled = limitMs !== null && ms >= limitMs;
  return {
    // A look that gave nothing neither counts nor breaks a span; many of them do.
    levels: ms >= LONGEST_BLINK_MS || troubled ? dropped(levels) : levels,
    missing: { kind, ms },
    trouble: troubled ? { kind, backMs: null } : trouble && { ...trouble, backMs: null },
  };
}

/** What was being waited for starts anew; what is raised stays raised. */
export function dropTimers(memory: MachineMemory): MachineMemory {
  const levels = dropped(memory.levels);
  const missing = memory.missing && { ...memory.missing, ms: 0 };
  const trouble = memory.trouble && { ...memory.trouble, backMs: null };
  return { levels, missing, trouble };
}

function dropped(levels: readonly LevelMemory[]): readonly LevelMemory[] {
  const waits = levels.some(({ raised, heldMs, wellMs }) => wellMs !== null || (!raised && heldMs !== null));
  return waits ? levels.map((level) => (level.raised ? { ...level, wellMs: null } : CALM)) : levels;
}

export function stateOf(memory: MachineMemory): MachineState {
  let level: number | null = null;
  let [waits, bad] = [false, false];
  for (const [index, { raised, heldMs, wellMs }] of memory.levels.entries()) {
    if (raised) {
      level = index;
      if (wellMs === null) bad = true;
    } else if (heldMs !== null) waits = true;
  }
  const { trouble } = memory;
  const back = trouble !== null && trouble.backMs !== null;
  if (level === null && trouble === null) return { phase: waits ? 'pending' : 'inactive', level, trouble: null };
  // Values that are there again are on their way to being well, unless they are bad.
  const phase = bad || (trouble !== null && !back) ? 'firing' : 'recovering';
  return { phase, level, trouble: back ? null : (trouble?.kind ?? null) };
}
