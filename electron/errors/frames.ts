/** Calls on a stack as they are compared: without what changes from one build, machine or depth of recursion to the next. */
import type { StackFrame } from '@shared/error-groups';

const ANONYMOUS = '<anonymous>';
/** Calls that are compared, the nearest to the error. */
const COMPARED = 30;

/**
 * The calls of the application itself, `module in function`, oldest first, each once: how deep a recursion went tells no two
 * errors apart. Calls that say nothing (minified or nameless ones of a bundle) are left out.
 */
export function comparedFrames(frames: readonly StackFrame[]): string[] {
  const calls = frames.filter(({ inApp }) => inApp).flatMap((frame) => callOf(frame) ?? []);
  return [...new Set(calls)].slice(-COMPARED);
}

/** The call in which it happened, for people: of the application where there is one. */
export function culpritOf(frames: readonly StackFrame[]): string | null {
  const frame = frames.findLast(({ inApp }) => inApp) ?? frames.at(-1);
  if (!frame) return null;
  const place = placeOf(frame);
  const name = functionOf(frame);
  if (place === null) return name === ANONYMOUS ? null : name;
  return name === ANONYMOUS ? place : `${place} in ${name}`;
}

/** The same calls come again and again. */
const known = new Map<string, string | null>();
const MOST_KNOWN = 5_000;

function callOf(frame: StackFrame): string | null {
  const key = `${frame.module}\n${frame.function}\n${frame.file}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  if (known.size >= MOST_KNOWN) known.clear();
  const call = workOut(frame);
  if (key.length < 1_000) known.set(key, call);
  return call;
}

function workOut(frame: StackFrame): string | null {
  const place = placeOf(frame);
  const name = functionOf(frame);
  const isBundled = place === null || isBundle(frame);
  // `t` in one build is `n` in the next, and a bundle is one place for everything.
  if (isBundled && (name === ANONYMOUS || name.length <= 2)) return null;
  return `${place ?? '?'} in ${name}`;
}

/** A file with a hash in its name, or a whole page. */
const isBundle = ({ module, file }: StackFrame): boolean =>
  (module === null || /[.-][0-9a-z_]{8,}(?:[.:/]|$)/i.test(module)) &&
  /(?:[.-](?=[a-z_]*\d|[0-9]*[a-z_]*[A-Z])[\w-]{8,}|\.min|bundle|chunk)\.[cm]?js(?:\?.*)?$/i.test(file ?? '');

/** Module, else the name of the file: folders differ from machine to machine. */
function placeOf({ module, file }: StackFrame): string | null {
  const place = module ?? file?.split(/[/\\]/).at(-1)?.replace(/\?.*$/, '') ?? null;
  return place === null || place === '' || place === ANONYMOUS ? null : withoutHash(place);
}

const withoutHash = (place: string): string =>
  place.replaceAll(/[.-](?=[a-z_]{0,64}\d)[0-9a-z_]{8,64}(?=[.:/]|$)/gi, '');

/** Without what engines put around a name. */
function functionOf({ function: name }: StackFrame): string {
  const bare = (name ?? '')
    .slice(0, 300)
    .replace(/^(?:async |new |get |set )+/, '')
    .replace(/ \[as [^\]]{1,100}\]/, '')
    .replace(/ \(index \d+\)$/, '')
    .replace(/^Object\.(?=<anonymous>)/, '');
  // `<lambda>` and `<module>` of Python are names; a listing inside a function is that function to whoever reads.
  return bare === '' || bare === '?' || bare === 'anonymous' ? ANONYMOUS : bare;
}
