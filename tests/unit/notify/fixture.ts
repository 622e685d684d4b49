/** An outbox over a real store, with a clock that tests move. */
import type { ErrorView } from '@shared/errors';
import type { ChannelConfig } from '@shared/alerting';
import { createTranslator } from '@shared/text';
import { afterEach } from 'vitest';
import type { HoldfastError } from '../../../electron/errors/holdfast-error';
import { guardedRequest } from '../../../electron/net/guarded-request';
import { createCarriers } from '../../../electron/notify/carriers';
import { createOutbox } from '../../../electron/notify/outbox';
import type {
  Carrier,
  DeliveryOutcome,
  Message,
  MessageAlert,
  Outbox,
  ShowNative,
} from '../../../electron/notify/types';
import { createVault, type Vault } from '../../../electron/secrets/vault';
import type { Store } from '../../../electron/store/open';
import { until } from '../../helpers/until';
import { scratchStore } from '../store/fixture';

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const START_MS = Date.UTC(2026, 4, 1, 12);

export const english = createTranslator('en');

export class TestClock {
  constructor(private atMs = START_MS) {}
  nowMs = (): number => this.atMs;
  monotonicMs = (): number => this.atMs - START_MS;
  advance(ms: number): void {
    this.atMs += ms;
  }
}

export interface Scene {
  store: Store;
  vault: Vault;
  clock: TestClock;
  outbox: Outbox;
  outcomes: DeliveryOutcome[];
  /** Open problems by code. */
  problems: Map<string, ErrorView>;
  reported: HoldfastError[];
  /** What the desktop was asked to show. */
  shown: Parameters<ShowNative>[0][];
}

export interface SceneOptions {
  store?: Store;
  clock?: TestClock;
  showNative?: ShowNative;
  /** In place of the real carriers. */
  carrier?: Carrier;
  authorities?: string;
  random?: () => number;
}

const ending: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

export function scene(options: SceneOptions = {}): Scene {
  const store = options.store ?? scratchStore();
  const clock = options.clock ?? new TestClock();
  const vault = createVault({ table: store.secrets, cipher: null });
  const shown: Scene['shown'] = [];
  const showNative: ShowNative =
    options.showNative ??
    (async (notification) => {
      shown.push(notification);
    });
  const carriers = createCarriers({
    vault,
    showNative,
    request: guardedRequest,
    translate: () => english,
    host: 'workshop',
    nowMs: clock.nowMs,
    ...(options.authorities === undefined ? {} : { authorities: options.authorities }),
  });
  const problems: Scene['problems'] = new Map();
  const outcomes: DeliveryOutcome[] = [];
  const reported: HoldfastError[] = [];
  const { carrier } = options;
  const outbox = createOutbox({
    store,
    vault,
    carriers: carrier ? () => carrier : carriers,
    translate: () => english,
    clock,
    random: options.random ?? (() => 0.5),
    onChange: () => undefined,
    onOutcome: (outcome) => outcomes.push(outcome),
    report: (error) => reported.push(error),
    problems: {
      reportOnce: (error) => problems.has(error.code) || problems.set(error.code, error),
      settle: (_databaseId, codes) => {
        for (const code of codes) problems.delete(code);
      },
    },
  });
  ending.push(() => outbox.stop());
  return { store, vault, clock, outbox, outcomes, problems, reported, shown };
}

let alertNumber = 0;
export function alert(change: Partial<MessageAlert> = {}): MessageAlert {
  alertNumber++;
  return {
    alertId: `alert-${alertNumber}`,
    titleKey: 'rule',
    params: { name: `Alert ${alertNumber}` },
    severity: 'MEDIUM',
    state: 'firing',
    value: 0.93,
    threshold: 0.85,
    unit: 'fraction',
    firingSince: new Date(START_MS).toISOString(),
    resolvedAt: null,
    ...change,
  };
}

export function message(change: Partial<Message> = {}): Message {
  const alerts = change.alerts ?? [alert({ severity: change.severity ?? 'MEDIUM' })];
  const id = alerts[0]?.alertId ?? `none-${alertNumber++}`;
  return {
    kind: 'alert',
    severity: 'MEDIUM',
    alerts,
    threadId: id,
    idempotencyKey: `${id}:${change.kind ?? 'alert'}`,
    place: { tab: 'errors', alertId: id },
    ...change,
  };
}

export const mailTo = (port: number, change: Partial<Extract<ChannelConfig, { kind: 'email' }>> = {}) =>
  ({
    kind: 'email',
    name: 'Mail',
    enabled: true,
    minSeverity: 'LOW',
    host: '127.0.0.1',
    port,
    security: 'none',
    user: '',
    from: 'holdfast@example.com',
    to: ['ops@example.com'],
    ...change,
  }) satisfies ChannelConfig;

export const hookTo = (url: string, change: Partial<Extract<ChannelConfig, { kind: 'webhook' }>> = {}) =>
  ({
    kind: 'webhook',
    name: 'Hook',
    enabled: true,
    minSeverity: 'LOW',
    url,
    format: 'json',
    ...change,
  }) satisfies ChannelConfig;

/** Looks at what is due until nothing is under way: every message is over, or waits for a later moment. */
export async function settled({ outbox, clock }: Scene): Promise<void> {
  outbox.wake();
  await until('the outbox has done what is due', () =>
    outbox
      .deliveries()
      .filter(({ state }) => state === 'waiting')
      .every(({ nextAttemptAt }) => nextAttemptAt !== null && Date.parse(nextAttemptAt) > clock.nowMs()),
  );
}
