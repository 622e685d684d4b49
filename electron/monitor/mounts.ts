/** Which file systems are mounted, which of them are worth watching, and which may hang whoever asks them. */

export interface Mount {
  /** `major:minor` of the file system: the same for all mounts of it, also for all subvolumes of a btrfs. */
  device: string;
  /** What of the file system is mounted; `/` for all of it. */
  root: string;
  point: string;
  type: string;
  source: string;
  readOnly: boolean;
}

/** File systems that answer when another machine or another process does. */
const REMOTE =
  /^(nfs|nfs4|cifs|smb|smb2|smb3|smbfs|ncp|ncpfs|afs|coda|9p|virtiofs|vboxsf|vmhgfs|prl_fs|drvfs|ceph|glusterfs|lustre|gpfs|beegfs|orangefs|pvfs2|ocfs2|gfs2|davfs|davfs2|sshfs|fuseblk|fuse|fuse\..+)$/;
/** Media and images: full from the beginning, and for ever. */
const IMAGE = /^(squashfs|iso9660|udf|erofs|cramfs|romfs)$/;
const BLOCK_DEVICE = /^\/dev\/(?!loop|ram|zram|fuse)/;

/** `automount`: mounts something at the first question. It is not asked. */
export function kindOf({ type }: Mount): 'local' | 'remote' | 'automount' {
  if (type === 'autofs') return 'automount';
  return REMOTE.test(type) ? 'remote' : 'local';
}

/** Lines of /proc/self/mountinfo, proc_pid_mountinfo(5); one that is no such line is left out. */
export function parseMountinfo(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [head, tail] = line.split(' - ', 2);
    const [, , device, root, point] = (head ?? '').split(' ');
    const [type, source, options = ''] = (tail ?? '').split(' ');
    if (!device || root === undefined || !point || !type || source === undefined) return [];
    const readOnly = options.split(',').includes('ro');
    return [{ device, root: plain(root), point: plain(point), type, source: plain(source), readOnly }];
  });
}

/** Blanks, tabs, line ends and backslashes are written in octal. */
const plain = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_all, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

/** The mount that holds an absolute path: the deepest, and of several on one point the newest. */
export function mountOf(mounts: readonly Mount[], path: string): Mount | null {
  let found: Mount | null = null;
  for (const mount of mounts) {
    if (isBelow(path, mount.point) && (!found || mount.point.length >= found.point.length)) found = mount;
  }
  return found;
}

function isBelow(path: string, point: string): boolean {
  return point === '/' ? path.startsWith('/') : path === point || path.startsWith(`${point}/`);
}

/** Local file systems on devices of this machine that can fill, each once, by its shortest mount point. */
export function localDisks(mounts: readonly Mount[]): Mount[] {
  const disks = new Map<string, Mount>();
  for (const mount of mounts) {
    const real = BLOCK_DEVICE.test(mount.source) && !IMAGE.test(mount.type) && !mount.readOnly;
    if (!real || kindOf(mount) !== 'local' || mountOf(mounts, mount.point) !== mount) continue;
    const known = disks.get(mount.device);
    if (!known || mount.point.length < known.point.length) disks.set(mount.device, mount);
  }
  return [...disks.values()];
}
