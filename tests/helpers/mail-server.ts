/** A real SMTP server on 127.0.0.1 that does what a test asks for: logins, certificates, refusals, silence. */
import type { AddressInfo } from 'node:net';
import { callbackify } from 'node:util';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { ServerCertificate } from './tls';

export interface ReceivedMail {
  from: string;
  to: string[];
  /** As it came over the wire. */
  source: string;
  /** By lower-case name, unfolded; a header that is there twice has both values, with a line break between. */
  headers: Record<string, string>;
  /** Whether it came over TLS, and who had logged in. */
  secure: boolean;
  user: string | null;
}

export interface MailServerOptions {
  /** With one: TLS from the first byte, or STARTTLS. */
  tls?: { certificate: ServerCertificate; from: 'start' | 'starttls' };
  /** Who may log in; without it nobody is asked to. */
  login?: { user: string; pass: string };
  /** What is said to a password that is wrong. */
  loginRefusal?: { status: number; text: string };
  port?: number;
}

type Stage = 'connect' | 'rcpt' | 'data';

export class MailServer {
  /** Mails that were taken. */
  readonly received: ReceivedMail[] = [];
  /** Whole mails that came, whether they were taken or not. */
  readonly came: ReceivedMail[] = [];
  /** Commands with which a password came. */
  logins = 0;
  /** Refusals by stage: status and words; a recipient that `of` does not match is taken. */
  refuse: { stage: Stage; status: number; text: string; of?: RegExp } | null = null;
  /** What happens when a whole message has come, before it is taken. */
  beforeTaking: () => Promise<void> = () => Promise.resolve();

  private constructor(
    private readonly server: SMTPServer,
    readonly port: number,
  ) {}

  static async start(options: MailServerOptions = {}): Promise<MailServer> {
    let running: MailServer | undefined;
    const self = (): MailServer => running as MailServer;
    const server = new SMTPServer({ ...security(options), ...talk(options, self) });
    // A client that goes away in the middle is what tests are about.
    server.on('error', () => undefined);
    await new Promise<void>((done) => server.listen(options.port ?? 0, '127.0.0.1', done));
    running = new MailServer(server, (server.server.address() as AddressInfo).port);
    return running;
  }

  /** Ends it at once: connections that are open break off. */
  async stop(): Promise<void> {
    const closed = new Promise<void>((done) => this.server.close(() => done()));
    for (const connection of this.server.connections) connection.close();
    await closed;
  }

  refusal(stage: Stage, address = ''): Error | null {
    const { refuse } = this;
    if (refuse?.stage !== stage || (refuse.of && !refuse.of.test(address))) return null;
    return Object.assign(new Error(refuse.text), { responseCode: refuse.status });
  }
}

function security({ tls, login }: MailServerOptions): SMTPServerOptions {
  const common: SMTPServerOptions = { logger: false, closeTimeout: 100, disableReverseLookup: true };
  const disabledCommands = [...(login ? [] : ['AUTH']), ...(tls?.from === 'starttls' ? [] : ['STARTTLS'])];
  return {
    ...common,
    disabledCommands,
    authOptional: !login,
    // So that a login over an open connection would be seen here, not refused.
    allowInsecureAuth: true,
    secure: tls?.from === 'start',
    ...(tls ? { key: tls.certificate.key, cert: tls.certificate.cert } : {}),
  };
}

function talk(options: MailServerOptions, self: () => MailServer): SMTPServerOptions {
  return {
    onConnect: (_session, done) => done(self().refusal('connect')),
    onAuth({ username, password }, _session, done) {
      self().logins++;
      const right = username === options.login?.user && password === options.login?.pass;
      if (right) return done(null, { user: username });
      const { status, text } = options.loginRefusal ?? { status: 535, text: 'Authentication failed' };
      return done(Object.assign(new Error(text), { responseCode: status }));
    },
    onRcptTo: ({ address }, _session, done) => done(self().refusal('rcpt', address)),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const refusal = self().refusal('data');
        if (refusal) return done(refusal);
        const source = Buffer.concat(chunks).toString('utf8');
        const mail: ReceivedMail = {
          from: session.envelope.mailFrom ? session.envelope.mailFrom.address : '',
          to: session.envelope.rcptTo.map(({ address }) => address),
          source,
          headers: headersOf(source),
          secure: session.secure,
          user: typeof session.user === 'string' ? session.user : null,
        };
        self().came.push(mail);
        return callbackify(self().beforeTaking)((error) => {
          if (!error) self().received.push(mail);
          done(error);
        });
      });
    },
  };
}

function headersOf(source: string): Record<string, string> {
  const head = source.split('\r\n\r\n', 1)[0] ?? '';
  const headers: Record<string, string> = {};
  for (const line of head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}\n${value}`;
  }
  return headers;
}
