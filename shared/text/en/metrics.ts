/** Names of what is measured and of what charts show beside it. */
import type { ChartEvent, MetricGap, MetricGroup, MetricName, Operation } from '../../metrics';

/** Title of each metric, without its subject. */
export const metric = {
  'cpu.busy': 'Processor load',
  'memory.used': 'Memory in use',
  'memory.used-bytes': 'Memory in use, bytes',
  'swap.used': 'Swap in use',
  'pressure.cpu': 'Waiting for the processor',
  'pressure.memory': 'Waiting for memory',
  'pressure.io': 'Waiting for disks',
  'disk.used': 'Disk space in use',
  'disk.free': 'Free disk space',
  'disk.total': 'Size of the disk',
  'disk.full-in': 'Time until the disk is full',
  'disk.read': 'Read from disk',
  'disk.write': 'Written to disk',
  'network.received': 'Received from the network',
  'network.sent': 'Sent to the network',
  'gpu.busy': 'Graphics processor load',
  'gpu.memory': 'Graphics memory in use',
  'gpu.temperature': 'Graphics processor temperature',
  'own.cpu': 'Processor load of Holdfast',
  'own.memory': 'Memory of Holdfast',
  'own.loop-p99': 'Delay of the main loop, 99th percentile',
  'own.loop-max': 'Longest delay of the main loop',
  'operation.time': 'Time of operations',
  'operation.rate': 'Operations a minute',
  'operation.errors': 'Failed operations',
  'backup.age': 'Age of the newest proved backup',
  'app.value': 'Value of an application',
  'app.rate': 'Rate of an application',
  'app.time': 'Time in an application',
  'app.up': 'Metrics of an application can be fetched',
  'business.value': 'Business figure',
  'data.rule-violations': 'Rows that break a business rule',
  'probe.up': 'Availability of a service',
  'probe.time': 'Response time of a service',
  'probe.certificate': 'Days until the certificate ends',
} satisfies Record<MetricName, string>;

export const metricGroup = {
  machine: 'Machine',
  disk: 'Disks',
  network: 'Network',
  gpu: 'Graphics processor',
  holdfast: 'Holdfast itself',
  operation: 'Operations of Holdfast',
  backup: 'Backups',
  application: 'Applications',
  business: 'Business',
  probe: 'Services',
} satisfies Record<MetricGroup, string>;

/** Holdfast's own operations. */
export const operation = {
  backup: 'Backing up',
  verify: 'Verifying',
  restore: 'Restoring',
  'save-copy': 'Saving a copy',
  copy: 'Copy to a destination',
  'verify-copy': 'Check of a copy',
  scan: 'Look at a destination',
  drill: 'Restore drill',
  check: 'Integrity check',
  repair: 'Repair',
  salvage: 'Recovery into a new file',
  inspect: 'Checking a file',
  query: 'Asking a database',
  probe: 'Probing a service',
  scrape: 'Fetching metrics',
  notify: 'Telling people',
  request: 'Requests of the window',
} satisfies Record<Operation, string>;

/** Values: name, the database or the alert. */
export const chartEvent = {
  backup: 'Backup: {{name}}',
  'backup-failed': 'Failed backup: {{name}}',
  restore: 'Restore: {{name}}',
  alert: 'Alert: {{name}}',
  gap: 'Nothing was measured',
} satisfies Record<ChartEvent['kind'], string>;

/** Why nothing was measured. */
export const gapReason = {
  asleep: 'The machine was asleep',
  'not-running': 'Holdfast was not running',
  'clock-set': 'The clock was set',
} satisfies Record<MetricGap['reason'], string>;
