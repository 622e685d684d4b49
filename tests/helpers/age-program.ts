/** Runs the `age` program of the system, typing the passphrase at its terminal as a person would. */
import { spawnSync } from 'node:child_process';

/** Answers each prompt of a command on a terminal of its own; ends with the command's status. */
const TYPIST = `
import os, pty, sys
answers = [sys.argv[1].encode() + b"\\n"] * int(sys.argv[2])
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[3], sys.argv[3:])
said = b""
while True:
    try:
        piece = os.read(terminal, 4096)
    except OSError:
        break
    if not piece:
        break
    said += piece
    if answers and said.rstrip(b" ").endswith(b":"):
        os.write(terminal, answers.pop(0))
        said = b""
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.stderr.write(said.decode(errors="replace"))
sys.exit(status)
`;

function run(command: string, args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', timeout: 20_000 });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ended with ${String(status)}: ${stderr}`);
  return stdout;
}

const typed = (passphrase: string, prompts: number, args: string[]): string =>
  run('python3', ['-c', TYPIST, passphrase, String(prompts), 'age', ...args]);

export const ageWithPassphrase = (source: string, target: string, passphrase: string): string =>
  typed(passphrase, 2, ['-p', '-o', target, source]);
export const openWithPassphrase = (source: string, target: string, passphrase: string): string =>
  typed(passphrase, 1, ['-d', '-o', target, source]);
export const ageToRecipient = (source: string, target: string, recipient: string): string =>
  run('age', ['-r', recipient, '-o', target, source]);
export const openWithKeyFile = (source: string, target: string, keyFile: string): string =>
  run('age', ['-d', '-i', keyFile, '-o', target, source]);

/** A new key of `age-keygen`. */
export function makeKey(): { recipient: string; identity: string } {
  const text = run('age-keygen', []);
  const recipient = /^# public key: (\S+)$/m.exec(text)?.[1];
  const identity = /^AGE-SECRET-KEY-1\S+$/m.exec(text)?.[0];
  if (!recipient || !identity) throw new Error(`age-keygen gave no key: ${text}`);
  return { recipient, identity };
}
