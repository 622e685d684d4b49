import { describe, expect, it } from 'vitest';
import { EarlySync } from '../../../electron/backup/early-sync';
import { deferred } from '../../../electron/jobs/deferred';

const MIB = 1 << 20;

/** A file whose syncs end when the test says so. */
function slowFile() {
  const syncs: ReturnType<typeof deferred<void>>[] = [];
  const datasync = (): Promise<void> => {
    const sync = deferred<void>();
    syncs.push(sync);
    return sync.promise;
  };
  return { syncs, file: { datasync } };
}

describe('an early sync', () => {
  it('begins when there is enough, one at a time, and is waited for at the end', async () => {
    const { syncs, file } = slowFile();
    const early = new EarlySync(file);
    early.wrote(31 * MIB);
    expect(syncs).toHaveLength(0);
    early.wrote(MIB);
    early.wrote(64 * MIB);
    expect(syncs).toHaveLength(1);
    let ended = false;
    const end = early.end().then(() => (ended = true));
    await Promise.resolve();
    expect(ended).toBe(false);
    syncs[0]?.resolve();
    await end;
    early.wrote(MIB);
    expect(syncs).toHaveLength(2);
    syncs[1]?.resolve();
    await early.end();
  });

  it('that fails is told at the end, and is not begun again', async () => {
    const { syncs, file } = slowFile();
    const early = new EarlySync(file);
    early.wrote(32 * MIB);
    syncs[0]?.reject(new Error('input/output error'));
    await expect(early.end()).rejects.toThrow('input/output error');
    early.wrote(64 * MIB);
    expect(syncs).toHaveLength(1);
    await expect(early.end()).rejects.toThrow('input/output error');
  });
});
