/** Notifications of the desktop. Plain words: what shows them takes care of markup. */
import type { Translate } from '@shared/text';
import type { Carrier, ShowNative } from './types';
import { lineText, messageWords, shortList } from './words';

/** More lines are cut off by most desktops. */
const MOST_LINES = 4;

/** One notification a message, however many alerts it is about. */
export function createNativeCarrier(show: ShowNative, translate: () => Translate): Carrier {
  return {
    async send(message) {
      const text = translate();
      const { title, body, lines } = messageWords(text, message);
      const [only] = lines;
      let details = body;
      if (only && lines.length === 1 && !message.merged && message.kind !== 'digest') details = only.detail;
      else if (only) {
        const { lines: shown, more } = shortList(text, lines, MOST_LINES);
        details = [...shown.map(lineText), ...(more ? [more] : [])].join('\n');
      }
      await show({ title, body: details, critical: message.severity === 'CRITICAL', place: message.place });
      return null;
    },
  };
}
