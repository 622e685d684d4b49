import type { Tone } from '@/tone';

const SOON_HOURS = 48;
const VERY_SOON_HOURS = 8;

/** How bad it is that a disk is full in so many hours; null when there is time. */
export function fillTone(hours: number): Tone | null {
  if (hours < VERY_SOON_HOURS) return 'bad';
  return hours < SOON_HOURS ? 'warn' : null;
}
