/**
 * The words of alerts: titles, the rules that come with Holdfast, the lines of an alert's story.
 *
 * Values of titles: name, error (its own words), subject (a mount, a database, an operation), count, what (or code: the error whose words are
 * used). Values of events: value and threshold as text in the metric's unit, channel, severity as a word, seconds, until,
 * reason as words (`suppression.<reason>` for `suppressed`), what (or code). `fired_value` is used instead of `fired` when
 * the value `value` is given; so with the others.
 */
import type { ALERT_EVENTS, AlertState, Suppression } from '../../alerting';

type EventKind = (typeof ALERT_EVENTS)[number];

const titles = {
  'cpu-busy': 'Processor heavily loaded',
  'memory-used': 'Memory running low',
  'swap-used': 'Swap space running low',
  'disk-used': 'Disk filling up: {{subject}}',
  'disk-full-in': 'Disk full soon: {{subject}}',
  'pressure-cpu': 'Programs wait for the processor',
  'pressure-memory': 'Programs wait for memory',
  'pressure-io': 'Programs wait for disks',
  'backup-age': 'No recent backup: {{subject}}',
  'operation-errors': 'Operations fail: {{subject}}',
  'app-down': 'No metrics from {{subject}}',
  'loop-delay': 'Holdfast responds slowly',
  /** Rules of the user's own. */
  rule: '{{name}}',
  'rule-subject': '{{name}}: {{subject}}',
  'no-data': 'No measurements: {{name}}',
  'no-data-machine': 'This machine is no longer measured',
  'evaluation-failed': 'Rule cannot be evaluated: {{name}}',
  problem: '{{what}}',
  /** Of one database. */
  'problem-of': '{{name}}: {{what}}',
  'probe-down': '{{name}} does not answer',
  'certificate-ends_one': 'Certificate of {{name}} ends in {{count}} day',
  'certificate-ends_other': 'Certificate of {{name}} ends in {{count}} days',
  'business-target': 'Target missed: {{name}}',
  'error-new': 'New error in {{name}}: {{error}}',
  'error-returned': 'An error is back in {{name}}: {{error}}',
  'error-growing': 'An error is growing in {{name}}: {{error}}',
  'log-pattern': 'New kind of line in {{name}}: {{error}}',
  'log-patterns-more_one': '{{count}} more new kind of line in {{name}}',
  'log-patterns-more_other': '{{count}} more new kinds of line in {{name}}',
};

const rules = {
  'cpu-busy': 'Processor load',
  'memory-used': 'Memory in use',
  'swap-used': 'Swap in use',
  'disk-used': 'Disk space in use',
  'disk-full-in': 'Disk full soon',
  'pressure-cpu': 'Waiting for the processor',
  'pressure-memory': 'Waiting for memory',
  'pressure-io': 'Waiting for disks',
  'backup-age': 'Age of the newest backup',
  'operation-errors': 'Failing operations',
  'app-down': 'Unreachable applications',
  'loop-delay': 'Responsiveness of Holdfast',
};

const effects = {
  'cpu-busy': 'Everything on this machine becomes slow',
  'memory-used': 'Programs become slow, and the system may end some of them',
  'swap-used': 'Memory that no longer fits is moved to disk, which makes programs slow',
  'disk-used': 'Backups fail and databases cannot be written when a disk is full',
  'disk-full-in': 'At the pace of the last hours the disk is full within the working day',
  'pressure-cpu': 'Programs have to wait for a free processor',
  'pressure-memory': 'Programs have to wait until memory is free',
  'pressure-io': 'Programs have to wait for reading and writing',
  'backup-age': 'What was written since the newest backup would be lost',
  'operation-errors': 'Backups, restores or measurements of Holdfast fail',
  'app-down': 'The application has stopped, or its metrics cannot be fetched',
  'loop-delay': 'Schedules and measurements are late',
} satisfies Record<keyof typeof rules, string>;

type WithValue = 'pending' | 'fired' | 'upgraded' | 'downgraded' | 'recovering' | 'resolved';

const events = {
  pending: 'Condition met',
  pending_value: 'Condition met: {{value}}, threshold {{threshold}}',
  fired: 'Alert raised: {{severity}}',
  fired_value: 'Alert raised: {{severity}}, {{value}} at a threshold of {{threshold}}',
  upgraded: 'Became worse: {{severity}}',
  upgraded_value: 'Became worse: {{severity}}, {{value}} at a threshold of {{threshold}}',
  downgraded: 'Became milder: {{severity}}',
  downgraded_value: 'Became milder: {{severity}}, {{value}}',
  recovering: 'Well again, not yet for long enough',
  recovering_value: 'Well again at {{value}}, not yet for long enough',
  resolved: 'Resolved',
  resolved_value: 'Resolved at {{value}}',
  withdrawn: 'Withdrawn: nothing is judged here any more',
  'no-data': 'No measurements',
  'no-data_seconds': 'No measurements for {{seconds, seconds}}',
  'data-returned': 'Measurements have returned',
  'evaluation-failed': 'The rule cannot be evaluated',
  'evaluation-failed_reason': 'The rule cannot be evaluated: {{reason}}',
  unstable: 'Changes too often: not told again until it has settled',
  stable: 'Settled',
  acknowledged: 'Acknowledged: not repeated',
  snoozed: 'Snoozed until {{until, moment}}',
  'snooze-ended': 'Snooze ended',
  notified: 'Message for {{channel}}',
  repeated: 'Reminder for {{channel}}',
  suppressed: 'No message for {{channel}}',
  suppressed_reason: 'No message for {{channel}}: {{reason}}',
  delivered: 'Delivered through {{channel}}',
  'delivery-failed': 'Not delivered through {{channel}}',
  'delivery-failed_reason': 'Not delivered through {{channel}}: {{reason}}',
  'held-after-sleep': 'Held back after sleep',
  'held-after-sleep_seconds': 'Held back for {{seconds, seconds}} after sleep',
} satisfies Record<
  | EventKind
  | `${WithValue}_value`
  | 'no-data_seconds'
  | 'evaluation-failed_reason'
  | 'suppressed_reason'
  | 'delivery-failed_reason'
  | 'held-after-sleep_seconds',
  string
>;

export const alerts = {
  alertTitle: titles,
  alertRule: rules,
  /** What it means when the rule fires. */
  alertRuleEffect: effects,
  alertEvent: events,
  suppression: {
    snoozed: 'snoozed',
    acknowledged: 'acknowledged',
    paused: 'alerts are paused',
    'quiet-hours': 'quiet hours',
    inhibited: 'explained by another alert',
    unstable: 'changes too often',
    'not-yet-again': 'told a short time ago',
    'rate-limited': 'too many messages at once',
    'after-sleep': 'the machine has just woken up',
    'severity-too-low': 'severity too low',
    'channel-disabled': 'channel switched off',
    'daily-digest': 'waits for the daily summary',
    'switched-off': 'switched off in Settings',
  } satisfies Record<Suppression, string>,
  alertState: {
    pending: 'Pending',
    firing: 'Firing',
    recovering: 'Recovering',
    resolved: 'Resolved',
    'no-data': 'No data',
    error: 'Cannot be evaluated',
  } satisfies Record<AlertState, string>,
};
