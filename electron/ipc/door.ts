/** The one way in from the window: who asks, what is asked, and an answer that never throws. */
import { REQUEST_CHANNELS, type RequestChannel } from '@shared/channels';
import { ERRORS, type Result } from '@shared/errors';
import { REQUEST_SCHEMAS, type RequestPayload, type Responses } from '@shared/ipc';
import { ipcMain, type WebFrameMain } from 'electron';
import type { z } from 'zod';
import { type HoldfastError, holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';

/** What answers a request: gets the parsed payload, throws or rejects with anything. */
export type Handler<C extends RequestChannel> = (payload: RequestPayload<C>) => Responses[C] | Promise<Responses[C]>;
/** One handler for every channel. */
export type Handlers = { [C in RequestChannel]: Handler<C> };

export interface DoorOptions {
  /** True for an address of the window's own page. */
  isOurs: (url: string) => boolean;
  /** Gets what is a fault of Holdfast itself; every other error is only an answer. */
  report: (error: HoldfastError) => void;
  /** A request was answered. `ok`: not by a fault of Holdfast or of the system; a refusal is an answer as any other. */
  onEnded?: (ok: boolean) => void;
}

/** Opens the door for every channel of the contract. Call once. */
export function openDoor(handlers: Handlers, options: DoorOptions): void {
  for (const channel of REQUEST_CHANNELS) register(channel, handlers, options);
}

function register<C extends RequestChannel>(channel: C, handlers: Handlers, options: DoorOptions): void {
  ipcMain.handle(channel, async (event, raw: unknown): Promise<Result<Responses[C]>> => {
    try {
      checkSender(event.senderFrame, event.sender.mainFrame, channel, options);
      const value = await handlers[channel](parsePayload(channel, raw));
      options.onEnded?.(true);
      return { ok: true, value };
    } catch (thrown) {
      const error = wrapError(thrown);
      if (error.code === 'INTERNAL') options.report(error);
      options.onEnded?.(ERRORS[error.code].class !== 'system');
      return { ok: false, error: error.toView() };
    }
  });
}

function checkSender(
  sender: WebFrameMain | null,
  mainFrame: WebFrameMain,
  channel: RequestChannel,
  options: DoorOptions,
): void {
  if (sender && sender === mainFrame && options.isOurs(sender.url)) return;
  throw holdfastError('INTERNAL', { detail: `${channel} was asked by ${sender?.url ?? 'a frame that is gone'}` });
}

function parsePayload<C extends RequestChannel>(channel: C, raw: unknown): RequestPayload<C> {
  const schema: z.ZodType = REQUEST_SCHEMAS[channel];
  const parsed = schema.safeParse(raw);
  // The schema of the channel gives the payload of the channel; the compiler cannot follow an index that is generic.
  if (parsed.success) return parsed.data as RequestPayload<C>;
  throw refusal(channel, parsed.error.issues);
}

/** A setting that is wrong is named by its own code, so that the window can say which. */
function refusal(channel: RequestChannel, issues: readonly z.core.$ZodIssue[]): HoldfastError {
  const reason = issues.map(({ path, message }) => [...path, message].join(': ')).join('; ');
  const [setting] = issues[0]?.path ?? [];
  return channel === 'settings:set' && setting !== undefined
    ? holdfastError('SETTING_INVALID', { params: { setting: String(setting), reason } })
    : holdfastError('INVALID_INPUT', { params: { reason }, detail: `${channel}: ${reason}` });
}
