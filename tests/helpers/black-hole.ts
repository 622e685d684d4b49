/** A port that takes no more connections: its queue is full, and the process behind it does not look at it. */
import { type ChildProcess, spawn } from 'node:child_process';
import net from 'node:net';
import { once } from 'node:events';

const PROGRAM = `
  const net = require('node:net');
  const server = net.createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    require('node:fs').writeSync(1, String(server.address().port));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });`;

export class BlackHole {
  private constructor(
    readonly port: number,
    private readonly child: ChildProcess,
    private readonly fillers: net.Socket[],
  ) {}

  static async open(): Promise<BlackHole> {
    const child = spawn(process.execPath, ['-e', PROGRAM], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [text] = (await once(child.stdout, 'data')) as [Buffer];
    const port = Number(text.toString());
    const fillers = Array.from({ length: 4 }, () => net.connect(port, '127.0.0.1').on('error', () => undefined));
    // The first two fit into the queue.
    await Promise.all(fillers.slice(0, 2).map((socket) => once(socket, 'connect')));
    return new BlackHole(port, child, fillers);
  }

  close(): void {
    for (const socket of this.fillers) socket.destroy();
    this.child.kill('SIGKILL');
  }
}
