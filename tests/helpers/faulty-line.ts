/** A line to a server on 127.0.0.1 that breaks or falls silent when a test wants it. */
import net from 'node:net';
import type { AddressInfo } from 'node:net';

export class FaultyLine {
  /** Bytes that went to the server until now, and from it. */
  sent = 0;
  received = 0;
  /** After this many bytes to the server the line breaks, once, and takes no new connections. */
  breakAfterBytes = Number.POSITIVE_INFINITY;
  /** After this many bytes, to the server and from it, nothing goes through any more, and nothing breaks. */
  silentAfterBytes = Number.POSITIVE_INFINITY;
  connections = 0;
  private broken = false;
  private readonly sockets = new Set<net.Socket>();

  private constructor(
    private readonly server: net.Server,
    private readonly target: () => number,
  ) {}

  /** @param target port of the server, asked for with each connection */
  static async to(target: () => number): Promise<FaultyLine> {
    const server = net.createServer();
    const line = new FaultyLine(server, target);
    server.on('connection', (client) => line.connect(client));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return line;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** From now on it works. */
  mend(): void {
    this.broken = false;
    this.sent = 0;
    this.received = 0;
    this.breakAfterBytes = Number.POSITIVE_INFINITY;
    this.silentAfterBytes = Number.POSITIVE_INFINITY;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((done) => this.server.close(() => done()));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private connect(client: net.Socket): void {
    this.connections++;
    if (this.broken) return void client.destroy();
    const server = net.connect(this.target(), '127.0.0.1');
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(from);
      from.on('error', () => undefined);
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
      from.on('data', (bytes) => {
        if (from === client) this.sent += bytes.length;
        else this.received += bytes.length;
        if (this.sent > this.breakAfterBytes) return this.break();
        if (this.sent + this.received > this.silentAfterBytes) return void from.pause();
        if (to.write(bytes)) return;
        from.pause();
        to.once('drain', () => from.resume());
      });
    }
  }

  private break(): void {
    this.broken = true;
    for (const socket of this.sockets) socket.destroy();
  }
}
