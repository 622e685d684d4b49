/** The Errors tab. */

export const errors = {
  error: 'Error',
  open: 'Open problems',
  resolved: 'Resolved',
  showResolved: 'Show resolved',
  none: 'Nothing is wrong now.',
  lastResolved: 'The last problem was resolved {{time}}.',
  neverAny: 'Nothing went wrong since Holdfast started watching.',
  noneResolved: 'No problem was resolved yet.',
  since: 'Since',
  times_one: '{{count}} time',
  times_other: '{{count}} times',
  last: 'Last seen',
  first: 'First seen',
  resolvedAt: 'Resolved',
  details: 'Details',
  resolve: 'Mark as resolved',
  detail: 'Technical detail',
  code: 'Code',
  class: 'Kind',
  count: 'Seen',
};
