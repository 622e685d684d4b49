// npm start: prepares what is missing, builds what changed, opens Holdfast. Further arguments go to the application.
//   npm start                  needs a screen
//   npm start -- --headless    on a virtual screen with a session bus of its own (servers, tests)
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureBuild } from './lib/build.mjs';
import { electronBinary, main, readIfThere, root, UserError } from './lib/paths.mjs';
import { hasDisplay, onVirtualScreen, run } from './lib/run.mjs';
import { setup } from './setup.mjs';

await main(async () => {
  const passed = process.argv.slice(2);
  const headless = passed.includes('--headless');
  const args = [root, ...passed.filter((arg) => arg !== '--headless')];
  if (!headless && !hasDisplay()) {
    throw new UserError(
      'There is no screen here (DISPLAY and WAYLAND_DISPLAY are unset): use npm start -- --headless.',
    );
  }
  await setup({ purpose: headless ? 'headless' : 'run', quiet: true });
  await ensureBuild();
  if (process.platform === 'linux' && process.getuid() === 0) {
    console.error('[start] running as root: Chromium needs --no-sandbox for that; prefer an ordinary user');
    args.unshift('--no-sandbox');
  }
  process.exitCode = headless ? await runHeadless(args) : await run(electronBinary(), args);
});

// A signal must reach Electron alone: sent to the whole group it would also end the virtual screen, and Electron would
// die of that instead of closing its databases. The shell writes its own process id and then becomes Electron.
async function runHeadless(args) {
  const note = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-start-')), 'pid');
  const become = ['-c', 'echo $$ > "$0"; exec "$@"', note, electronBinary(), ...args];
  const [command, wrapped] = onVirtualScreen('sh', become);
  try {
    return await run(command, wrapped, {
      detached: true, // Ctrl-C in a terminal goes to a whole group as well
      onSignal(signal, child) {
        const pid = Number(readIfThere(note));
        if (pid) process.kill(pid, signal);
        else process.kill(-child.pid, signal); // Electron is not up yet
      },
    });
  } finally {
    fs.rmSync(path.dirname(note), { recursive: true, force: true });
  }
}
