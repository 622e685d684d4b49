import { Skeleton } from '@mantine/core';
import { parseMetricKey } from '@shared/metrics';
import { useTexts } from '@/i18n';
import { readings, useReading } from '@/metrics-store';
import classes from '../performance.module.css';
import { SPAN_MS } from '../range';
import { fillTone } from './forecast';
import { Tile } from './Tile';
import { keysWith, largestKey, newestValue } from './values';

/** The main loop is promised never to be held longer than this. */
const LOOP_PROMISE_MS = 20;
const SEPARATOR = '\u0000';
const NO_VALUE = '–';

/** The figures of now, whatever range the charts show. */
export function Tiles() {
  const measured = useReading((newest) => newest !== undefined);
  // subjects come and go seldom: one text that changes with them
  const gpus = useReading((_newest, all) => keysWith(all, 'gpu.busy').join(SEPARATOR));
  const count = gpus ? 7 : 6;
  if (!measured) {
    return (
      <div className={classes.tiles} data-count={count} aria-busy>
        {['cpu', 'memory', 'disk', 'network', 'own', 'loop'].map((tile) => (
          <Skeleton key={tile} height={124} />
        ))}
      </div>
    );
  }
  return (
    <div className={classes.tiles} data-count={count}>
      <ProcessorTile />
      <MemoryTile />
      <DiskTile />
      <NetworkTile />
      {gpus && <GraphicsTile gpus={gpus} />}
      <OwnTile />
      <LoopTile />
    </div>
  );
}

function ProcessorTile() {
  const { t, format } = useTexts();
  const value = useReading((_newest, all) => valueOf(newestValue(all, 'cpu.busy'), format.percent));
  const waiting = useReading((_newest, all) => valueOf(newestValue(all, 'pressure.cpu'), format.percent));
  const detail =
    waiting === NO_VALUE ? t('performance.tile.allCores') : t('performance.tile.waiting', { share: waiting });
  return <Tile label={t('performance.tile.cpu')} value={value} detail={detail} courseKeys="cpu.busy" most={1} />;
}

function MemoryTile() {
  const { t, format } = useTexts();
  const value = useReading((_newest, all) => valueOf(newestValue(all, 'memory.used'), format.percent));
  const detail = useReading((_newest, all) => {
    const used = newestValue(all, 'memory.used-bytes');
    const share = newestValue(all, 'memory.used');
    if (used === null || !share) return '';
    return t('performance.tile.usedOf', { used: format.bytes(used), total: format.bytes(used / share) });
  });
  return <Tile label={t('performance.tile.memory')} value={value} detail={detail} courseKeys="memory.used" most={1} />;
}

function DiskTile() {
  const { t, shared, format } = useTexts();
  const key = useReading((_newest, all) => largestKey(all, keysWith(all, 'disk.used')));
  const mount = key === null ? '' : (parseMetricKey(key)?.subject ?? '');
  const value = useReading((_newest, all) => valueOf(key === null ? null : newestValue(all, key), format.percent));
  const fullIn = useReading((_newest, all) => newestValue(all, `disk.full-in:${mount}`));
  const free = useReading((_newest, all) => valueOf(newestValue(all, `disk.free:${mount}`), format.bytes));
  const soon = fullIn === null ? null : fillTone(fullIn);
  const detail =
    fullIn !== null
      ? t('performance.tile.fullIn', { free, time: format.metric(fullIn, 'hours') })
      : t('performance.tile.free', { free });
  const label = mount ? t('performance.tile.disk', { mount }) : shared('metric.disk.used');
  return <Tile label={label} value={value} detail={detail} tone={soon} courseKeys={key ?? ''} most={1} />;
}

function NetworkTile() {
  const { t, format } = useTexts();
  const total = (name: string, all: ReturnType<typeof readings>): number | null => {
    const values = keysWith(all, name).flatMap((key) => newestValue(all, key) ?? []);
    return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
  };
  const rate = (value: number): string => format.metric(value, 'bytes-per-second');
  const received = useReading((_newest, all) => valueOf(total('network.received', all), rate));
  const sent = useReading((_newest, all) => valueOf(total('network.sent', all), rate));
  const keys = useReading((_newest, all) => keysWith(all, 'network.received').join(SEPARATOR));
  return (
    <Tile
      label={t('performance.tile.network')}
      value={received}
      detail={t('performance.tile.sent', { rate: sent })}
      courseKeys={keys}
      most={null}
    />
  );
}

function GraphicsTile({ gpus }: { gpus: string }) {
  const { t, format } = useTexts();
  const key = useReading((_newest, all) => largestKey(all, gpus.split(SEPARATOR)));
  const device = key === null ? '' : (parseMetricKey(key)?.subject ?? '');
  const value = useReading((_newest, all) => valueOf(key === null ? null : newestValue(all, key), format.percent));
  const memory = useReading((_newest, all) => valueOf(newestValue(all, `gpu.memory:${device}`), format.percent));
  const heat = useReading((_newest, all) =>
    valueOf(newestValue(all, `gpu.temperature:${device}`), (celsius) => format.metric(celsius, 'celsius')),
  );
  return (
    <Tile
      label={t('performance.tile.gpu')}
      value={value}
      detail={t('performance.tile.gpuDetail', { memory, heat })}
      courseKeys={key ?? ''}
      most={1}
    />
  );
}

function OwnTile() {
  const { t, format } = useTexts();
  const value = useReading((_newest, all) => valueOf(newestValue(all, 'own.cpu'), format.percent));
  const memory = useReading((_newest, all) => valueOf(newestValue(all, 'own.memory'), format.bytes));
  return (
    <Tile
      label={t('performance.tile.own')}
      value={value}
      detail={t('performance.tile.ownDetail', { memory })}
      courseKeys="own.cpu"
      most={0.1}
    />
  );
}

function LoopTile() {
  const { t, format } = useTexts();
  const ms = (value: number): string => format.metric(value, 'milliseconds');
  const p99 = useReading((_newest, all) => valueOf(newestValue(all, 'own.loop-p99'), ms));
  const worst = useReading((newest, all) => {
    const fromMs = (newest?.atMs ?? 0) - SPAN_MS.live;
    // The percentile looks back a minute: at first it knows of delays from before the first reading.
    const worstOf = (values: Record<string, number>): number =>
      Math.max(values['own.loop-max'] ?? 0, values['own.loop-p99'] ?? 0);
    return Math.max(0, ...all.flatMap(({ atMs, values }) => (atMs < fromMs ? [] : worstOf(values))));
  });
  const broken = worst > LOOP_PROMISE_MS;
  const values = { worst: ms(worst), promise: ms(LOOP_PROMISE_MS) };
  return (
    <Tile
      label={t('performance.tile.loop')}
      value={p99}
      detail={t(broken ? 'performance.tile.loopBroken' : 'performance.tile.loopKept', values)}
      tone={broken ? 'warn' : null}
      courseKeys="own.loop-max"
      most={Math.max(LOOP_PROMISE_MS, worst)}
    />
  );
}

const valueOf = (value: number | null, format: (value: number) => string): string =>
  value === null ? NO_VALUE : format(value);
