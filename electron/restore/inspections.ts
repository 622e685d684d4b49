/** Files that were dropped or named: identified, proved and kept ready until they are restored or let go. */
import { randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import type { FileInspection, ProofCheck } from '@shared/models';
import type { CoreContext } from '../core/context';
import { LOCK_TIMEOUT_MS } from '../core/context';
import type { ScratchFolder } from '../core/scratch';
import type { JobHandle } from '../core/types';
import { holdfastError } from '../errors/holdfast-error';
import type { RunningJob } from '../jobs/runner';
import type { InspectedFile } from './inspect';
import type { Secrets } from './open-encrypted';
import { findCandidates } from './candidates';

/** Extracted databases take space; the oldest goes when more are open than anybody looks at. */
const KEPT = 4;

/** What had to be decrypted; only an import needs it after the inspection. */
const OPENED = 'opened';
const CONTENT = 'content.sqlite';

const noSecrets = (): Secrets => ({ passphrases: [], identities: [] });

/** A database image that lies extracted in a scratch folder. */
export interface Opened {
  contentFile: string;
  folder: ScratchFolder;
  /** Where it came from. */
  file: string;
  contentAt: string;
  /** How much older than `contentAt` it may be. */
  uncertaintyMs: number;
  /** `contentHash`; null when it was not proved. */
  hash: string | null;
  checks: ProofCheck[];
  /** Restore point that it is; null for a file and for a moment between restore points. */
  pointId: string | null;
}

export class Inspections {
  private readonly open = new Map<string, Opened>();

  /** @param secrets passphrases and keys that are known, for encrypted files */
  constructor(
    private readonly context: CoreContext,
    private readonly secrets: () => Promise<Secrets> | Secrets = noSecrets,
  ) {}

  /**
   * Identifies and proves a file. Rejects with the reason when it is no database that could be used, with
   * PASSPHRASE_NEEDED when it is encrypted, nothing was typed and no known secret fits.
   */
  start(file: string, passphrase?: string): JobHandle<FileInspection> {
    return this.context.jobs.start({
      kind: 'inspect',
      databaseId: null,
      subject: file,
      body: async (job) => {
        job.setPhase('prove');
        const folder = await this.context.scratch.open(`inspect-${job.id}`);
        try {
          const contentFile = folder.file(CONTENT);
          const inspected = await this.inspect(job, folder, file, passphrase);
          await fs.rm(folder.file(OPENED), { recursive: true, force: true });
          const belonging = await this.belonging(job.process, inspected, contentFile);
          const token = await this.keep({ ...inspected, contentFile, folder, uncertaintyMs: 0, pointId: null });
          return toView(token, inspected, belonging);
        } catch (thrown) {
          await folder.remove();
          throw thrown;
        }
      },
    });
  }

  /** Keeps an image ready until it is let go, by the token that this gives; its folder is removed then. */
  async keep({ contentFile, folder, file, contentAt, uncertaintyMs, hash, checks, pointId }: Opened): Promise<string> {
    const token = randomUUID();
    this.open.set(token, { contentFile, folder, file, contentAt, uncertaintyMs, hash, checks, pointId });
    await this.dropOldest();
    return token;
  }

  /** Identifies and proves a file inside another job. What is extracted and decrypted stays in `folder`. */
  async inspect(job: RunningJob, folder: ScratchFolder, file: string, passphrase?: string): Promise<InspectedFile> {
    const { passphrases, identities } = await this.secrets();
    return job.process('inspect', {
      file,
      contentFile: folder.file(CONTENT),
      folder: folder.file(OPENED),
      passphrase: passphrase ?? null,
      secrets: { passphrases: [...passphrases], identities: [...identities] },
      lockTimeoutMs: LOCK_TIMEOUT_MS,
    });
  }

  private async belonging(
    process: RunningJob['process'],
    inspected: InspectedFile,
    contentFile: string,
  ): Promise<Belonging> {
    if (!inspected.proved) return { candidates: [], comparisons: [] };
    return findCandidates(process, inspected, contentFile, this.context.store.databases.list());
  }

  /** @throws INVALID_INPUT when it was let go; BACKUP_FILE_DAMAGED when it was not proved */
  get(token: string): Opened & { hash: string } {
    const inspection = this.open.get(token);
    if (!inspection) {
      throw holdfastError('INVALID_INPUT', { params: { reason: 'this file has been let go; open it again' } });
    }
    const { hash } = inspection;
    if (hash === null) {
      const failed = inspection.checks.find((one) => one.outcome === 'failed');
      const params = { path: inspection.file, step: failed?.step ?? 'opens' };
      throw holdfastError('BACKUP_FILE_DAMAGED', { params, detail: failed?.detail ?? '' });
    }
    return { ...inspection, hash };
  }

  /**
   * Reads what is kept. A panel may be closed meanwhile: then its file is gone, and nobody waits for the result.
   * @throws CANCELLED when it was let go, else what `read` throws
   */
  async reading<T>(token: string, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (thrown) {
      if (this.open.has(token)) throw thrown;
      throw holdfastError('CANCELLED', { params: { name: token }, cause: thrown });
    }
  }

  async release(token: string): Promise<void> {
    const inspection = this.open.get(token);
    this.open.delete(token);
    await inspection?.folder.remove();
  }

  async releaseAll(): Promise<void> {
    for (const token of [...this.open.keys()]) await this.release(token);
  }

  private async dropOldest(): Promise<void> {
    const [oldest] = this.open.keys();
    if (this.open.size > KEPT && oldest !== undefined) await this.release(oldest);
  }
}

type Belonging = Pick<FileInspection, 'candidates' | 'comparisons'>;

function toView(token: string, inspected: InspectedFile, belonging: Belonging): FileInspection {
  const { manifest, hash: _hash, links: _links, ...shown } = inspected;
  const takenOf = manifest ? { name: manifest.database.name, path: manifest.database.path } : null;
  return { token, ...shown, takenOf, ...belonging };
}
