/**
 * A live database in WAL mode as the capture has it open. Nothing here writes to the database but SQLite's own checkpoint.
 *
 * Three connections. Two pins take turns, so that one holds a read transaction at every moment; the third copies pages into
 * the main file, and holds writers back where that cannot be avoided. The WAL and the wal-index are read through
 * descriptors of their own. Closing one of the wal-index drops SQLite's locks on it (POSIX): it stays open until all
 * connections are closed. The main file is never opened here at all.
 *
 * Why nothing is lost while a pin is held. Frames go only when the WAL is begun anew. That takes every frame being in the
 * main file and the marks 1 to 4 of all readers being free. A pin with one of these marks keeps the WAL as it is. SQLite
 * gives a pin mark 0 when all frames are in the main file; while it is held nobody can copy frames there, so the WAL can be
 * begun anew at most once, and only from that very state. A new pin is therefore taken first, then everything is read, and
 * then only the old pin is given up: when the WAL is begun anew, all of it has been read.
 */
import fs from 'node:fs';
import Database from 'better-sqlite3';
import { readBackfilled, readWalIndexHeader, type WalIndexHeader } from '../backup/live-image-wal';
import { holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import { frameOffset } from './wal-frames';

/** Looks at the wal-index until one falls between two changes of it. */
const INDEX_ATTEMPTS = 200;
/** How long a look at the wal-index waits for somebody who rebuilds it. */
const INDEX_WAIT_MS = 30;

/** What the wal-index says. */
export interface WalState {
  bytes: Buffer;
  salts: [number, number];
  /** Last committed frame. */
  frame: number;
  sums: [number, number];
  /** As the WAL says; 0 while there was nothing in it. */
  pageSizeBytes: number;
  /** Grows by one with each commit, also across a new beginning of the WAL; begins anew when the index is rebuilt. */
  changes: number;
}

/** Where a path leads now. */
export type Whereabouts = 'same' | 'replaced' | 'gone';

/**
 * Tells the files apart that were at a path, one after the other. The number of the device is no part of it: it may be
 * another one after the machine was started again. Null when there is no file.
 * @throws what `fs` throws
 */
export function identityOf(file: string): string | null {
  const stat = fs.statSync(file, { bigint: true, throwIfNoEntry: false });
  return stat ? `${stat.ino}-${stat.birthtimeNs}` : null;
}

export class LiveWal {
  readonly pageSizeBytes: number;
  /** Descriptor of the WAL. */
  readonly walFd: number;
  private readonly shmFd: number;
  private readonly walIdentity: string;
  // Made once: a statement that is thrown away is collected, and a collection in the midst of an error that SQLite's binding
  // throws ends the process (Node 20).
  private readonly copyFrames: Database.Statement;
  private readonly readHeader: Database.Statement;
  private held: Pin | null = null;
  /** The WAL when the newest pin was taken. */
  private pinned: { salts: [number, number]; frame: number; isBackfilled: boolean } | null = null;

  private constructor(
    readonly path: string,
    readonly identity: string,
    private readonly pins: [Pin, Pin],
    private readonly keeper: Database.Database,
  ) {
    this.pageSizeBytes = Number(keeper.pragma('page_size', { simple: true }));
    this.copyFrames = keeper.prepare('PRAGMA wal_checkpoint(PASSIVE)');
    this.readHeader = keeper.prepare('PRAGMA schema_version');
    this.walFd = fs.openSync(`${path}-wal`, 'r');
    this.shmFd = fs.openSync(`${path}-shm`, 'r');
    this.walIdentity = identityOf(`${path}-wal`) ?? '';
  }

  /**
   * @throws CONTINUOUS_NOT_WAL {name} when it is not in WAL mode; FILE_NOT_FOUND and what SQLite says, wrapped
   */
  static open(path: string, name: string): LiveWal {
    const opened: Database.Database[] = [];
    const open = (timeout = 0) => {
      const connection = new Database(path, { fileMustExist: true, timeout });
      opened.push(connection);
      connection.pragma('wal_autocheckpoint = 0');
      return connection;
    };
    try {
      const identity = identityOf(path);
      if (identity === null) throw holdfastError('FILE_NOT_FOUND', { params: { path } });
      const keeper = open(INDEX_WAIT_MS);
      const mode = keeper.pragma('journal_mode', { simple: true });
      if (mode !== 'wal') throw holdfastError('CONTINUOUS_NOT_WAL', { params: { name }, detail: String(mode) });
      // The first read is what opens the WAL.
      keeper.pragma('schema_version');
      keeper.pragma('busy_timeout = 0');
      const live = new LiveWal(path, identity, [new Pin(open()), new Pin(open())], keeper);
      if (live.whereabouts() !== 'same')
        throw holdfastError('FILE_NOT_FOUND', { params: { path }, detail: 'replaced' });
      return live;
    } catch (thrown) {
      for (const connection of opened) connection.close();
      throw wrapError(thrown, { path });
    }
  }

  /** Closes the connections, then the descriptors. */
  close(): void {
    for (const pin of this.pins) pin.close();
    this.keeper.close();
    fs.closeSync(this.walFd);
    fs.closeSync(this.shmFd);
  }

  /** Whether the path still leads to the files that are open here. @throws what `fs` throws */
  whereabouts(): Whereabouts {
    const now = identityOf(this.path);
    if (now === null) return 'gone';
    return now === this.identity && identityOf(`${this.path}-wal`) === this.walIdentity ? 'same' : 'replaced';
  }

  /** What is committed. Null while it cannot be read. */
  state(): WalState | null {
    for (let attempt = 0; attempt < INDEX_ATTEMPTS; attempt++) {
      const header = readWalIndexHeader(this.shmFd);
      if (header) return stateOf(header);
    }
    return null;
  }

  /**
   * A writer that was killed in the midst of it leaves a wal-index that is none; the next reader rebuilds it.
   * @throws what SQLite throws
   */
  rebuildIndex(): void {
    this.readHeader.get();
  }

  /** Bytes of the WAL that hold something. */
  bytesOf({ frame }: WalState): number {
    return frame === 0 ? 0 : frameOffset(frame + 1, this.pageSizeBytes);
  }

  /** True when every committed frame is in the main file: the next writer may begin the WAL anew. */
  isBackfilled(state: WalState): boolean {
    return state.frame === 0 || readBackfilled(this.shmFd) === state.frame;
  }

  /**
   * Takes a new pin; the old one, if there is one, is held as well until `letOld`. While it is, no further one is taken.
   * @throws what SQLite throws: nothing changed then
   */
  pinNew(): void {
    if (this.pins.every((pin) => pin.isHeld)) return;
    const next = this.held === this.pins[0] ? this.pins[1] : this.pins[0];
    next.hold();
    this.held = next;
    const state = this.state();
    this.pinned = state && { salts: state.salts, frame: state.frame, isBackfilled: this.isBackfilled(state) };
  }

  /** Gives up all pins but the newest. Everything up to that one must have been read. */
  letOld(): void {
    for (const pin of this.pins) if (pin !== this.held) pin.release();
  }

  /** True when the newest pin was taken in the WAL that a state is of. */
  isPinIn({ salts }: WalState): boolean {
    return this.pinned?.salts[0] === salts[0] && this.pinned.salts[1] === salts[1];
  }

  /**
   * True when a new pin would not be better than the newest: one that stands as far as a state, and has mark 0 where it can,
   * keeps no application waiting that wants to copy frames or to empty the WAL.
   */
  isPinBest(state: WalState): boolean {
    if (!this.pinned || !this.isPinIn(state) || this.pinned.frame !== state.frame) return false;
    return this.pinned.isBackfilled || !this.isBackfilled(state);
  }

  /** Copies frames into the main file, as far as readers allow, without holding anybody back. */
  checkpoint(): void {
    this.copyFrames.get();
  }

  /**
   * Holds writers back; false when they left no gap for so long. Writers that commit without a pause leave some
   * microseconds at a time: asking again and again finds one of these, waiting as SQLite does seldom would.
   * @throws what SQLite throws
   */
  tryHoldWriters(patienceMs: number): boolean {
    for (const startedAtMs = performance.now(); ; ) {
      try {
        this.keeper.exec('BEGIN IMMEDIATE');
        return true;
      } catch (thrown) {
        if (!isBusy(thrown)) throw thrown;
        if (performance.now() - startedAtMs >= patienceMs) return false;
      }
    }
  }

  /**
   * While writers are held back and everything was read: copies all frames that readers allow, and pins what is there then.
   * `busy`: somebody else is copying.
   * @throws what SQLite throws
   */
  checkpointUnderHold(): 'copied' | 'busy' {
    const [first, second] = this.pins;
    first.release();
    second.release();
    this.held = null;
    try {
      return second.copyFrames() ? 'copied' : 'busy';
    } finally {
      this.pinNew();
    }
  }

  letWriters(): void {
    if (this.keeper.inTransaction) this.keeper.exec('ROLLBACK');
  }
}

/** A connection that holds a read transaction, or none. */
class Pin {
  private readonly read: Database.Statement;
  private readonly copy: Database.Statement<[], { busy: number }>;

  constructor(readonly connection: Database.Database) {
    // Reads the file's header and no schema: whatever an application declares in it, it can be read.
    this.read = connection.prepare('PRAGMA schema_version');
    this.copy = connection.prepare('PRAGMA wal_checkpoint(PASSIVE)');
  }

  /** While nothing is held: copies frames into the main file. False when somebody else does that. */
  copyFrames(): boolean {
    return this.copy.get()?.busy === 0;
  }

  get isHeld(): boolean {
    return this.connection.inTransaction;
  }

  hold(): void {
    this.connection.exec('BEGIN');
    try {
      this.read.get();
    } catch (thrown) {
      this.release();
      throw thrown;
    }
  }

  release(): void {
    if (this.isHeld) this.connection.exec('COMMIT');
  }

  close(): void {
    this.release();
    this.connection.close();
  }
}

export const isBusy = (thrown: unknown): boolean =>
  String((thrown as { code?: unknown } | null)?.code).startsWith('SQLITE_BUSY');

function stateOf(header: WalIndexHeader): WalState {
  return {
    bytes: header.bytes,
    salts: [header.salts.readUInt32BE(0), header.salts.readUInt32BE(4)],
    frame: header.maxFrame,
    // The index holds them as numbers of the machine, the WAL as big endian ones.
    sums: header.frameChecksum,
    pageSizeBytes: header.pageSizeBytes,
    changes: header.bytes.readUInt32LE(8),
  };
}
