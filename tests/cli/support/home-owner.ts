/** A process that owns the home named in its first argument until it is told to end (SIGTERM) or killed. */
import { claimHome, type Role } from '../../../electron/core/home';

const [home = '', role = 'serve'] = process.argv.slice(2);
const ownership = claimHome(home, role as Role);
const alive = setInterval(() => undefined, 60_000);
process.on('SIGTERM', () => {
  ownership.release();
  clearInterval(alive);
});
process.stdout.write(`owned ${ownership.info.pid}\n`);
