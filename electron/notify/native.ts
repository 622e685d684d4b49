/** Notifications of the desktop. Plain words: what shows them takes care of markup. */
import type { Translate } from '@shared/text';
import type { Carrier, ShowNative } from './types';
import { lineText, messageWords } from './words';

/** More lines are cut off by most desktops. */
const MOST_LINES = 4;

/** One notification a message, however many alerts it is about. */
export function createNativeCarrier(show: ShowNative, translate: () => Translate): Carrier {
  return {
    async send(message) {
      const { title, body, lines, more } = messageWords(translate(), message, MOST_LINES);
      const [only] = lines;
      let details = body;
      if (only && lines.length === 1 && !message.merged && message.kind !== 'digest') details = only.detail;
      else if (only) details = [...lines.map(lineText), ...(more === '' ? [] : [more])].join('\n');
      await show({ title, body: details, critical: message.severity === 'CRITICAL', place: message.place });
      return null;
    },
  };
}
