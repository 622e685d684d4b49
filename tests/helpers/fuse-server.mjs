/**
 * Serves an empty file system through /dev/fuse: fuse-server.mjs <mount point>. It answers what a question about the
 * root needs, linux/fuse.h, protocol 7. Stopped (SIGSTOP) it takes no questions; after SIGUSR1 it takes them, and
 * answers them all at SIGUSR2. Ends with the mount.
 */
import { spawnSync } from 'node:child_process';
import { openSync, read, writeSync } from 'node:fs';

const [GETATTR, STATFS, INIT, FORGET, INTERRUPT, BATCH_FORGET] = [3, 17, 26, 2, 36, 42];
const ENOSYS = -38;
const device = openSync('/dev/fuse', 'r+');
const options = 'fd=3,rootmode=40000,user_id=0,group_id=0,allow_other';
const { status } = spawnSync('mount', ['-i', '-t', 'fuse.holdfast-test', '-o', options, 'test', process.argv[2]], {
  stdio: ['ignore', 'ignore', 'ignore', device],
});
if (status !== 0) process.exit(1);
process.stdout.write('mounted\n');

let held = null;
process.on('SIGUSR1', () => (held = []));
process.on('SIGUSR2', () => {
  for (const [operation, id] of held ?? []) answer(operation, id);
  held = null;
});

const question = Buffer.alloc(1 << 17);
next();

function next() {
  read(device, question, 0, question.length, null, (error) => {
    if (error?.code === 'ENODEV') process.exit(0);
    if (!error) {
      const asked = [question.readUInt32LE(4), question.readBigUInt64LE(8)];
      if (held) held.push(asked);
      else answer(...asked);
    }
    next();
  });
}

function answer(operation, id) {
  if ([FORGET, BATCH_FORGET, INTERRUPT].includes(operation)) return;
  const body = Buffer.alloc({ [INIT]: 64, [STATFS]: 80, [GETATTR]: 104 }[operation] ?? 0);
  if (operation === INIT) {
    body.writeUInt32LE(7, 0); // version 7.31
    body.writeUInt32LE(31, 4);
    body.writeUInt32LE(65_536, 20); // longest write
  } else if (operation === STATFS) {
    body.writeBigUInt64LE(1_000n, 0); // blocks
    body.writeBigUInt64LE(400n, 8); // free
    body.writeBigUInt64LE(300n, 16); // available
    body.writeUInt32LE(4_096, 40);
    body.writeUInt32LE(4_096, 48);
  } else if (operation === GETATTR) {
    body.writeBigUInt64LE(1n, 16); // inode
    body.writeUInt32LE(0o40777, 16 + 60); // mode: a folder
    body.writeUInt32LE(2, 16 + 64); // links
  }
  const head = Buffer.alloc(16);
  head.writeUInt32LE(head.length + body.length, 0);
  head.writeInt32LE(body.length > 0 ? 0 : ENOSYS, 4);
  head.writeBigUInt64LE(id, 8);
  try {
    writeSync(device, Buffer.concat([head, body]));
  } catch (error) {
    // Who asked has given up.
    if (error.code !== 'ENOENT') throw error;
  }
}
