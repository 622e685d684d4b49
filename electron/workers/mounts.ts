/** Entry of the process that asks network and FUSE mounts: any of these questions may hang it, and it is killed then. */
import { statfs } from 'node:fs/promises';
import { lookAtFolder } from '../monitor/folder';
import type { MountAnswer, MountQuestion } from '../monitor/remote-mounts';
import { connectParent } from './parent';

// An orderly end would wait for the threads that hang.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
const parent = connectParent();

// The other side is this program's own; it sends nothing else.
parent.onMessage((message) => void answer(message as MountQuestion));

async function answer({ id, kind, path }: MountQuestion): Promise<void> {
  const value: MountAnswer = { id, ...(kind === 'space' ? await spaceAt(path) : { folder: await lookAtFolder(path) }) };
  parent.finish({ type: 'done', value });
}

async function spaceAt(path: string): Promise<Pick<MountAnswer, 'space'>> {
  try {
    const { blocks, bfree, bavail, bsize } = await statfs(path);
    return { space: { blocks, bfree, bavail, bsize } };
  } catch {
    // A mount that refuses has no figures: that is the answer.
    return {};
  }
}
