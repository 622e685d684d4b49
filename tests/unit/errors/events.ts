/** Events as Sentry's SDKs send them, after they were parsed. */
import type { NewEvent, StackFrame } from '@shared/error-groups';
import { plainEvent } from '../../../electron/errors/plain-event';

export const event = (change: Partial<NewEvent> = {}): NewEvent =>
  plainEvent({ at: '2026-05-04T12:00:00.000Z', level: 'error', message: '', ...change });

export const frame = (change: Partial<StackFrame>): StackFrame => ({
  module: null,
  function: null,
  file: null,
  line: 1,
  column: 1,
  inApp: true,
  source: null,
  ...change,
});

export const python = (type: string, value: string, ...calls: string[]): NewEvent =>
  event({
    thrown: [
      {
        type,
        value,
        frames: calls.map((call, index) => {
          const [module = null, name = null] = call.split(' ');
          return frame({ module, function: name, file: `${module}.py`, line: index });
        }),
      },
    ],
  });
