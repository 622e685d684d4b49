/** Some minutes of trouble, again and again, on a clock that is counted: for a process that is killed in the midst. */
import { randomUUID } from 'node:crypto';
import type { RuleConfig } from '@shared/alerting';
import { defaultSettings } from '@shared/settings';
import { AlertEngine } from '../../electron/alerts/engine';
import type { Store } from '../../electron/store/open';

const LOOK_MS = 10_000;
/** Courses lie so far apart that each is a trouble of its own. */
export const COURSE_EVERY_MS = 48 * 3_600_000;
const LOOKS = 90;
export const EPOCH_MS = Date.parse('2026-05-04T12:00:00Z');
export const CHANNEL = 'native';
/** Message by message, what one course is to tell. */
export const TOLD = [
  'alert CRITICAL machine',
  'alert HIGH machine',
  'alert HIGH probes',
  'resolved CRITICAL machine',
  'resolved HIGH probes',
];

const RULE: RuleConfig = {
  preset: null,
  name: 'load',
  enabled: true,
  metric: 'cpu.busy',
  aggregate: 'last',
  windowSeconds: 0,
  direction: 'above',
  levels: [
    { severity: 'HIGH', trigger: 0.85, clear: 0.75, andBelow: null },
    { severity: 'CRITICAL', trigger: 0.95, clear: 0.85, andBelow: null },
  ],
  forSeconds: 0,
  keepSeconds: 30,
  noDataSeconds: 0,
  channelIds: null,
};
const PROBE = {
  key: 'probe:web',
  source: { type: 'probe', probeId: 'web' },
  severity: 'HIGH',
  titleKey: 'probe-down',
  params: { name: 'web' },
  value: 0,
  threshold: 1,
  unit: 'fraction',
  group: 'probes',
  place: { tab: 'performance' },
} as const;

const valueAt = (look: number): number => (look < 20 ? 0.9 : look < 40 ? 0.96 : look < 60 ? 0.9 : 0.5);
const isDownAt = (look: number): boolean => look >= 2 && look < 70;

/** Where in the courses a look lies. */
export const lookAt = (count: number): { course: number; look: number; atMs: number } => {
  const [course, look] = [Math.floor(count / LOOKS), count % LOOKS];
  return { course, look, atMs: EPOCH_MS + course * COURSE_EVERY_MS + look * LOOK_MS };
};
export const endOfCourse = (count: number): number => (Math.floor(count / LOOKS) + 1) * LOOKS;

/** An engine on the store that looks from the `count`th look on. */
export class CourseRun {
  private readonly engine: AlertEngine;
  private wallMs: number;
  private value = 0;

  constructor(
    store: Store,
    private count: number,
  ) {
    this.wallMs = lookAt(count).atMs - 1_000;
    const at = new Date(this.wallMs).toISOString();
    store.channels.save(CHANNEL, { kind: 'native', name: 'desk', enabled: true, minSeverity: 'LOW' }, at);
    this.engine = new AlertEngine({
      store: {
        alerts: store.alerts,
        rules: store.alertRules,
        facts: store.facts,
        atomically: (work) => store.atomically(work),
      },
      keeper: {
        known: () => [{ key: 'cpu.busy', lastValue: this.value, lastAtMs: this.wallMs }],
        minutes: async () => [],
        window: () => {
          const { value } = this;
          const figures = { last: value, avg: value, min: value, max: value, p95: value, p99: value };
          return { count: 1, lastAtMs: this.wallMs, firstAtMs: this.wallMs, ...figures };
        },
      },
      outbox: {
        channelConfigs: () => store.channels.list(),
        enqueue: (channelId, message) => {
          store.outbox.add(randomUUID(), channelId, message, new Date(this.wallMs).toISOString());
        },
      },
      settings: () => defaultSettings('/backups'),
      // Another process has another beginning of this clock.
      clock: { nowMs: () => this.wallMs, monotonicMs: () => this.wallMs - EPOCH_MS },
      subjectLabel: () => null,
      isOffline: () => false,
      timeZone: () => 'UTC',
      onChange: () => undefined,
      report: (error) => {
        throw error;
      },
    });
    const kept = this.engine.rules().filter(({ config }) => config.name === RULE.name);
    for (const { id } of this.engine.rules()) if (!kept.some((rule) => rule.id === id)) this.engine.removeRule(id);
    if (kept.length === 0) this.engine.saveRule({ config: RULE });
  }

  /** One look; gives the number of the next. */
  step(): number {
    const { look, atMs } = lookAt(this.count);
    this.wallMs = atMs;
    this.value = valueAt(look);
    this.engine.sync(isDownAt(look) ? [PROBE] : []);
    this.engine.evaluate();
    this.count += 1;
    return this.count;
  }
}
