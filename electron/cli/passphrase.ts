/** The passphrase of an encrypted file: from the environment, or typed on the terminal. Never an argument: others see those. */
import { HoldfastError, holdfastError } from '../errors/holdfast-error';

/** Commands that may be given an encrypted file. */
const TAKES_IT: ReadonlySet<string> = new Set(['verify', 'restore']);
const VARIABLE = 'HOLDFAST_PASSPHRASE';

interface Command {
  name: string;
  args: Record<string, unknown>;
}

interface Terminal {
  input: NodeJS.ReadStream;
  output: NodeJS.WriteStream;
  /** Asks for the passphrase of `file`. */
  question: (file: string) => string;
}

/**
 * Runs a command with the passphrase that the environment has. When the file needs one and there is none, it is asked for
 * on a terminal, and the command runs again. The variable is gone afterwards: no other process needs it.
 * Errors: the command's own; `PASSPHRASE_NEEDED` where nobody can be asked; `CANCELLED` when nothing was typed.
 */
export async function withPassphrase<T>(
  command: Command,
  run: (command: Command) => Promise<T>,
  env: NodeJS.ProcessEnv,
  terminal: Terminal,
): Promise<T> {
  const given = env[VARIABLE];
  delete env[VARIABLE];
  if (!TAKES_IT.has(command.name)) return run(command);
  if (given) return run(withTyped(command, given));
  try {
    return await run(command);
  } catch (thrown) {
    const needed = thrown instanceof HoldfastError && thrown.code === 'PASSPHRASE_NEEDED';
    if (!needed || !terminal.input.isTTY) throw thrown;
    const typed = await ask(terminal, String(thrown.params['path'] ?? ''));
    return run(withTyped(command, typed));
  }
}

const withTyped = ({ name, args }: Command, passphrase: string): Command => ({ name, args: { ...args, passphrase } });

/** Reads one line without showing it. */
function ask({ input: keyboard, output, question }: Terminal, file: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let typed = '';
    const end = (settle: () => void): void => {
      keyboard.off('data', read).off('end', leave);
      keyboard.setRawMode(false);
      keyboard.pause();
      output.write('\n');
      settle();
    };
    const leave = (): void => end(() => reject(holdfastError('CANCELLED')));
    const read = (text: string): void => {
      for (const character of text) {
        if (character === '\r' || character === '\n') return typed === '' ? leave() : end(() => resolve(typed));
        // Ctrl-C, Ctrl-D and Escape: raw mode leaves them to whoever reads.
        if (character === '\u0003' || character === '\u0004' || character === '\u001b') return leave();
        if (character === '\u007f' || character === '\b') typed = Array.from(typed).slice(0, -1).join('');
        else typed += character;
      }
    };
    keyboard.setEncoding('utf8').on('data', read).once('end', leave);
    keyboard.setRawMode(true);
    keyboard.resume();
    output.write(question(file));
  });
}
