/** Space on all disks that matter: where Holdfast and what it watches is, and what else of this machine can fill. */
import { statfs } from 'node:fs/promises';
import { DiskWatch, type DiskFigures, figuresOf, lookAtDisk } from './disks';
import { kindOf, localDisks, type Mount, mountOf, parseMountinfo } from './mounts';
import { KernelFile, type KernelRoots } from './proc';
import type { RemoteMounts } from './remote-mounts';
import { resolveLocally } from './resolve';

/** What is mounted changes seldom; a new disk is seen after this at the latest. */
const LOOK_AT_MOUNTS_EVERY_MS = 30_000;
const MOST_DISKS = 32;

interface Wanted {
  local: ReadonlyMap<string, Mount>;
  /** Mount point and device. */
  remote: ReadonlyMap<string, string>;
}

export interface SpaceReader {
  /** Disks that answer: that of the system, those of `paths`, then the others. */
  read(paths: readonly string[], atMs: number): Promise<DiskFigures[]>;
  /** Mount point of the network or FUSE mount that holds `path`; null for a local one. */
  remotePoint(path: string): Promise<string | null>;
  close(): void;
}

/** Where mounts cannot be told apart by their kind, only the disks of the paths are watched. */
export function createSpaceReader(
  remote: RemoteMounts | null,
  roots: KernelRoots,
  platform = process.platform,
): SpaceReader {
  if (platform === 'linux') return new LinuxSpace(remote, roots);
  const disks = new DiskWatch(lookAtDisk);
  return { read: (paths) => disks.read(paths), remotePoint: () => Promise.resolve(null), close: () => undefined };
}

class LinuxSpace implements SpaceReader {
  private readonly file: KernelFile;
  private readonly disks = new DiskWatch((point) => this.look(point));
  private text = '';
  private mounts: Mount[] = [];
  private wanted: Wanted = { local: new Map(), remote: new Map() };
  private wantedFor = '';
  private lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly remote: RemoteMounts | null,
    roots: KernelRoots,
  ) {
    this.file = new KernelFile(`${roots.proc}/self/mountinfo`);
  }

  async read(paths: readonly string[], atMs: number): Promise<DiskFigures[]> {
    const places = ['/', ...paths];
    const key = places.join('\0');
    if (key !== this.wantedFor || atMs - this.lookedAtMs >= LOOK_AT_MOUNTS_EVERY_MS) {
      this.lookedAtMs = atMs;
      this.lookAtMounts();
      this.wanted = await this.choose(places);
      this.wantedFor = key;
    }
    const local = await this.disks.read([...this.wanted.local.keys()]);
    return [...local, ...(this.remote?.space(this.wanted.remote) ?? [])];
  }

  async remotePoint(path: string): Promise<string | null> {
    this.lookAtMounts();
    const mount = await this.mountHolding(path);
    return mount && kindOf(mount) !== 'local' ? mount.point : null;
  }

  close(): void {
    this.file.close();
  }

  private lookAtMounts(): void {
    const text = this.file.read();
    if (text === this.text) return;
    this.text = text;
    this.mounts = parseMountinfo(text);
  }

  private async choose(places: readonly string[]): Promise<Wanted> {
    const held = await Promise.all(places.map((place) => this.mountHolding(place)));
    const local = new Map<string, Mount>();
    const remote = new Map<string, string>();
    const devices = new Set<string>();
    for (const mount of [...held, ...localDisks(this.mounts)]) {
      if (!mount || devices.has(mount.device) || devices.size === MOST_DISKS) continue;
      devices.add(mount.device);
      const kind = kindOf(mount);
      if (kind === 'local') local.set(mount.point, mount);
      else if (kind === 'remote') remote.set(mount.point, mount.device);
    }
    return { local, remote };
  }

  private async mountHolding(path: string): Promise<Mount | null> {
    return mountOf(this.mounts, await resolveLocally(this.mounts, path));
  }

  private async look(point: string): Promise<DiskFigures> {
    return figuresOf(await statfs(point), point, this.wanted.local.get(point)?.device ?? point);
  }
}
