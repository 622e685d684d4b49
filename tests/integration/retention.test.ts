/** Retention on real files: after a backup, by hand, and killed between its steps. */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import type { Core } from '../../electron/core/types';
import { change, makeDatabase } from '../helpers/databases';
import { backupService } from '../helpers/backup-service';
import { FaultShim } from '../helpers/fault-shim';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codeOf, Place } from '../helpers/engine';
import { builtPrograms } from '../helpers/programs';

const programs = builtPrograms();
let place: Place;

beforeEach(async () => {
  place = await Place.make(programs);
});
afterEach(() => place.end());

/** Files in the backup folder, below the folders of the databases. */
const stored = (core: Core): string[] =>
  place
    .list(core.settings().backupFolder)
    .filter((name) => name.includes('/'))
    .map((name) => basename(name));

describe('retention with a real folder', () => {
  it('runs after a backup: what goes is gone from folder and catalogue, the newest stays', async () => {
    const core = await place.core();
    core.updateSettings({ retention: { incremental: 0, daily: 1, weekly: 0, monthly: 0 } });
    const live = makeDatabase(place.file('app.db'));
    const database = await core.addDatabase({ file: live });
    const ids: string[] = [];
    for (let turn = 0; turn < 3; turn++) ids.push((await core.startBackup(database.id, 'daily').done).id);
    expect(core.backups().map(({ id }) => id)).toEqual([ids.at(-1)]);
    expect(stored(core)).toHaveLength(1);
  });

  it('a failed backup lets nothing go', async () => {
    const core = await place.core();
    const live = makeDatabase(place.file('app.db'));
    const database = await core.addDatabase({ file: live });
    await core.startBackup(database.id, 'daily').done;
    await core.startBackup(database.id, 'manual').done;
    core.updateSettings({ retention: { incremental: 0, daily: 1, weekly: 0, monthly: 0 } });
    const before = stored(core);
    rmSync(live);
    await codeOf(core.startBackup(database.id, 'daily').done);
    expect(stored(core)).toEqual(before);
  });

  it('the last proved backup is not deleted, by hand neither', async () => {
    const core = await place.core();
    const database = await core.addDatabase({ file: makeDatabase(place.file('app.db')) });
    const first = await core.startBackup(database.id, 'manual').done;
    expect(await codeOf(core.deleteBackup(first.id))).toBe('BACKUP_KEPT');
    const second = await core.startBackup(database.id, 'manual').done;
    await core.deleteBackup(first.id);
    expect([existsSync(first.file), existsSync(second.file)]).toEqual([false, true]);
    expect(await codeOf(core.deleteBackup(second.id))).toBe('BACKUP_KEPT');
  });
});

describe('retention over a chain', () => {
  /** A chain of three, and a newer full one that lets all of it go. */
  const grown = async (): Promise<{ core: Core; ids: string[]; last: string }> => {
    const core = await place.core();
    const live = makeDatabase(place.file('app.db'));
    const database = await core.addDatabase({ file: live });
    const ids: string[] = [];
    for (let turn = 0; turn < 3; turn++) {
      change(live, `UPDATE item SET title = 'turn ${turn}' WHERE id = ${turn + 1}`);
      ids.push((await core.startBackup(database.id, 'incremental').done).id);
    }
    expect(ids.map((id) => core.backup(id).form)).toEqual(['full', 'changes', 'changes']);
    const last = (await core.startBackup(database.id, 'weekly').done).id;
    core.updateSettings({ retention: { incremental: 0, daily: 1, weekly: 0, monthly: 0 } });
    return { core, ids, last };
  };

  it('says what would go, and why; then it goes', async () => {
    const { core, ids, last } = await grown();
    const { id } = core.databaseByName('app');
    const going = core.retentionPreview(id).filter(({ keep }) => !keep);
    expect(going.map((one) => one.id).toSorted()).toEqual(ids.toSorted());
    for (const { letGo } of going) {
      expect(letGo?.[0]).toEqual({ rule: 'newest-incrementals' });
      expect(letGo?.[1]).toMatchObject({ rule: 'daily-period', by: last });
    }
    await core.runRetention(id);
    expect(core.backups().map((point) => point.id)).toEqual([last]);
    expect(stored(core)).toEqual([basename(core.backup(last).file)]);
  });

  it('killed before a file is deleted: it does not come back, and what is left is whole', {
    timeout: 120_000,
  }, async () => {
    const live = makeDatabase(place.file('app.db'));
    const service = backupService(place, live);
    const ids: string[] = [];
    for (let turn = 0; turn < 3; turn++) {
      change(live, `UPDATE item SET title = 'turn ${turn}' WHERE id = ${turn + 1}`);
      ids.push((await service.backups.start(service.database, 'incremental').done).id);
    }
    const last = (await service.backups.start(service.database, 'weekly').done).id;
    const folder = service.context.settings().backupFolder;
    service.store.settings.write({
      backupFolder: folder,
      retention: { incremental: 0, daily: 1, weekly: 0, monthly: 0 },
    });
    service.store.close();
    const files = () => place.list(folder).filter((name) => name.endsWith('.gz'));
    const args = [programs.cli, '--home', service.context.paths.root, '--json'];
    const run = (name: string[], env: NodeJS.ProcessEnv = {}) =>
      spawnSync(process.execPath, [...args, ...name], { env: { ...process.env, ...env }, encoding: 'utf8' });
    const shim = FaultShim.compile();
    try {
      for (const left of [2, 1]) {
        const fault = { paths: [folder], operations: ['unlink'], at: 1, action: 'kill', span: 1 } as const;
        expect(run(['retention', 'app'], shim.environment(fault)).signal).toBe('SIGKILL');
        // The entry is gone, the file is still there; the next start deletes it.
        expect(files()).toHaveLength(left + 2);
        const points = (JSON.parse(run(['backups']).stdout) as { value: { id: string; state: string }[] }).value;
        expect(points.map(({ id }) => id)).toEqual([last, ...ids.slice(0, left).toReversed()]);
        expect(points.every(({ state }) => state === 'proved')).toBe(true);
        expect(files()).toHaveLength(left + 1);
      }
    } finally {
      shim.remove();
    }
    expect(run(['retention', 'app']).status).toBe(0);
    expect(files()).toEqual([expect.stringContaining(last)]);
  });
});
