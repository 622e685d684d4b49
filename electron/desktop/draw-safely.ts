/** Drawing in safe mode. */
import { homePaths } from '../core/home';
import { wouldBeSafe } from '../core/run-guard';
import { app } from 'electron';

/**
 * Draws without the graphics processor when this start ends in safe mode: its driver may be what crashed. Call before the
 * application is ready.
 */
export function drawSafely(home: string): void {
  if (wouldBeSafe(homePaths(home).runInfo, Date.now())) app.disableHardwareAcceleration();
}
