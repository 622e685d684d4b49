/** Requests about the program itself and the machine. */
import type { IpcContext } from './context';
import type { Handlers } from './door';

type Domain = Pick<Handlers, Extract<keyof Handlers, `state:${string}` | `runtime:${string}` | `window:${string}`>>;

export function systemHandlers({ core, runtime, copyText }: IpcContext): Domain {
  return {
    'state:get': () => core.state(),
    'runtime:get': () => runtime(),
    'window:copy-text': async ({ text }) => {
      await copyText(text);
      return null;
    },
  };
}
