// One setup at a time in a checkout: `npm start` and `npm test` may be started together on a fresh clone.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readIfThere, runtimeDir, UserError } from '../lib/paths.mjs';

const lockFile = path.join(runtimeDir, 'setup.lock');
const waitLimitMs = 15 * 60_000;

/** Runs the body while holding the checkout's setup lock; a lock whose owner is gone is taken over. */
export async function withSetupLock(body) {
  fs.mkdirSync(runtimeDir, { recursive: true });
  const giveUpAt = Date.now() + waitLimitMs;
  while (!tryLock()) {
    if (!ownerAlive()) {
      fs.rmSync(lockFile, { force: true });
      continue;
    }
    if (Date.now() > giveUpAt) throw new UserError(`Another setup holds ${lockFile}; end it or delete that file.`);
    await sleep(200);
  }
  try {
    return await body();
  } finally {
    fs.rmSync(lockFile, { force: true });
  }
}

function tryLock() {
  try {
    fs.writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function ownerAlive() {
  const pid = Number(readIfThere(lockFile));
  if (!pid) return fs.existsSync(lockFile) && Date.now() - fs.statSync(lockFile).mtimeMs < 5_000; // being written
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
