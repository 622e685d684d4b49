/** A real HTTP server on 127.0.0.1 that takes webhooks and answers as a test asks for. */
import http, { type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedRequest {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export class HookServer {
  readonly received: ReceivedRequest[] = [];
  /** Gives the answer; called when the body has come. */
  answer: RequestListener = (_request, response) => response.end();

  private constructor(
    private readonly server: http.Server,
    readonly port: number,
  ) {}

  static async start(port = 0): Promise<HookServer> {
    let running: HookServer | undefined;
    const server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        running?.received.push({ method, url, headers, body: Buffer.concat(chunks).toString('utf8') });
        running?.answer(request, response);
      });
    });
    await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
    running = new HookServer(server, (server.address() as AddressInfo).port);
    return running;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Answers everything with a status and headers. */
  always(status: number, headers: Record<string, string> = {}, body = ''): void {
    this.answer = (_request, response) => response.writeHead(status, headers).end(body);
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((done) => this.server.close(() => done()));
    this.server.closeAllConnections();
    await closed;
  }
}
