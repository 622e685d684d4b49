/** What the charts of the machine show. */
import { type MetricName, metricKey } from '@shared/metrics';
import type { Texts } from '@/i18n';
import type { ChartSpec, LineSpec } from '../chart/spec';

/** The main loop is promised never to be held longer than this. */
const LOOP_PROMISE_MS = 20;
const OWN_CPU_LEAST = 0.05;

/** Charts without a choice; lines of metrics that this machine does not have are left out. */
export function fixedCharts(known: ReadonlySet<string>, texts: Texts): { machine: ChartSpec[]; own: ChartSpec[] } {
  const { t, shared } = texts;
  const lines = (...wanted: (Omit<LineSpec, 'key'> & { key: MetricName })[]): LineSpec[] =>
    wanted.filter(({ key }) => known.has(key));
  const waiting = t('performance.line.waiting');
  const machine: ChartSpec[] = [
    {
      id: 'cpu',
      title: shared('metric.cpu.busy'),
      unit: 'fraction',
      ticks: true,
      top: 1,
      lines: lines(
        { key: 'cpu.busy', name: t('performance.line.busy'), colour: 'blue', band: true },
        { key: 'pressure.cpu', name: waiting, colour: 'amber', dash: 'dashed', alone: true },
        { key: 'pressure.io', name: t('performance.line.waitingDisk'), colour: 'teal', dash: 'dotted', alone: true },
      ),
    },
    {
      id: 'memory',
      title: shared('metric.memory.used'),
      unit: 'fraction',
      ticks: true,
      top: 1,
      lines: lines(
        { key: 'memory.used', name: t('performance.line.memory'), colour: 'blue', band: true },
        { key: 'swap.used', name: t('performance.line.swap'), colour: 'violet', dash: 'dotted', alone: true },
        { key: 'pressure.memory', name: waiting, colour: 'amber', dash: 'dashed', alone: true },
      ),
    },
  ];
  const own: ChartSpec[] = [
    {
      id: 'own-cpu',
      title: shared('metric.own.cpu'),
      unit: 'fraction',
      ticks: true,
      atLeast: OWN_CPU_LEAST,
      lines: lines({ key: 'own.cpu', name: t('performance.line.allCores'), colour: 'blue', band: true }),
    },
    {
      id: 'own-memory',
      title: shared('metric.own.memory'),
      unit: 'bytes',
      ticks: true,
      lines: lines({ key: 'own.memory', name: t('performance.line.allProcesses'), colour: 'blue', band: true }),
    },
    {
      id: 'loop',
      title: t('performance.chart.loop'),
      unit: 'milliseconds',
      ticks: true,
      atLeast: LOOP_PROMISE_MS,
      lines: lines(
        { key: 'own.loop-p99', name: t('performance.line.p99'), colour: 'blue' },
        { key: 'own.loop-max', name: t('performance.line.worst'), colour: 'amber', dash: 'dashed', alone: true },
      ),
    },
  ];
  const drawn = (specs: ChartSpec[]): ChartSpec[] => specs.filter((spec) => spec.lines.length > 0);
  return { machine: drawn(machine), own: drawn(own) };
}

export const diskSpace = (mount: string, { t, shared }: Texts): ChartSpec => ({
  id: 'disk-space',
  title: shared('metric.disk.used'),
  unit: 'fraction',
  ticks: true,
  top: 1,
  lines: [{ key: metricKey('disk.used', mount), name: t('performance.line.used'), colour: 'blue', band: true }],
});

export const diskTraffic = (device: string, { t }: Texts): ChartSpec => ({
  id: 'disk-traffic',
  title: t('performance.chart.diskTraffic'),
  unit: 'bytes-per-second',
  ticks: true,
  lines: [
    { key: metricKey('disk.read', device), name: t('performance.line.read'), colour: 'blue', band: true },
    {
      key: metricKey('disk.write', device),
      name: t('performance.line.written'),
      colour: 'amber',
      dash: 'dashed',
      band: true,
    },
  ],
});

export const network = (device: string, { t, shared }: Texts): ChartSpec => ({
  id: 'network',
  title: shared('metricGroup.network'),
  unit: 'bytes-per-second',
  ticks: true,
  lines: [
    { key: metricKey('network.received', device), name: t('performance.line.received'), colour: 'blue', band: true },
    {
      key: metricKey('network.sent', device),
      name: t('performance.line.sent'),
      colour: 'amber',
      dash: 'dashed',
      band: true,
    },
  ],
});

export const graphics = (device: string, { t, shared }: Texts): ChartSpec => ({
  id: 'gpu',
  title: shared('metricGroup.gpu'),
  unit: 'fraction',
  ticks: true,
  top: 1,
  lines: [
    { key: metricKey('gpu.busy', device), name: t('performance.line.busy'), colour: 'blue', band: true },
    {
      key: metricKey('gpu.memory', device),
      name: t('performance.line.memory'),
      colour: 'violet',
      dash: 'dotted',
      alone: true,
    },
  ],
});

export const operationTime = (operation: string, { t, shared }: Texts): ChartSpec => {
  const key = metricKey('operation.time', operation);
  return {
    id: 'operation-time',
    title: shared('metric.operation.time'),
    unit: 'milliseconds',
    lines: [
      { key, percentile: 'p50', name: t('performance.line.p50'), colour: 'blue' },
      { key, percentile: 'p95', name: t('performance.line.p95'), colour: 'amber', dash: 'dashed', alone: true },
      { key, percentile: 'p99', name: t('performance.line.p99'), colour: 'rose', dash: 'dotted', alone: true },
    ],
  };
};

export const operationErrors = (operation: string, { t, shared }: Texts): ChartSpec => ({
  id: 'operation-errors',
  title: shared('metric.operation.errors'),
  unit: 'fraction',
  atLeast: OWN_CPU_LEAST,
  lines: [{ key: metricKey('operation.errors', operation), name: t('performance.line.failed'), colour: 'rose' }],
});
