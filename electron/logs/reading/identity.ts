/** What tells files apart: device, inode, and a hash of the first bytes. */
import { hashOf, HEAD_BYTES } from './content';

export interface Identity {
  /** Device and inode. */
  key: string;
  headBytes: number;
  headHash: string;
}

/** The identity of a file with this beginning, as it is kept. `used`: those that are taken by others. */
export function identityOf(key: string, head: Buffer, used: ReadonlySet<string>): string {
  const beginning = head.subarray(0, HEAD_BYTES);
  const plain = `${key}.${beginning.length}.${hashOf(beginning)}`;
  // A file that was emptied and begins as it began before.
  for (let count = 2; ; count += 1) {
    const identity = count === 2 ? plain : `${plain}.${count - 1}`;
    if (!used.has(identity)) return identity;
  }
}

/** The parts of an identity; null for what is none. */
export function parseIdentity(identity: string): Identity | null {
  const [key, headBytes, headHash] = identity.split('.');
  if (key === undefined || headHash === undefined || !/^\d{1,4}$/.test(headBytes ?? '')) return null;
  return { key, headBytes: Number(headBytes), headHash };
}

/** Whether content with this beginning is the one of the identity. */
export function beginsAs(head: Buffer, identity: Identity): boolean {
  return head.length >= identity.headBytes && hashOf(head.subarray(0, identity.headBytes)) === identity.headHash;
}
