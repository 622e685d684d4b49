/**
 * The words of messages to people: notifications, mails, webhooks.
 *
 * Values: title, count, name, host, value, bytes, since, until.
 */
export const message = {
  /** One message about several alerts: the worst, and how many there are besides. */
  'and-more_one': '{{title}} and {{count}} more',
  'and-more_other': '{{title}} and {{count}} more',
  /** Last line of a list that was cut. */
  more_one: '{{count}} more',
  more_other: '{{count}} more',
  resolved: 'Resolved: {{title}}',
  unstable: 'Unstable: {{title}}',
  /** Alerts that are told together, once a day or after quiet hours. */
  digest_one: 'Summary: {{count}} alert',
  digest_other: 'Summary: {{count}} alerts',
  /** Messages that waited for their channel and are told together. */
  waited_one: '{{count}} message since {{since, moment}}',
  waited_other: '{{count}} messages since {{since, moment}}',
  value: 'value {{value}}',
  'value-bytes': 'value {{bytes, bytes}}',
  threshold: 'threshold {{value}}',
  'threshold-bytes': 'threshold {{bytes, bytes}}',
  since: 'since {{since, moment}}',
  'from-until': '{{since, moment}} – {{until, moment}}',
  sender: 'Sent by Holdfast on {{host}}',
  /** Name of the channel that is there from the start. */
  desktop: 'Desktop',
  /** How a value reads in its unit; what is not here is a plain number. */
  unit: {
    'bytes-per-second': '{{bytes, bytes}}/s',
    'per-second': '{{value}}/s',
    milliseconds: '{{value}} ms',
    seconds: '{{value}} s',
    hours: '{{value}} h',
    days: '{{value}} d',
    celsius: '{{value}} °C',
  },
  /** States of an alert that a line of a list names. */
  state: {
    resolved: 'resolved',
    'no-data': 'no data',
    error: 'cannot be evaluated',
  },
};
