/** A small name server on UDP: answers what a test tells it to, and stays silent about the rest. */
import dgram from 'node:dgram';
import { once } from 'node:events';

const TYPES = { A: 1, NS: 2, CNAME: 5, MX: 15, TXT: 16, AAAA: 28 } as const;
type RecordType = keyof typeof TYPES;

/** `refused`, `failed` and `unknown` are answers of the server; `silent` is none. */
export type NameAnswer = { record: RecordType; values: Buffer[] } | 'refused' | 'failed' | 'unknown' | 'silent';

const CODES = { failed: 2, unknown: 3, refused: 5 } as const;

export class NameServer {
  private constructor(
    private readonly socket: dgram.Socket,
    /** For `setServers`. */
    readonly address: string,
  ) {}

  static async open(answers: Record<string, NameAnswer>): Promise<NameServer> {
    const socket = dgram.createSocket('udp4');
    socket.on('message', (question, from) => {
      const name = nameIn(question);
      const answer = answers[name] ?? 'unknown';
      if (answer !== 'silent') socket.send(reply(question, answer), from.port, from.address);
    });
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new NameServer(socket, `127.0.0.1:${socket.address().port}`);
  }

  close(): void {
    this.socket.close();
  }
}

/** A name as records hold it. */
export function nameBytes(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  return Buffer.concat([...labels, Buffer.from([0])]);
}

function nameIn(question: Buffer): string {
  const labels: string[] = [];
  for (let at = 12; question[at]; at += 1 + question[at]!) {
    labels.push(question.subarray(at + 1, at + 1 + question[at]!).toString());
  }
  return labels.join('.').toLowerCase();
}

function reply(question: Buffer, answer: Exclude<NameAnswer, 'silent'>): Buffer {
  const asked = question.subarray(12, 12 + nameBytes(nameIn(question)).length + 4);
  const values = typeof answer === 'string' ? [] : answer.values;
  const head = Buffer.alloc(12);
  question.copy(head, 0, 0, 2);
  head.writeUInt16BE(0x8180 | (typeof answer === 'string' ? CODES[answer] : 0), 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(values.length, 6);
  const records = values.map((value) => {
    const record = Buffer.alloc(12);
    // The name is the one at byte 12: the question's.
    record.writeUInt16BE(0xc00c, 0);
    record.writeUInt16BE(typeof answer === 'string' ? 0 : TYPES[answer.record], 2);
    record.writeUInt16BE(1, 4);
    record.writeUInt32BE(60, 6);
    record.writeUInt16BE(value.length, 10);
    return Buffer.concat([record, value]);
  });
  return Buffer.concat([head, asked, ...records]);
}
