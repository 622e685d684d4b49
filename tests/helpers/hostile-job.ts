/** A job process, or a capture process, that throws what it is named, to nobody. */
import type { FromCapture } from '../../electron/continuous/protocol';
import { connectLine, connectParent, tellLastWord } from '../../electron/workers/parent';
import { HOSTILE } from './hostile.mjs';

const line = connectLine();
const parent = connectParent();
let isCapture = false;
tellLastWord((error) => {
  if (isCapture) line.send({ type: 'failed', error } satisfies FromCapture);
  else parent.finish({ type: 'failed', error });
});
line.onMessage((message) => {
  const { job, request, type } = message as { type: string; job?: string; request?: { file: string } };
  isCapture = type === 'start';
  const thrown = isCapture ? new TypeError('to nobody') : HOSTILE[request?.file ?? ''];
  if (job === 'examine') void Promise.reject(thrown);
  else
    setImmediate(() => {
      throw thrown;
    });
});
