/** Sleep, wake and shutdown of the machine. */
import { app, powerMonitor } from 'electron';

/** Calls `wake` when the machine may have slept or been left alone; ends the application when the machine shuts down. */
export function watchPower(wake: () => void): void {
  powerMonitor.on('resume', wake);
  powerMonitor.on('unlock-screen', wake);
  powerMonitor.on('shutdown', () => app.quit());
}
