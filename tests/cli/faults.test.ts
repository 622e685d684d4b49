/** Faults of the program itself, in the command and in `serve`: a sentence, a status, a record, and safe mode after a loop. */
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Place } from './support/holdfast';

let place: Place;

beforeEach(async () => {
  place = await Place.make();
});
afterEach(() => place.end());

/** Loaded before the program: makes it throw to nobody. Only in the program itself, not in its children. */
function withFaults(program: string): NodeJS.ProcessEnv {
  const file = place.file('faults.cjs');
  writeFileSync(file, `if (process.argv[1]?.endsWith('cli.js')) { ${program} }`);
  return { NODE_OPTIONS: `--require ${file}` };
}
const runs = () =>
  (JSON.parse(readFileSync(join(place.home, 'run.json'), 'utf8')) as { runs: { end: string; detail: string }[] }).runs;

it('a command ends in a sentence and status 1', async () => {
  const env = withFaults(`
    const { existsSync } = require('node:fs');
    const timer = setInterval(() => {
      if (!existsSync(${JSON.stringify(join(place.home, 'holdfast.sqlite'))})) return;
      clearInterval(timer);
      throw new Error('thrown to nobody');
    }, 1);`);
  const { code, stderr } = await place.start(['drill', 'nothing'], { env }).ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(/^holdfast: [A-Z]/);
  expect(stderr).toContain('thrown to nobody');
});

describe('serve', () => {
  const THROW_WHEN_TOLD = "process.on('SIGUSR2', () => { throw new TypeError('thrown to nobody'); });";

  it('records one fault and goes on; the third within a minute ends it in order, with status 1', async () => {
    const serving = place.start(['--json', 'serve', '--port', '0'], { env: withFaults(THROW_WHEN_TOLD) });
    await serving.until(({ stdout }) => stdout.endsWith('}\n'));
    const told = () => serving.output().stderr.split('INTERNAL').length - 1;
    for (const count of [1, 2]) {
      serving.child.kill('SIGUSR2');
      await serving.until(() => told() === count);
    }
    expect(runs().map(({ end }) => end)).toEqual(['running']);
    serving.child.kill('SIGUSR2');
    const { code, stdout } = await serving.ended;
    expect(code).toBe(1);
    expect(stdout).toContain('"ok": false');
    expect(runs()).toEqual([expect.objectContaining({ end: 'crashed', detail: expect.stringContaining('TypeError') })]);
    // It gave its home free.
    expect((await place.text('db', 'list')).code).toBe(0);
  });

  it('says that it runs in safe mode, and ends there as it is told', async () => {
    await mkdir(place.home);
    const crash = {
      startedAtMs: Date.now() - 2_000,
      end: 'crashed',
      endedAtMs: Date.now() - 1_000,
      detail: 'TypeError: x',
    };
    writeFileSync(join(place.home, 'run.json'), JSON.stringify({ version: 1, runs: [crash, crash, crash] }));
    const serving = place.start(['--json', 'serve', '--port', '0'], { env: withFaults(THROW_WHEN_TOLD) });
    await serving.until(({ stdout }) => stdout.endsWith('}\n'));
    const { value } = JSON.parse(serving.output().stdout) as { value: { address: string; safeMode: unknown } };
    expect(value.safeMode).toMatchObject({ crashes: 3, detail: 'TypeError: x' });
    expect(serving.output().stderr).toContain('safe mode after 3 crashes');
    // Faults are recorded, but there is nothing left to give up.
    for (const count of [1, 2, 3, 4]) {
      serving.child.kill('SIGUSR2');
      await serving.until(({ stderr }) => stderr.split('INTERNAL').length > count);
    }
    const headers = { authorization: `Bearer ${readFileSync(join(place.home, 'health.token'), 'utf8').trim()}` };
    const health = await fetch(`${value.address}/health`, { headers });
    expect(health.status).toBe(503);
    expect(await health.text()).toContain('safe mode');
    serving.child.kill('SIGTERM');
    expect((await serving.ended).code).toBe(0);
  });
});
