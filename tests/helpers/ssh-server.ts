/**
 * SSH servers on 127.0.0.1. `SshServer` is OpenSSH as it is, with its own configuration, which knows one key. Passwords
 * it would look up in the system, so for them, and for servers that misbehave, `LooseSshServer` speaks SSH in this
 * process and hands the files to OpenSSH's own `sftp-server`.
 */
import { type ChildProcess, type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import net, { type AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Duplex, Readable, Transform, Writable } from 'node:stream';
import { until } from './until';

export const SFTP_SERVER = '/usr/lib/openssh/sftp-server';
const SSHD = '/usr/sbin/sshd';

export interface KeyPair {
  /** OpenSSH or PEM. */
  privateKey: string;
  /** One line. */
  publicKey: string;
  /** `SHA256:…`, by ssh-keygen. */
  fingerprint: string;
}

/** Makes a key with `ssh-keygen`. @param more its further options, such as `-m PEM` */
export async function makeKey(
  folder: string,
  type: 'ed25519' | 'ecdsa',
  passphrase = '',
  more: string[] = [],
): Promise<KeyPair> {
  const file = join(folder, `key-${createHash('md5').update(String(Math.random())).digest('hex')}`);
  keygen(['-q', '-t', type, '-N', passphrase, '-f', file, ...more]);
  const fingerprint = keygen(['-l', '-f', `${file}.pub`]).split(' ')[1] ?? '';
  const [privateKey, publicKey] = await Promise.all([readFile(file, 'utf8'), readFile(`${file}.pub`, 'utf8')]);
  return { privateKey, publicKey, fingerprint };
}

function keygen(args: string[]): string {
  const { status, stdout, stderr } = spawnSync('ssh-keygen', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

export class SshServer {
  readonly user = userInfo().username;

  private constructor(
    readonly port: number,
    /** One of each kind; the first is shown first. */
    readonly hostKeys: KeyPair[],
    private readonly child: ChildProcess,
  ) {}

  /** @param folder for its configuration and keys @param allowed who may log in */
  static async start(folder: string, allowed: KeyPair[]): Promise<SshServer> {
    await mkdir(folder, { recursive: true });
    const hostKeys = [await makeKey(folder, 'ed25519'), await makeKey(folder, 'ecdsa')];
    const files = hostKeys.map((_key, index) => join(folder, `host-${index}`));
    for (const [index, { privateKey }] of hostKeys.entries()) {
      await writeFile(files[index] ?? '', privateKey, { mode: 0o600 });
    }
    await writeFile(join(folder, 'authorized'), allowed.map(({ publicKey }) => publicKey).join(''));
    const port = await freePort();
    const lines = [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      ...files.map((file) => `HostKey ${file}`),
      `AuthorizedKeysFile ${join(folder, 'authorized')}`,
      ...['StrictModes no', 'UsePAM no', 'PermitRootLogin yes', 'PidFile none', 'LogLevel ERROR', 'UseDNS no'],
      ...['PasswordAuthentication no', 'KbdInteractiveAuthentication no', 'Subsystem sftp internal-sftp'],
    ];
    const config = join(folder, 'sshd_config');
    await writeFile(config, `${lines.join('\n')}\n`);
    // What sshd locks its children into when it is run by root.
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
    const child = spawn(SSHD, ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    await until('sshd to listen', async () => {
      if (child.exitCode !== null) throw new Error(`sshd ended: ${said}`);
      return canConnect(port);
    });
    return new SshServer(port, hostKeys, child);
  }

  /** Ends it and every session at once: each session has processes of its own. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null || this.child.pid === undefined) return;
    const ended = once(this.child, 'exit');
    for (const pid of await withDescendants(this.child.pid)) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch (thrown) {
        if ((thrown as NodeJS.ErrnoException).code !== 'ESRCH') throw thrown;
      }
    }
    await ended;
  }
}

async function withDescendants(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'latin1').catch(() => '');
  const children = text.split(' ').filter(Boolean).map(Number);
  return [pid, ...(await Promise.all(children.map(withDescendants))).flat()];
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

/** The little of ssh2's server that is used here; it comes with ssh2-sftp-client and brings no types. */
interface Ssh2 {
  Server: new (options: { hostKeys: string[] }, onClient: (client: ServerClient) => void) => net.Server;
}
interface ServerClient {
  on(event: 'authentication', listener: (attempt: Attempt) => void): void;
  on(event: 'session', listener: (accept: () => ServerSession) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  setNoDelay(on: boolean): void;
  end(): void;
}
interface ServerSession {
  on(event: 'subsystem', listener: (accept: () => Duplex, reject: () => void, info: { name: string }) => void): void;
}
interface Attempt {
  method: string;
  username: string;
  password?: string;
  accept(): void;
  reject(methods?: string[]): void;
  prompt(prompts: { prompt: string; echo: boolean }[], done: (answers: string[]) => void): void;
}

export interface LooseOptions {
  hostKey: KeyPair;
  password: string;
  /** How the password is asked for. */
  method?: 'password' | 'keyboard-interactive';
  /** Null: there is no SFTP. */
  command?: string[] | null;
  /** What changes bytes on their way to the disk. */
  alter?: () => Transform;
}

export class LooseSshServer {
  /** `password holdfast`: each method that was tried, and by whom. */
  readonly attempts: string[] = [];
  /** What was answered to questions. */
  readonly answers: string[][] = [];
  private readonly children = new Set<ChildProcess>();
  private readonly clients = new Set<ServerClient>();

  private constructor(
    readonly port: number,
    private readonly server: net.Server,
  ) {}

  static async start(options: LooseOptions): Promise<LooseSshServer> {
    const require = createRequire(import.meta.url);
    const ssh2 = createRequire(require.resolve('ssh2-sftp-client'))('ssh2') as Ssh2;
    let self: LooseSshServer | undefined;
    const server = new ssh2.Server({ hostKeys: [options.hostKey.privateKey] }, (client) =>
      self?.serve(client, options),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    self = new LooseSshServer((server.address() as AddressInfo).port, server);
    return self;
  }

  async stop(): Promise<void> {
    for (const child of this.children) child.kill('SIGKILL');
    for (const client of this.clients) client.end();
    await new Promise<void>((done) => this.server.close(() => done()));
  }

  private serve(client: ServerClient, { password, method = 'password', command, alter }: LooseOptions): void {
    this.clients.add(client);
    client.setNoDelay(true);
    // Clients that leave in the middle are what tests are about.
    client.on('error', () => undefined);
    client.on('authentication', (attempt) => {
      this.attempts.push(`${attempt.method} ${attempt.username}`);
      if (attempt.method !== method) return attempt.reject([method]);
      if (method === 'password') return attempt.password === password ? attempt.accept() : attempt.reject([method]);
      const prompts = [
        { prompt: 'Password: ', echo: false },
        { prompt: 'Your favourite colour: ', echo: true },
      ];
      return attempt.prompt(prompts, (answers) => {
        this.answers.push(answers);
        if (answers[0] === password) attempt.accept();
        else attempt.reject([method]);
      });
    });
    client.on('session', (accept) => {
      accept().on('subsystem', (acceptSubsystem, reject) => {
        if (command === null) return reject();
        const [program = SFTP_SERVER, ...args] = command ?? [SFTP_SERVER];
        const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] });
        this.children.add(child);
        return connect(acceptSubsystem(), child, alter?.());
      });
    });
  }
}

function connect(channel: Duplex, child: ChildProcessByStdio<Writable, Readable, null>, alter?: Transform): void {
  for (const stream of [channel, child.stdin, child.stdout]) stream.on('error', () => undefined);
  if (alter) channel.pipe(alter).pipe(child.stdin);
  else channel.pipe(child.stdin);
  child.stdout.pipe(channel);
  child.on('exit', () => channel.end());
}
