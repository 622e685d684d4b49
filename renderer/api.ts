/** Requests to the main process: a typed call that gives the answer or throws a `RequestError`. */
import type { RequestChannel } from '@shared/channels';
import type { ErrorView } from '@shared/errors';
import type { RequestPayload, Responses } from '@shared/ipc';

/** A request that ended in an error the main process described. */
export class RequestError extends Error {
  constructor(readonly view: ErrorView) {
    super(view.code);
    this.name = 'RequestError';
  }
}

type PayloadArguments<C extends RequestChannel> =
  undefined extends RequestPayload<C> ? [payload?: undefined] : [payload: RequestPayload<C>];

/**
 * Asks the main process.
 * @throws RequestError when the answer is an error.
 */
export async function call<C extends RequestChannel>(
  channel: C,
  ...[payload]: PayloadArguments<C>
): Promise<Responses[C]> {
  const result = await window.holdfast.request(channel, payload as RequestPayload<C>);
  if (result.ok) return result.value;
  throw new RequestError(result.error);
}

/** Describes anything that was thrown: what the main process said, or a fault of the window itself. */
export function errorViewOf(thrown: unknown): ErrorView {
  if (thrown instanceof RequestError) return thrown.view;
  const detail = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return { code: 'INTERNAL', severity: 'HIGH', retryable: true, params: {}, detail };
}
