/** What is used of ssh2-sftp-client, and of the SFTP session of ssh2 that it opens; neither brings types. */
declare module 'ssh2-sftp-client' {
  import type { EventEmitter } from 'node:events';
  import type { Socket } from 'node:net';

  /** `code`: a status of SFTP (1 end of file, 2 no such file, 3 permission denied, 4 failure), or one of Node. */
  type Done<T = void> = (error: (Error & { code?: number | string }) | null | undefined, value: T) => void;

  export interface SftpAttributes {
    /** POSIX file mode with the type. */
    mode: number;
    size: number;
    /** Unix time, seconds. */
    mtime: number;
    isFile(): boolean;
    isDirectory(): boolean;
  }

  export interface SftpEntry {
    filename: string;
    attrs: SftpAttributes;
  }

  export interface SftpSpace {
    f_frsize: number;
    f_blocks: number;
    f_bavail: number;
  }

  /** Extended requests throw at once when the server does not offer them. */
  export interface SftpSession {
    open(path: string, flags: string, attributes: { mode: number } | undefined, done: Done<Buffer>): void;
    close(handle: Buffer, done: Done): void;
    read(
      handle: Buffer,
      buffer: Buffer,
      offset: number,
      length: number,
      position: number,
      done: (error: Error | null | undefined, bytesRead: number) => void,
    ): void;
    write(handle: Buffer, buffer: Buffer, offset: number, length: number, position: number, done: Done): void;
    fstat(handle: Buffer, done: Done<SftpAttributes>): void;
    stat(path: string, done: Done<SftpAttributes>): void;
    opendir(path: string, done: Done<Buffer>): void;
    readdir(handle: Buffer, done: Done<SftpEntry[]>): void;
    mkdir(path: string, attributes: { mode: number }, done: Done): void;
    unlink(path: string, done: Done): void;
    rename(from: string, to: string, done: Done): void;
    ext_openssh_rename(from: string, to: string, done: Done): void;
    ext_openssh_fsync(handle: Buffer, done: Done): void;
    ext_openssh_statvfs(path: string, done: Done<SftpSpace>): void;
  }

  export interface ConnectOptions {
    sock: Socket;
    username: string;
    password?: string;
    privateKey?: string;
    passphrase?: string;
    tryKeyboard?: boolean;
    authHandler: string[];
    algorithms?: { serverHostKey: string[] };
    hostVerifier: (key: Buffer) => boolean;
    readyTimeout: number;
    keepaliveInterval: number;
    keepaliveCountMax: number;
  }

  export default class SftpClient {
    constructor(name: string, callbacks: Record<'error' | 'end' | 'close', () => void>);
    readonly client: EventEmitter;
    connect(options: ConnectOptions): Promise<SftpSession>;
  }
}
