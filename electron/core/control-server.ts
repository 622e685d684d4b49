/** The owner of a home answers commands here, so that a second process never opens the same home. */
import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, lstatSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import { runCommand } from './commands';
import { type Answer, decode, encode, Greeting, LineReader, Request, REQUEST_LIMIT_BYTES } from './control-protocol';
import type { OwnerInfo, Ownership } from './home';
import type { Core } from './types';

const MOST_CONNECTIONS = 32;
const MOST_REQUESTS_PER_CONNECTION = 16;
/** A client says its token at once. */
const GREETING_LIMIT_MS = 5_000;

export interface ControlServer {
  /**
   * Takes no more requests and ends those in hand: a window or `serve` cancels their jobs, a command lets them
   * finish, because the person who waits for them did not end this process. Removes the socket.
   */
  close(): Promise<void>;
}

/**
 * Listens at `ownership.info.endpoint`. Never fails: a home without a control socket is still usable, and why there is
 * none is reported to the core.
 */
export async function startControlServer(core: Core, ownership: Ownership): Promise<ControlServer> {
  const { endpoint } = ownership.info;
  const connections = new Set<Connection>();
  const server = createServer((socket) => {
    const connection = new Connection(core, ownership.info, socket);
    connections.add(connection);
    socket.once('close', () => connections.delete(connection));
  });
  server.maxConnections = MOST_CONNECTIONS;
  const listening = endpoint !== null && (await listen(core, server, endpoint));
  let closing: Promise<void> | undefined;
  return {
    close() {
      closing ??= closeServer(server, connections, listening, ownership.info.role === 'command');
      return closing;
    },
  };
}

async function listen(core: Core, server: Server, endpoint: string): Promise<boolean> {
  try {
    removeStaleSocket(endpoint);
    server.listen(endpoint);
    await once(server, 'listening');
    if (process.platform !== 'win32') chmodSync(endpoint, 0o600);
    server.on('error', (error) => core.reportError(wrapError(error, { path: endpoint }).toView()));
    return true;
  } catch (error) {
    core.reportError(wrapError(error, { path: endpoint }).toView());
    return false;
  }
}

/** Only the owner of the home may call this: whoever listened here before has lost the home. */
function removeStaleSocket(endpoint: string): void {
  if (process.platform === 'win32') return;
  if (lstatSync(endpoint, { throwIfNoEntry: false })?.isSocket()) rmSync(endpoint, { force: true });
}

async function closeServer(
  server: Server,
  connections: Set<Connection>,
  listening: boolean,
  letFinish: boolean,
): Promise<void> {
  // closing also removes the socket's file, so that a client that comes now looks for the next owner
  const closed = listening ? once(server, 'close') : undefined;
  if (listening) server.close();
  await Promise.all([...connections].map((connection) => connection.end(letFinish)));
  await closed;
}

class Connection {
  private readonly lines = new LineReader(REQUEST_LIMIT_BYTES);
  private readonly running = new Map<number, { abort: AbortController; done: Promise<void> }>();
  private greeted = false;
  private ending = false;

  constructor(
    private readonly core: Core,
    private readonly owner: OwnerInfo,
    private readonly socket: Socket,
  ) {
    const greetingTimer = setTimeout(() => {
      if (!this.greeted) socket.destroy();
    }, GREETING_LIMIT_MS).unref();
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
    // 'close' follows and does what there is to do; a client may vanish at any time
    socket.on('error', () => undefined);
    socket.once('close', () => {
      clearTimeout(greetingTimer);
      for (const { abort } of this.running.values()) abort.abort();
    });
  }

  /** Ends the connection once its requests have ended; cancels them unless `letFinish`. */
  async end(letFinish: boolean): Promise<void> {
    this.ending = true;
    const running = [...this.running.values()];
    if (!letFinish) for (const { abort } of running) abort.abort();
    await Promise.all(running.map(({ done }) => done));
    if (this.socket.destroyed) return;
    const closed = once(this.socket, 'close');
    // a client that does not read its answer must not hold this process
    this.socket.setTimeout(GREETING_LIMIT_MS, () => this.socket.destroy());
    this.socket.end(() => this.socket.destroy());
    await closed;
  }

  private receive(chunk: Buffer): void {
    const lines = this.lines.push(chunk);
    if (!lines) {
      this.socket.destroy();
      return;
    }
    for (const line of lines) {
      if (this.socket.destroyed) return;
      if (this.greeted) this.accept(decode(Request, line));
      else this.greet(decode(Greeting, line));
    }
  }

  private greet(greeting: Greeting | null): void {
    if (!greeting || !sameToken(greeting.token, this.owner.token)) {
      this.socket.destroy();
      return;
    }
    this.greeted = true;
    this.send({ welcome: true, version: this.owner.version });
  }

  private accept(request: Request | null): void {
    if (!request) {
      this.socket.destroy();
      return;
    }
    if ('cancel' in request) {
      this.running.get(request.id)?.abort.abort();
      return;
    }
    if (this.ending) {
      // the client looks for the next owner
      this.send({ id: request.id, result: { ok: false, error: holdfastError('CONTROL_UNREACHABLE').toView() } });
      return;
    }
    if (this.running.has(request.id) || this.running.size >= MOST_REQUESTS_PER_CONNECTION) {
      this.socket.destroy();
      return;
    }
    const abort = new AbortController();
    const done = this.run(request.id, request.command, request.args, abort.signal).finally(() =>
      this.running.delete(request.id),
    );
    this.running.set(request.id, { abort, done });
  }

  private async run(id: number, command: string, args: unknown, signal: AbortSignal): Promise<void> {
    try {
      const value = await runCommand(this.core, command, args, {
        signal,
        onProgress: (progress) => this.send({ id, progress }),
      });
      this.send({ id, result: { ok: true, value } });
    } catch (error) {
      const view = wrapError(error).toView();
      if (view.code === 'INTERNAL') this.core.reportError(view);
      this.send({ id, result: { ok: false, error: view } });
    }
  }

  private send(answer: Answer): void {
    if (this.socket.writable) this.socket.write(encode(answer));
  }
}

function sameToken(given: string, wanted: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(wanted)];
  return left.length === right.length && timingSafeEqual(left, right);
}
