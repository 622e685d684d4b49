/** Waits for a condition by looking again and again; a condition that never comes fails the test by name. */
import { setTimeout as pause } from 'node:timers/promises';

const LIMIT_MS = 20_000;

/** Looks every few milliseconds until `look` gives something other than false, null or undefined. */
export async function until<T>(what: string, look: () => T | Promise<T>): Promise<NonNullable<T>> {
  const limit = performance.now() + LIMIT_MS;
  for (;;) {
    const found = await look();
    if (found !== false && found !== null && found !== undefined) return found;
    if (performance.now() > limit) throw new Error(`waited ${LIMIT_MS} ms for: ${what}`);
    await pause(5);
  }
}
