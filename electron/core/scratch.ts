/** Scratch folders: one a job, gone when the job ends, and emptied at start after a crash. */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { makePrivateFolders } from './folders';

/** In a job's folder: paths of unfinished files elsewhere, one a line, which must not outlive a crash. */
const NOTE = 'unfinished-files';

export class Scratch {
  constructor(private readonly root: string) {}

  /** Makes the folder of a job. */
  async open(id: string): Promise<ScratchFolder> {
    const folder = path.join(this.root, id);
    makePrivateFolders(folder);
    return new ScratchFolder(folder);
  }

  /** Runs `work` with a folder that is gone afterwards, however it ended. */
  async use<T>(id: string, work: (folder: ScratchFolder) => Promise<T>): Promise<T> {
    const folder = await this.open(`${id}-${randomBytes(3).toString('hex')}`);
    try {
      return await work(folder);
    } finally {
      await folder.remove();
    }
  }

  /** Removes what a crash left behind, here and beside restored files. For the start, before any job runs. */
  async sweep(): Promise<void> {
    for (const name of await fs.readdir(this.root)) {
      const folder = path.join(this.root, name);
      for (const file of await readNote(folder)) await fs.rm(file, { force: true });
      await fs.rm(folder, { recursive: true, force: true });
    }
  }
}

export class ScratchFolder {
  constructor(readonly path: string) {}

  file(name: string): string {
    return path.join(this.path, name);
  }

  /**
   * Names a temporary file beside `target`, on the same file system, and notes it, so that the next start removes it
   * if this process does not get to it.
   */
  async unfinished(target: string): Promise<string> {
    const name = `.${path.basename(target)}.${randomBytes(4).toString('hex')}.holdfast-partial`;
    const file = path.join(path.dirname(target), name);
    await fs.appendFile(this.file(NOTE), `${file}\n`);
    return file;
  }

  async remove(): Promise<void> {
    await fs.rm(this.path, { recursive: true, force: true });
  }
}

async function readNote(folder: string): Promise<string[]> {
  try {
    const text = await fs.readFile(path.join(folder, NOTE), 'utf8');
    // A line without its end was cut off by the crash: the file it names was not begun yet.
    return text.split('\n').slice(0, -1);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw thrown;
  }
}
