/** The stderr of a child process: shown on this process's own, as it would be without anybody who listens, and heard. */
import { StringDecoder } from 'node:string_decoder';

export class ErrorText {
  private readonly listeners: ((text: string) => void)[] = [];

  /** @param stream null for a process that never started */
  constructor(stream: NodeJS.ReadableStream | null) {
    const decoder = new StringDecoder();
    stream?.on('data', (chunk: Buffer) => {
      process.stderr.write(chunk);
      const text = decoder.write(chunk);
      for (const listener of this.listeners) listener(text);
    });
    // What cannot be read any more says nothing of the process, which tells how it ended.
    stream?.on('error', () => undefined);
  }

  hear(listener: (text: string) => void): void {
    this.listeners.push(listener);
  }
}
