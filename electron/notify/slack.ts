/** A message in the form that Slack's incoming webhooks take; Mattermost and others take it too. */
import type { Severity } from '@shared/errors';
import type { Translate } from '@shared/text';
import type { Message } from './types';
import { lineText, messageWords, oneLine } from './words';

const MOST_LINES = 20;
// A block of text longer than 3 000 characters is refused, and the message with it.
const LONGEST_BLOCK = 2_900;

const COLORS: Record<Severity, string> = { LOW: '#868e96', MEDIUM: '#e67700', HIGH: '#d9480f', CRITICAL: '#c92a2a' };
const OVER = '#2b8a3e';

/** `text` is what notifications of Slack show; the attachment is what the channel shows. */
export interface SlackBody {
  text: string;
  attachments: {
    color: string;
    blocks: { type: 'section' | 'context'; [key: string]: unknown }[];
  }[];
}

export function slackBody(translate: Translate, message: Message, host: string): SlackBody {
  const words = messageWords(translate, message, MOST_LINES);
  const title = oneLine(words.severity === '' ? words.title : `[${words.severity}] ${words.title}`);
  const details = [
    ...(words.body === '' ? [] : [words.body]),
    ...words.lines.map((line) => `• ${lineText(line)}`),
    ...(words.more === '' ? [] : [words.more]),
  ];
  const over = message.kind === 'resolved' || message.kind === 'test';
  return {
    text: escapeSlack(title),
    attachments: [
      {
        color: over ? OVER : COLORS[message.severity],
        blocks: [
          section(fitted([`*${escapeSlack(title)}*`, ...details.map(escapeSlack)])),
          {
            type: 'context',
            elements: [{ type: 'mrkdwn', text: escapeSlack(translate('message.sender', { host })) }],
          },
        ],
      },
    ],
  };
}

const section = (text: string) => ({ type: 'section' as const, text: { type: 'mrkdwn', text: text.trimEnd() } });

/** Whole lines as long as they fit: a cut could leave half of an escaped character. */
function fitted(lines: readonly string[]): string {
  let text = '';
  for (const line of lines) {
    if (text.length + line.length > LONGEST_BLOCK) return `${text}…`;
    text += `${line}\n`;
  }
  return text;
}

/** With these three a text cannot name a channel, a person or a link. */
const escapeSlack = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
