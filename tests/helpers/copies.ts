/** Homes that copy to destinations: a real store, real jobs and files, and a clock that a test moves. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DestinationConfig, DestinationInput, DestinationSecrets } from '@shared/destinations';
import { backupFile } from '../../electron/backup/naming';
import { homePaths } from '../../electron/core/home';
import { ProblemLog } from '../../electron/core/problem-log';
import { Scratch } from '../../electron/core/scratch';
import type { JobLauncher } from '../../electron/core/types';
import { CopyService, type CopyOptions } from '../../electron/copies/copy-service';
import type { CopyContext } from '../../electron/copies/parts';
import { JobRunner } from '../../electron/jobs/runner';
import { createVault, type Vault } from '../../electron/secrets/vault';
import type { CatalogueEntry } from '../../electron/store/backups';
import { openStore, type Store } from '../../electron/store/open';
import { inThisProcess } from './backup-service';
import { type Forgery, makeImages, type MadeLink, sha256, writeChain } from './chains';

export const KEEP_ALL = { incremental: 100, daily: 30, weekly: 10, monthly: 10 };
export const PASSPHRASE = 'correct horse battery 말';

export interface HomeOptions {
  launch?: JobLauncher;
  /** Of the databases that it guards. */
  databaseId?: string;
  guards?: boolean;
  copying?: Partial<CopyOptions>;
}

export class CopyHome {
  readonly store: Store;
  readonly vault: Vault;
  readonly context: CopyContext;
  nowMs = Date.parse('2026-11-25T12:00:00Z');
  service: CopyService;
  /** The timer that is armed: after so long it fires. */
  timer: { delayMs: number; fire: () => void } | null = null;

  constructor(
    readonly root: string,
    private readonly options: HomeOptions = {},
  ) {
    const paths = homePaths(root);
    for (const folder of [paths.root, paths.scratch]) mkdirSync(folder, { recursive: true });
    this.store = openStore(paths.store);
    this.vault = createVault({ table: this.store.secrets, cipher: null });
    const settings = this.store.settings.read(join(root, 'backups')).settings;
    this.context = {
      paths,
      store: this.store,
      jobs: new JobRunner(options.launch ?? inThisProcess(() => undefined), () => undefined),
      scratch: new Scratch(paths.scratch),
      problems: new ProblemLog(this.store, () => undefined),
      settings: () => settings,
      changed: () => undefined,
    };
    if (options.guards !== false) this.guard(options.databaseId ?? 'database-app');
    this.service = this.makeService();
  }

  guard(id: string): void {
    const { defaultSchedules: schedules } = this.context.settings();
    const addedAt = '2026-11-01T00:00:00.000Z';
    this.store.databases.add({ id, name: id, path: `/data/${id}.db`, addedAt, sample: false, schedules });
  }

  private makeService(): CopyService {
    return new CopyService({
      context: this.context,
      vault: this.vault,
      clock: { nowMs: () => this.nowMs },
      random: () => 0.5,
      timeZone: 'UTC',
      arm: (delayMs, fire) => {
        this.timer = { delayMs, fire };
        return () => {
          this.timer = null;
        };
      },
      ...this.options.copying,
    });
  }

  /** A chain of backup files in the backup folder, catalogued as proved. */
  addChain(
    links: number,
    name = 'app',
    forge: Record<number, Forgery> = {},
  ): { made: MadeLink[]; entries: CatalogueEntry[] } {
    const changes = Array.from({ length: links - 1 }, (_, at) => `INSERT INTO t VALUES (${at + 10}, 'changed ${at}')`);
    const filler = `INSERT INTO t SELECT value, hex(randomblob(600)) FROM generate_series(100, 300)`;
    const rows = filler.replace(
      'generate_series(100, 300)',
      '(WITH RECURSIVE n (value) AS (VALUES (100) UNION ALL SELECT value + 1 FROM n WHERE value < 300) SELECT value FROM n)',
    );
    const images = makeImages(join(this.root, 'images'), 1024, `CREATE TABLE t (a INT, b TEXT); ${rows}`, changes);
    const made = writeChain(join(this.root, 'backups', name), images, { name, forge });
    return { made, entries: made.map((link) => this.addEntry(link)) };
  }

  /** A full backup of `createdAt`, catalogued as proved. */
  addFull(createdAt: string, kind: CatalogueEntry['kind'] = 'daily', name = 'app'): CatalogueEntry {
    const id = `${createdAt.replace(/[-:]|\.\d+/g, '')}-${sha256(Buffer.from(createdAt + name)).slice(0, 6)}`;
    const image = makeImages(
      join(this.root, 'images'),
      512,
      `CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('${id}')`,
      [],
    );
    const [link] = writeChain(join(this.root, 'written'), image, {
      name,
      forge: { 0: { manifest: (manifest) => ({ ...manifest, id, kind, createdAt }) } },
    });
    if (!link) throw new Error('no file was written');
    const file = backupFile(join(this.root, 'backups'), name, id, kind, 'full');
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, link.bytes);
    return this.addEntry({ ...link, file });
  }

  private addEntry({ file, manifest, expected }: MadeLink): CatalogueEntry {
    const changes = manifest.format === 'holdfast-changes/1' ? manifest : null;
    return this.store.backups.insert({
      ...{ id: manifest.id, databaseId: manifest.database.id, kind: manifest.kind, createdAt: manifest.createdAt },
      ...{ form: changes ? 'changes' : 'full', parentId: changes?.parentId ?? null },
      ...{ chainId: changes?.chainId ?? manifest.id, chainLength: changes?.chainLength ?? 0 },
      ...{ changedPages: changes?.changedPages ?? null, file, ...expected },
      ...{ pageSizeBytes: manifest.pageSizeBytes, pageCount: manifest.pageCount },
      ...{ schemaVersion: manifest.schemaVersion, userVersion: 0, applicationId: 0, durationMs: 1 },
      ...{ state: 'proved', verifiedAt: manifest.createdAt, checks: [] },
    });
  }

  /** Sets up a folder and saves it. Gives its id. */
  async addFolder(
    name: string,
    path: string,
    options: {
      encryption?: DestinationConfig['encryption'];
      secrets?: DestinationSecrets;
      retention?: typeof KEEP_ALL;
    } = {},
  ): Promise<string> {
    const input = folderInput(name, path, options);
    await this.service.tryDestination(input);
    return (await this.service.saveDestination(input)).id;
  }

  /** Copies everything that is owed now, and nothing by itself afterwards. */
  async copyAll(...ids: string[]): Promise<void> {
    for (const id of ids) this.service.copyNow(id);
    await this.service.idle();
  }

  /** Fetches the files of restore points, base first; gives the SHA-256 of each. */
  fetch(ids: readonly string[], destinationId: string | null): Promise<string[]> {
    const entries = ids.map((id) => this.store.backups.get(id)).filter((entry) => entry !== null);
    return this.context.jobs.start({
      ...{ kind: 'restore', databaseId: null, subject: 'test' },
      body: (job) =>
        this.context.scratch.use(job.id, async (scratch) => {
          const chain = await this.service.fetchChain(job, entries, scratch, destinationId);
          return chain.map(({ file }) => sha256(readFileSync(file)));
        }),
    }).done;
  }

  /** Open problems, as `CODE name`. */
  problems(): string[] {
    return this.store.problems.list(false).map(({ code, params }) => `${code} ${params.name ?? ''}`.trim());
  }

  /** States of the copies at a destination, oldest restore point first. */
  states(destinationId: string): string[] {
    return this.store.copies.at(destinationId).map(({ state }) => state);
  }

  async end(): Promise<void> {
    await Promise.all([this.context.jobs.close(), this.service.stop()]);
    this.store.close();
  }
}

export function folderInput(
  name: string,
  path: string,
  options: {
    encryption?: DestinationConfig['encryption'];
    secrets?: DestinationSecrets;
    retention?: typeof KEEP_ALL;
    id?: string;
  } = {},
): DestinationInput {
  const { encryption = { mode: 'none' }, retention = KEEP_ALL, secrets = {}, id = null } = options;
  return { id, config: { kind: 'folder', name, enabled: true, offsite: false, encryption, retention, path }, secrets };
}

/** A key that is used for nothing but tests; quicker than a passphrase, which takes time on purpose. */
export const withKey = {
  encryption: {
    mode: 'recipient' as const,
    recipient: 'age1rcjn26hp329s2ysy8xcxzrxn3kqugg9f9ff23fznp65hk7xa358s2t6s6r',
  },
  secrets: { identity: 'AGE-SECRET-KEY-1SR4UQQTU0HQ2HJ43F729LSV4YR6H2SU38AKETYAFSKMH8D72FS3QED2PMT' },
};
export const withPassphrase = { encryption: { mode: 'passphrase' as const }, secrets: { passphrase: PASSPHRASE } };

/** Files below a folder, with forward slashes; folders and the marker left out. */
export const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((child) => child.isFile() && child.name !== '.holdfast-destination.json')
    .map((child) => join(child.parentPath, child.name).slice(folder.length + 1))
    .toSorted();

/** Flips one bit in the midst of a file. */
export function flipBit(file: string): void {
  const bytes = readFileSync(file);
  const at = Math.floor(bytes.length / 2);
  bytes[at] = (bytes[at] ?? 0) ^ 8;
  writeFileSync(file, bytes);
}
