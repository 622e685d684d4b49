/** Where the window was, kept in a small file of the home. Pure but for that file. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

const pixel = z.number().int().min(-100_000).max(100_000);
const WindowPlace = z.object({
  x: pixel,
  y: pixel,
  width: pixel.positive(),
  height: pixel.positive(),
  maximized: z.boolean(),
});
export type WindowPlace = z.infer<typeof WindowPlace>;

export const SMALLEST_WIDTH = 900;
export const SMALLEST_HEIGHT = 600;
const FIRST_WIDTH = 1200;
const FIRST_HEIGHT = 800;
/** So much of the title bar must be on a screen, or the window could not be moved. */
const LEAST_VISIBLE = 80;

/** The place that was written last; null when there is none or it cannot be read, which costs the user nothing. */
export function readWindowPlace(file: string): WindowPlace | null {
  try {
    return WindowPlace.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data ?? null;
  } catch {
    // not there yet, or not JSON: the window opens at its first place
    return null;
  }
}

/** Writes the place, by rename so that a crash leaves the old one. Throws what the file system throws. */
export function writeWindowPlace(file: string, place: WindowPlace): void {
  const draft = `${file}.new`;
  writeFileSync(draft, JSON.stringify(place));
  renameSync(draft, file);
}

/**
 * Bounds to open the window with: the remembered ones when a screen still shows them, else the first size, centred by
 * the desktop (no `x` and `y`). `workAreas` are the usable parts of the screens.
 */
export function boundsToOpen(
  place: WindowPlace | null,
  workAreas: readonly Rectangle[],
): { width: number; height: number; x?: number; y?: number } {
  if (!place) return { width: FIRST_WIDTH, height: FIRST_HEIGHT };
  const width = Math.max(place.width, SMALLEST_WIDTH);
  const height = Math.max(place.height, SMALLEST_HEIGHT);
  const visible = workAreas.some(
    (area) =>
      Math.min(place.x + width, area.x + area.width) - Math.max(place.x, area.x) >= LEAST_VISIBLE &&
      place.y >= area.y &&
      place.y <= area.y + area.height - LEAST_VISIBLE,
  );
  return visible ? { width, height, x: place.x, y: place.y } : { width, height };
}
