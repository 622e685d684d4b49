/** Alerts and the channels that tell of them, put together. */
import os from 'node:os';
import type { AlertView, ChannelConfig } from '@shared/alerting';
import type { ErrorCode } from '@shared/errors';
import type { Place } from '@shared/ipc';
import type { RestoreRecord } from '@shared/models';
import type { Settings } from '@shared/settings';
import type { Translate } from '@shared/text';
import { AlertEngine } from '../alerts/engine';
import type { Signal } from '../alerts/signals';
import { systemTimeZone } from '../backup/local-time';
import type { HoldfastError } from '../errors/holdfast-error';
import { holdfastError } from '../errors/holdfast-error';
import type { MetricKeeper } from '../metrics/types';
import { guardedRequest } from '../net/guarded-request';
import { isOffline } from '../net/offline';
import { createCarriers } from '../notify/carriers';
import { createOutbox } from '../notify/outbox';
import type { Message, Outbox, ShowNative } from '../notify/types';
import type { Vault } from '../secrets/vault';
import { SYSTEM_CLOCK } from './clock';
import type { CoreContext } from './context';
import { currentSignals, type SignalInputs } from './signals';
import type { Alerting } from './watch-types';

export interface AlertingParts {
  keeper: MetricKeeper;
  vault: Vault;
  /** Null where there is no desktop: its channel is left out then. */
  showNative: ShowNative | null;
  /** What is wrong by the judgement of others. */
  watched: () => Pick<SignalInputs, 'probes' | 'business' | 'dataRules' | 'errorGroups'>;
  /** A message that was to be told was, or could not be. */
  onDelivery: (ok: boolean) => void;
  /** New patterns of lines in logs. */
  newPatterns: () => readonly Signal[];
  subjectLabel: (key: string) => string | null;
  translate: () => Translate;
  onChange: () => void;
}

export class AlertingPart implements Alerting {
  private readonly outbox: Outbox;
  private readonly engine: AlertEngine;
  private started = false;

  constructor(
    private readonly context: CoreContext,
    private readonly parts: AlertingParts,
  ) {
    const { store, problems } = context;
    const settings = (): Settings => context.settings();
    const { keeper, vault, showNative, translate, onChange } = parts;
    const report = (error: HoldfastError): void => void problems.report(error.toView(), null);
    const log = context.log.part('alerts');
    this.outbox = createOutbox({
      store: { outbox: store.outbox, channels: store.channels, atomically: (work) => store.atomically(work) },
      vault,
      carriers: createCarriers({
        vault,
        showNative: showNative ?? refuseNative,
        request: guardedRequest,
        translate,
        host: os.hostname(),
        nowMs: SYSTEM_CLOCK.nowMs,
      }),
      canCarry: (config) => this.canCarry(config),
      translate,
      clock: SYSTEM_CLOCK,
      random: Math.random,
      onChange,
      onOutcome: (outcome) => {
        const { state, channelId, kind, attempts, error } = outcome.delivery;
        const about = { channelId, kind, attempts, code: error?.code, alertIds: outcome.alertIds };
        if (state === 'sent') log.info('Message delivered', about);
        if (state === 'given-up') log.warning('Message given up', about);
        if (state === 'sent' || state === 'given-up') parts.onDelivery(state === 'sent');
        this.engine.delivered(outcome);
      },
      report,
      problems,
    });
    this.engine = new AlertEngine({
      store: {
        alerts: store.alerts,
        rules: store.alertRules,
        facts: store.facts,
        atomically: (work) => store.atomically(work),
      },
      keeper,
      outbox: {
        enqueue: (channelId, message) => this.outbox.enqueue(channelId, message),
        channelConfigs: () => this.outbox.channelConfigs().filter(({ config }) => this.canCarry(config)),
      },
      settings,
      clock: SYSTEM_CLOCK,
      subjectLabel: parts.subjectLabel,
      isOffline,
      isRestoring: (databaseId) =>
        context.jobs.views().some((job) => job.kind === 'restore' && job.databaseId === databaseId),
      timeZone: systemTimeZone,
      onChange,
      report,
      log,
    });
  }

  private canCarry(config: ChannelConfig): boolean {
    return config.kind !== 'native' || this.parts.showNative !== null;
  }

  start(): void {
    this.started = true;
    this.sync();
    this.outbox.start();
    this.engine.start();
  }

  async stop(): Promise<void> {
    this.started = false;
    this.engine.stop();
    await this.outbox.stop();
  }

  resumed(gapMs: number): void {
    this.engine.resumed(gapMs);
    this.outbox.wake();
  }

  /** Brings the signals to what is wrong now. They follow from what is stored: a start after a crash finds them again. */
  sync(): void {
    if (!this.started) return;
    const { store } = this.context;
    const signals = currentSignals({
      problems: store.problems.list(false),
      ...this.parts.watched(),
      nowMs: SYSTEM_CLOCK.nowMs(),
      databaseName: (id) => store.databases.get(id)?.name ?? null,
    });
    this.engine.sync([...signals, ...this.parts.newPatterns()]);
  }

  /** What it was about is gone (a removed probe): withdrawn, and nobody is told. */
  forget(keys: readonly string[]): void {
    for (const key of keys) this.engine.forget(key);
  }

  /** A restore that ended is news for whoever is at the desk, and no alert. */
  restoreEnded(restore: RestoreRecord, contentAt: string): void {
    const notice = restoreNotice(restore, contentAt);
    if (!notice || !this.context.settings().notifications.restoreEnded) return;
    for (const { id, config } of this.outbox.channelConfigs()) {
      if (config.kind === 'native' && config.enabled && this.canCarry(config)) this.outbox.enqueue(id, notice);
    }
  }

  /** Alerts that people see as open, worst first. */
  open(): AlertView[] {
    return this.engine.alerts(false).filter(({ state }) => state !== 'pending');
  }

  pausedUntil = (): string | null => this.engine.pausedUntil();
  failingChannels = (): { id: string; name: string }[] => this.outbox.failing();
  waiting = (): number => this.outbox.channels().reduce((sum, { waiting }) => sum + waiting, 0);

  alerts = (includeResolved: boolean) => this.engine.alerts(includeResolved);
  timeline = (alertId: string) => this.engine.timeline(alertId);
  acknowledge = (alertId: string): void => this.engine.acknowledge(alertId);
  snooze = (alertId: string, minutes: number | null): void => this.engine.snooze(alertId, minutes);
  pause = (minutes: number | null): void => this.engine.pause(minutes);
  rules = () => this.engine.rules();
  saveRule: Alerting['saveRule'] = (input) => this.engine.saveRule(input);
  removeRule = (id: string): void => this.engine.removeRule(id);
  simulate: Alerting['simulate'] = (config) => this.engine.simulate(config);
  channels = () => this.outbox.channels();
  saveChannel: Alerting['saveChannel'] = (input) => this.outbox.saveChannel(input);
  removeChannel = (id: string): void => this.outbox.removeChannel(id);
  testChannel: Alerting['testChannel'] = (id) => this.outbox.test(id);
  deliveries: Alerting['deliveries'] = (channelId) => this.outbox.deliveries(channelId);
}

/** What was cancelled, or answered to whoever asked, is no news to anybody. */
const NO_NEWS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'CANCELLED',
  'PARTIAL_NOT_POSSIBLE',
  'PARTIAL_WOULD_BREAK',
  'QUERY_INVALID',
]);

/** What is told of a restore that ended; null when it is no news: still running, or ended by who started it. */
export function restoreNotice(restore: RestoreRecord, contentAt: string): Message | null {
  const { id, outcome, errorCode, databaseId, database, tables } = restore;
  if (outcome === 'running' || (errorCode !== null && NO_NEWS.has(errorCode))) return null;
  const common: Pick<Message, 'kind' | 'alerts' | 'threadId' | 'idempotencyKey'> = {
    kind: 'notice',
    alerts: [],
    threadId: `restore:${id}`,
    idempotencyKey: `restore:${id}`,
  };
  if (outcome === 'restored') {
    const place: Place = { tab: 'backups', databaseId };
    return {
      ...common,
      severity: 'MEDIUM',
      place,
      notice:
        tables === null
          ? { key: 'restore-ended', params: { name: database, contentAt } }
          : { key: 'rows-restored', params: { name: database, contentAt, tables: tables.join(', ') } },
    };
  }
  const code = errorCode ?? (outcome === 'interrupted' ? 'RESTORE_INTERRUPTED' : 'INTERNAL');
  const place: Place = { tab: 'errors', databaseId };
  return { ...common, severity: 'HIGH', place, notice: { key: 'restore-failed', params: { name: database, code } } };
}

const refuseNative: ShowNative = async () => {
  throw holdfastError('NOTIFICATION_NOT_SHOWN', { detail: 'there is no desktop' });
};
