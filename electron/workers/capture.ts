/** Entry of a capture process: captures one database until it is told to stop. Killed at any moment, nothing is lost silently. */
import { Capture } from '../continuous/capture';
import { type FromCapture, ToCapture } from '../continuous/protocol';
import { connectLine, endAtOnce, tellLastWord } from './parent';
import { sealInWorker } from './seal-in-worker';

/** The last word is on its way when the process could end; one that is still here after so long ends all the same. */
const LAST_WORD_MS = 500;

const line = connectLine();
tellLastWord((error) => line.send({ type: 'failed', error } satisfies FromCapture));
let capture: Capture | null = null;

line.onMessage((raw) => {
  const message = ToCapture.parse(raw);
  switch (message.type) {
    case 'start':
      capture = new Capture(message.settings, {
        seal: sealInWorker,
        send: (news: FromCapture) => line.send(news),
        onEnd: () => setTimeout(endAtOnce, LAST_WORD_MS),
      });
      void capture.start();
      break;
    case 'mark':
      capture?.mark(message.requestId);
      break;
    case 'note-base':
      capture?.noteBase(message.base);
      break;
    case 'stop':
      void capture?.stop();
      break;
  }
});
