/** An alert engine over a real store, with clocks, measurements and channels that tests hold in their hands. */
import { randomUUID } from 'node:crypto';
import type { AlertEvent, AlertLevel, AlertRule, ChannelConfig, RuleConfig } from '@shared/alerting';
import type { Severity } from '@shared/errors';
import { defaultSettings, type Settings } from '@shared/settings';
import { AlertEngine, type AlertEngineOptions } from '../../../electron/alerts/engine';
import type { Signal } from '../../../electron/alerts/signals';
import type { HoldfastError } from '../../../electron/errors/holdfast-error';
import type { MinutePoint, WindowFigures } from '../../../electron/metrics/types';
import type { Message } from '../../../electron/notify/types';
import type { Store } from '../../../electron/store/open';

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** A Monday, noon in UTC. */
export const START_MS = Date.parse('2026-05-04T12:00:00Z');

/** Measurements by key; a window is worked out from all of them. */
export class Keeper {
  readonly points = new Map<string, { atMs: number; value: number }[]>();
  broken = false;

  put(key: string, atMs: number, value: number): void {
    const points = this.points.get(key) ?? [];
    points.push({ atMs, value });
    this.points.set(key, points);
  }

  known = () =>
    [...this.points].map(([key, points]) => ({
      key,
      lastValue: points.at(-1)?.value ?? null,
      lastAtMs: points.at(-1)?.atMs ?? null,
    }));

  window = (key: string, windowMs: number, nowMs: number): WindowFigures => {
    if (this.broken) throw new Error('the record cannot be read');
    const points = this.points.get(key) ?? [];
    const begin = points.findLastIndex(({ atMs }) => atMs <= nowMs - windowMs) + 1;
    const found = points.slice(begin).filter(({ atMs }) => atMs <= nowMs);
    const values = found.map(({ value }) => value).toSorted((a, b) => a - b);
    return {
      count: found.length,
      last: found.at(-1)?.value ?? Number.NaN,
      lastAtMs: found.at(-1)?.atMs ?? null,
      firstAtMs: found[0]?.atMs ?? null,
      avg: values.reduce((sum, value) => sum + value, 0) / values.length,
      min: values[0] ?? Number.NaN,
      max: values.at(-1) ?? Number.NaN,
      p95: values[Math.ceil(values.length * 0.95) - 1] ?? Number.NaN,
      p99: values[Math.ceil(values.length * 0.99) - 1] ?? Number.NaN,
    };
  };

  minutes = async (key: string, fromMs: number, toMs: number): Promise<MinutePoint[]> => {
    const minutes = new Map<number, number[]>();
    for (const { atMs, value } of this.points.get(key) ?? []) {
      const minuteMs = Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
      if (minuteMs < fromMs || minuteMs >= toMs) continue;
      minutes.set(minuteMs, [...(minutes.get(minuteMs) ?? []), value]);
    }
    return [...minutes].map(([atMs, values]) => ({
      atMs,
      count: values.length,
      min: Math.min(...values),
      avg: values.reduce((sum, value) => sum + value, 0) / values.length,
      max: Math.max(...values),
    }));
  };
}

export interface Sent {
  channelId: string;
  message: Message;
  atMs: number;
}

export interface BenchOptions {
  settings?: Partial<Settings>;
  timeZone?: string;
  startMs?: number;
  channels?: { id: string; config: ChannelConfig }[];
  isRestoring?: (databaseId: string) => boolean;
  /** Keep the rules that come with Holdfast. */
  withPresets?: boolean;
}

export const channel = (id: string, change: Partial<Extract<ChannelConfig, { kind: 'native' }>> = {}) => ({
  id,
  config: { kind: 'native', name: id, enabled: true, minSeverity: 'LOW', ...change } as ChannelConfig,
});

/** What stays when the engine is built anew. */
export class Bench {
  readonly keeper = new Keeper();
  readonly sent: Sent[] = [];
  readonly reported: HoldfastError[] = [];
  settings: Settings;
  channels;
  offline = false;
  changes = 0;
  /** Alerts that were written, and lines of their stories. */
  writes = 0;
  wallMs: number;
  monoMs = 1_000_000;
  engine: AlertEngine;

  constructor(
    readonly store: Store,
    private readonly given: BenchOptions = {},
  ) {
    this.settings = { ...defaultSettings('/backups'), ...given.settings };
    this.channels = given.channels ?? [channel('desk')];
    this.wallMs = given.startMs ?? START_MS;
    for (const { id, config } of this.channels) store.channels.save(id, config, new Date(this.wallMs).toISOString());
    this.engine = this.build();
    // Only the rules of the test.
    if (!given.withPresets) for (const { id } of this.engine.rules()) this.engine.removeRule(id);
  }

  /** Another engine on the same store, as after an end that nobody was told of. */
  restart({ awayMs = 1_000, store = this.store } = {}): void {
    this.wallMs += awayMs;
    this.monoMs = 5_000;
    this.engine = this.build(store);
  }

  private build(store = this.store): AlertEngine {
    const options: AlertEngineOptions = {
      store: {
        alerts: this.counted(store.alerts),
        rules: store.alertRules,
        facts: store.facts,
        atomically: (work) => store.atomically(work),
      },
      keeper: this.keeper,
      outbox: {
        channelConfigs: () => this.channels,
        enqueue: (channelId, message) => {
          const at = new Date(this.wallMs).toISOString();
          // As the outbox does: a key that was written before is no second message.
          if (store.outbox.add(randomUUID(), channelId, message, at)) {
            this.sent.push({ channelId, message, atMs: this.wallMs });
          }
        },
      },
      settings: () => this.settings,
      clock: { nowMs: () => this.wallMs, monotonicMs: () => this.monoMs },
      subjectLabel: () => null,
      isOffline: () => this.offline,
      timeZone: () => this.given.timeZone ?? 'UTC',
      onChange: () => (this.changes += 1),
      report: (error) => this.reported.push(error),
    };
    return new AlertEngine({ ...options, isRestoring: (id) => this.given.isRestoring?.(id) ?? false });
  }

  private counted(alerts: Store['alerts']): Store['alerts'] {
    const save = alerts.save.bind(alerts);
    const addEvent = alerts.addEvent.bind(alerts);
    alerts.save = (row) => {
      this.writes += 1;
      save(row);
    };
    alerts.addEvent = (id, event) => {
      this.writes += 1;
      addEvent(id, event);
    };
    return alerts;
  }

  rule(change: Partial<RuleConfig> = {}): AlertRule {
    return this.engine.saveRule({ config: rule(change) });
  }

  /** Lets time pass, with a look every `stepMs`; `value` is measured before each. */
  pass(spanMs: number, each?: (atMs: number) => void, stepMs = 10_000): void {
    for (let passed = 0; passed < spanMs; passed += stepMs) {
      this.wallMs += stepMs;
      this.monoMs += stepMs;
      each?.(this.wallMs);
      this.engine.evaluate();
    }
  }

  /** Lets time pass while one metric has one value. */
  measure(spanMs: number, value: number, key = 'cpu.busy', stepMs = 10_000): void {
    this.pass(spanMs, (atMs) => this.keeper.put(key, atMs, value), stepMs);
  }

  /** The machine sleeps: the wall clock goes on, the other does not. */
  sleep(spanMs: number): void {
    this.wallMs += spanMs;
  }

  /** Kinds of what was sent, with the number of alerts in each. */
  said(channelId = 'desk'): string[] {
    return this.sent
      .filter((one) => one.channelId === channelId)
      .map(({ message }) => `${message.kind} ${message.alerts.length}`);
  }

  story(key?: string): string[] {
    return this.events(key).map(({ kind, params }) => (params['reason'] ? `${kind} ${params['reason']}` : kind));
  }

  events(key?: string): AlertEvent[] {
    const alerts = this.engine.alerts(true);
    const found = key === undefined ? alerts[0] : alerts.find(({ params }) => params['name'] === key);
    return found ? this.engine.timeline(found.id) : [];
  }
}

const level = (severity: Severity, trigger: number, clear: number): AlertLevel => ({
  severity,
  trigger,
  clear,
  andBelow: null,
});

export const HIGH_LEVEL = level('HIGH', 0.85, 0.75);
export const CRITICAL_LEVEL = level('CRITICAL', 0.95, 0.85);

export const rule = (change: Partial<RuleConfig> = {}): RuleConfig => ({
  preset: null,
  name: 'load',
  enabled: true,
  metric: 'cpu.busy',
  aggregate: 'last',
  windowSeconds: 0,
  direction: 'above',
  levels: [HIGH_LEVEL],
  forSeconds: 0,
  keepSeconds: 0,
  noDataSeconds: 0,
  channelIds: null,
  ...change,
});

export const probe = (id: string, change: Partial<Signal> = {}): Signal => ({
  key: `probe:${id}`,
  source: { type: 'probe', probeId: id },
  severity: 'HIGH',
  titleKey: 'probe-down',
  params: { name: id },
  value: 0,
  threshold: 1,
  unit: 'fraction',
  group: 'probes',
  place: { tab: 'performance' },
  ...change,
});

export const problem = (code: string, databaseId: string | null, change: Partial<Signal> = {}): Signal => ({
  key: `problem:${code}:${databaseId ?? ''}`,
  source: { type: 'problem', problemId: `p-${code}`, code, databaseId },
  severity: 'HIGH',
  titleKey: 'problem',
  params: { name: code, code },
  value: null,
  threshold: null,
  unit: 'number',
  group: databaseId === null ? 'holdfast' : `database:${databaseId}`,
  place: { tab: 'errors' },
  ...change,
});
