import { open } from 'node:fs/promises';

/** The first `limitBytes` of a file of the kernel's, which says of itself that it is empty. */
export async function readStart(path: string, limitBytes: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(limitBytes), 0, limitBytes, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}
