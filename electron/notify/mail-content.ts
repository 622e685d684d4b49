/** A message as a mail: plain text and simple HTML, and the headers that make mails of one incident one conversation. */
import { createHash } from 'node:crypto';
import type { ChannelConfig } from '@shared/alerting';
import type { Severity } from '@shared/errors';
import type { Translate } from '@shared/text';
import type { SendMailOptions } from 'nodemailer/lib/mailer';
import type { Message } from './types';
import { lineText, type MessageWords, messageWords, oneLine } from './words';

const MOST_LINES = 30;

export type EmailConfig = Extract<ChannelConfig, { kind: 'email' }>;
export interface MailContext {
  config: EmailConfig;
  translate: Translate;
  /** Name of this machine. */
  host: string;
  /** The same for each try of one message. */
  idempotencyKey: string;
}

/**
 * Makes the mail. Its Message-ID follows from the key, so that mail servers and clients can drop a repetition; all
 * mails of a thread refer to the same first one, which need not exist.
 */
export function mailOf(message: Message, context: MailContext): SendMailOptions {
  const { config, translate, host, idempotencyKey } = context;
  const words = messageWords(translate, message, MOST_LINES);
  const sender = translate('message.sender', { host });
  const domain = config.from.slice(config.from.lastIndexOf('@') + 1);
  const root = `<${hash(`thread:${message.threadId}`)}@${domain}>`;
  return {
    from: { name: oneLine(`Holdfast (${host})`), address: config.from },
    to: config.to.map((address) => ({ name: '', address })),
    subject: subjectOf(words),
    text: plainText(words, sender),
    html: html(words, sender),
    messageId: `<${hash(`message:${idempotencyKey}`)}@${domain}>`,
    inReplyTo: root,
    references: root,
    headers: {
      // Holiday notes and the like are not sent back (RFC 3834, and Exchange's own).
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

const subjectOf = ({ severity, title }: MessageWords): string =>
  oneLine(severity === '' ? title : `[${severity}] ${title}`);

function plainText(words: MessageWords, sender: string): string {
  const { lines, more } = words;
  const list = lines.map((line) => `- ${lineText(line)}`);
  const parts = [words.title, words.body, [...list, ...(more === '' ? [] : [more])].join('\n'), `-- \n${sender}`];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

const COLORS: Record<Severity, string> = { LOW: '#868e96', MEDIUM: '#e67700', HIGH: '#d9480f', CRITICAL: '#c92a2a' };
const OVER = '#2b8a3e';

function html(words: MessageWords, sender: string): string {
  const { lines, more } = words;
  const items = lines.map(({ severity, title, detail, open }) => {
    const bar = `border-left:4px solid ${open ? COLORS[severity] : OVER};padding:2px 8px;margin:6px 0`;
    const small = detail === '' ? '' : `<br><small>${escapeHtml(detail)}</small>`;
    return `<div style="${bar}">${escapeHtml(title)}${small}</div>`;
  });
  const parts = [
    `<h3 style="margin:0 0 8px">${escapeHtml(words.title)}</h3>`,
    words.body === '' ? '' : `<p>${escapeHtml(words.body)}</p>`,
    ...items,
    more !== '' ? `<p>${escapeHtml(more)}</p>` : '',
    `<p style="color:#868e96"><small>${escapeHtml(sender)}</small></p>`,
  ];
  return `<!doctype html><html><body style="font-family:sans-serif">${parts.join('')}</body></html>`;
}

const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
