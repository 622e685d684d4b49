/** Takes what went wrong in the window to the main process, each once. */
import type { WindowError } from '@shared/ipc-diagnosis';
import { call } from '@/api';

/** The same again within this time says nothing new. */
const SAME_WITHIN_MS = 60_000;
/** A window that fails at every frame must not do so on the disk, too. */
const MOST_A_MINUTE = 20;
const MINUTE_MS = 60_000;
const LONGEST_MESSAGE = 2_000;
const LONGEST_STACK = 20_000;

/** Passes on what was not passed on within the last minute, and not more than so many in all. */
export function createReporter(
  send: (error: WindowError) => void,
  nowMs: () => number,
): (error: WindowError) => boolean {
  const sentAtMs = new Map<string, number>();
  return (error) => {
    const now = nowMs();
    for (const [key, atMs] of sentAtMs) if (now - atMs >= Math.max(SAME_WITHIN_MS, MINUTE_MS)) sentAtMs.delete(key);
    // The same mistake has the same place in the program.
    const key = [error.kind, error.where, error.message, error.stack.split('\n', 3).join('\n')].join('\n');
    if (sentAtMs.has(key) || sentAtMs.size >= MOST_A_MINUTE) return false;
    sentAtMs.set(key, now);
    send(error);
    return true;
  };
}

/** What the contract takes of anything that was thrown. */
export function windowError(
  kind: WindowError['kind'],
  where: string,
  thrown: unknown,
  componentStack = '',
): WindowError {
  const isError = thrown instanceof Error;
  const message = isError ? `${thrown.name}: ${thrown.message}` : inWords(thrown);
  const stack = [isError ? (thrown.stack ?? '') : '', componentStack.trim()].filter((part) => part !== '').join('\n\n');
  return {
    kind,
    where: where.slice(0, 80),
    message: message.slice(0, LONGEST_MESSAGE),
    stack: stack.slice(0, LONGEST_STACK),
  };
}

function inWords(thrown: unknown): string {
  try {
    return typeof thrown === 'string' ? thrown : (JSON.stringify(thrown) ?? String(thrown));
  } catch {
    // A cycle, or a getter that throws.
    return `something that cannot be described (${typeof thrown})`;
  }
}

/** Reports an error of the window to the main process. */
export const reportFault = createReporter(
  (fault) => {
    call('errors:report', fault).catch((thrown: unknown) => {
      // Nobody is left to tell but whoever looks at the console.
      console.error('an error of the window could not be reported', thrown);
    });
  },
  () => performance.now(),
);

/** Chromium says so when a resize takes two frames; nothing is wrong. */
const HARMLESS = /^ResizeObserver loop/;

/** Reports what nobody in the window catches. Call once. */
export function captureFaults(
  target: Pick<Window, 'addEventListener'>,
  report: (error: WindowError) => void = reportFault,
): void {
  target.addEventListener('error', ({ error, message }) => {
    if (!HARMLESS.test(message)) report(windowError('uncaught', 'window', error ?? message));
  });
  target.addEventListener('unhandledrejection', ({ reason }) => {
    report(windowError('rejection', 'window', reason));
  });
}
