/** Waiting for a condition, not for a time. */
import { setTimeout as pause } from 'node:timers/promises';

const LOOK_EVERY_MS = 25;

/** Resolves once `holds` answers true; rejects, naming `what` was waited for, after `limitMs`. */
export async function until(what: string, holds: () => boolean | Promise<boolean>, limitMs = 10_000): Promise<void> {
  const endsAtMs = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > endsAtMs) throw new Error(`waited ${limitMs} ms in vain: ${what}`);
    await pause(LOOK_EVERY_MS);
  }
}
