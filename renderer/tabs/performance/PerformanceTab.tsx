import { Skeleton } from '@mantine/core';
import type { MetricSample } from '@shared/models';
import { ErrorNotice } from '@/components/ErrorNotice';
import { Panel } from '@/components/Panel';
import { useTexts } from '@/i18n';
import { useMetrics } from '@/metrics-store';
import { useMetricsHistory } from '@/queries';
import { Disks } from './Disks';
import { LineChart } from './LineChart';
import classes from './performance.module.css';
import { toPoints } from './series';
import { Tile } from './Tile';

/** The main loop is promised never to be held longer than this. */
const LOOP_PROMISE_MS = 20;
/** Further disks are in the list below. */
const MOST_DISK_TILES = 3;

/** The machine and what Holdfast itself costs, over the last ten minutes. */
export function PerformanceTab() {
  const samples = useMetrics();
  const history = useMetricsHistory();
  const newest = samples.at(-1);
  return (
    <div className={classes.page}>
      {history.isError && <ErrorNotice thrown={history.error} context={{ retry: () => void history.refetch() }} />}
      {newest ? <Figures samples={samples} newest={newest} /> : <PerformanceSkeleton />}
    </div>
  );
}

function Figures({ samples, newest }: { samples: readonly MetricSample[]; newest: MetricSample }) {
  const { t, format } = useTexts();
  const cpu = toPoints(samples, (sample) => sample.cpuFraction);
  const memory = toPoints(samples, (sample) => sample.memoryUsedBytes);
  const swap = toPoints(samples, (sample) => sample.swapUsedBytes);
  const ownCpu = toPoints(samples, (sample) => sample.own.cpuFraction);
  const ownMemory = toPoints(samples, (sample) => sample.own.memoryBytes);
  const p99 = toPoints(samples, (sample) => sample.own.loopDelayP99Ms);
  const worst = toPoints(samples, (sample) => sample.own.loopDelayMaxMs);
  const worstMs = Math.max(...samples.map((sample) => sample.own.loopDelayMaxMs));
  const memoryTotal = format.bytes(newest.memoryTotalBytes);
  return (
    <>
      <div className={classes.tiles}>
        <Tile
          label={t('performance.cpu')}
          value={format.percent(newest.cpuFraction)}
          detail={t('performance.allCores')}
          points={cpu}
        />
        <Tile
          label={t('performance.memory')}
          value={format.percent(newest.memoryUsedBytes / Math.max(1, newest.memoryTotalBytes))}
          detail={t('performance.usedOf', { used: format.bytes(newest.memoryUsedBytes), total: memoryTotal })}
          points={memory}
          most={newest.memoryTotalBytes}
        />
        {newest.disks.slice(0, MOST_DISK_TILES).map(({ mount, usedBytes, totalBytes }) => (
          <Tile
            key={mount}
            label={t('performance.disk', { mount })}
            value={format.percent(usedBytes / Math.max(1, totalBytes))}
            detail={t('performance.freeOf', {
              free: format.bytes(totalBytes - usedBytes),
              total: format.bytes(totalBytes),
            })}
            share={usedBytes / Math.max(1, totalBytes)}
          />
        ))}
        <Tile
          label={t('performance.ownCpu')}
          value={format.percent(newest.own.cpuFraction)}
          detail={t('performance.ownCpuDetail')}
          points={ownCpu}
          most={Math.max(0.1, ...samples.map((sample) => sample.own.cpuFraction))}
        />
        <Tile
          label={t('performance.ownMemory')}
          value={format.bytes(newest.own.memoryBytes)}
          detail={t('performance.ownMemoryDetail')}
          points={ownMemory}
          most={Math.max(...samples.map((sample) => sample.own.memoryBytes)) * 1.3}
        />
        <Tile
          label={t('performance.loopTile')}
          value={format.milliseconds(newest.own.loopDelayP99Ms)}
          detail={t(worstMs <= LOOP_PROMISE_MS ? 'performance.loopKept' : 'performance.loopBroken', {
            promise: format.milliseconds(LOOP_PROMISE_MS),
            worst: format.milliseconds(worstMs),
          })}
          warning={worstMs > LOOP_PROMISE_MS}
          points={worst}
          most={Math.max(LOOP_PROMISE_MS, worstMs)}
        />
      </div>
      <div className={classes.charts}>
        <Panel title={t('performance.cpu')}>
          <LineChart
            label={t('performance.cpuChart')}
            series={[
              { name: t('performance.machine'), points: cpu, colour: '--hf-busy' },
              { name: 'Holdfast', points: ownCpu, colour: '--hf-warn', dashed: true },
            ]}
            most={1}
            formatValue={format.percent}
          />
        </Panel>
        <Panel title={t('performance.memory')}>
          <LineChart
            label={t('performance.memoryChart')}
            series={[
              { name: t('performance.memory'), points: memory, colour: '--hf-busy' },
              { name: t('performance.swap'), points: swap, colour: '--hf-warn', dashed: true },
            ]}
            atLeast={newest.memoryTotalBytes}
            formatValue={format.bytes}
          />
        </Panel>
        <Panel title={t('performance.loop')}>
          <LineChart
            label={t('performance.loopChart')}
            series={[
              { name: t('performance.worst'), points: worst, colour: '--hf-warn', dashed: true },
              { name: t('performance.p99'), points: p99, colour: '--hf-busy' },
            ]}
            atLeast={LOOP_PROMISE_MS}
            formatValue={format.milliseconds}
          />
        </Panel>
        <Disks disks={newest.disks} />
      </div>
    </>
  );
}

function PerformanceSkeleton() {
  return (
    <div className={classes.tiles} aria-busy>
      {['cpu', 'memory', 'own', 'loop'].map((tile) => (
        <Skeleton key={tile} height={112} />
      ))}
    </div>
  );
}
