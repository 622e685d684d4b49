/** Watching as one part of the core: the keeper of measurements, what is watched, alerts, the endpoint, the dead man's switch. */
import type { ErrorGroup } from '@shared/error-groups';
import type { DataRuleStatus } from '@shared/integrity';
import type { Signal } from '../alerts/signals';
import type { Language } from '@shared/languages';
import type { Operation } from '@shared/metrics';
import { startEndpoint } from '../health/endpoint';
import { type EventBook, SentryIntake } from '../ingest/sentry';
import type { Settings } from '@shared/settings';
import { describeError, resolveLanguage } from '@shared/text';
import type { HoldfastError } from '../errors/holdfast-error';
import { OperationTotals } from '../health/operation-totals';
import type { WatchInputs } from '../health/watch-checks';
import type { JobEnd } from '../jobs/runner';
import type { KeeperWithStart } from '../metrics/types';
import { guardedRequest } from '../net/guarded-request';
import { createDeadMan, type DeadMan } from '../notify/dead-man';
import type { ShowNative } from '../notify/types';
import { createVault, type SecretCipher, type Vault } from '../secrets/vault';
import { AlertingPart } from './alerting';
import { SYSTEM_CLOCK } from './clock';
import type { CoreContext } from './context';
import { EndpointKeeper } from './endpoint';
import { SAMPLE_EVERY_MS } from '../monitor/machine';
import type { Lookout } from './lookout';
import { MonitoringPart } from './monitoring';
import { OperationMeter } from './operations';
import type { StateBuilder } from './state';
import { createTexts } from './texts';
import type { JobLauncher } from './types';
import { metricsSnapshot } from './metrics-snapshot';
import { holdfastVersion } from './version';

export interface WatchOptions {
  launchJob: JobLauncher;
  showNative?: ShowNative;
  cipher?: SecretCipher;
  systemLocale?: () => string;
}

export interface WatchParts {
  lookout: Lookout;
  builder: StateBuilder;
  /** Business rules, as they were last found. */
  dataRules: () => DataRuleStatus[];
  /** Something that the window shows is different. */
  onChange: () => void;
  onOperation: (operation: Operation, ok: boolean) => void;
  /** Takes the errors of applications, and knows which need somebody. */
  errorBook: () => EventBook & { needing(): ErrorGroup[] };
  /** New patterns of lines in logs. */
  newPatterns: () => readonly Signal[];
}

/** Long enough for the changes of one action to be judged together. */
const SYNC_AFTER_MS = 250;

export class Watch {
  readonly monitoring: MonitoringPart;
  readonly alerting: AlertingPart;
  readonly endpoint: EndpointKeeper;
  readonly vault: Vault;
  private readonly meter: OperationMeter;
  private readonly totals = new OperationTotals();
  private readonly deadMan: DeadMan;
  private readonly sentry: SentryIntake;
  private readonly startedAtMs = Date.now();
  private syncTimer: NodeJS.Timeout | undefined;
  private revision = 0;
  /** On a clock that nobody can set. */
  private lastTickMs: number | null = null;
  private started = false;

  constructor(
    private readonly context: CoreContext,
    private readonly keeper: KeeperWithStart,
    private readonly parts: WatchParts,
    private readonly options: WatchOptions,
  ) {
    const { store, problems, paths } = context;
    const settings = (): Settings => context.settings();
    const changed = (): void => {
      this.revision++;
      parts.onChange();
    };
    const report = (error: { toView(): Parameters<typeof problems.report>[0] }): void =>
      void problems.report(error.toView(), null);
    const systemLocale = options.systemLocale ?? intlLocale;
    this.vault = createVault({ table: store.secrets, cipher: options.cipher ?? null });
    this.meter = new OperationMeter(keeper);
    this.alerting = new AlertingPart(context, {
      keeper,
      vault: this.vault,
      showNative: options.showNative ?? null,
      watched: () => ({
        probes: this.monitoring.probes(),
        business: this.monitoring.businessMetrics(),
        dataRules: parts.dataRules(),
        errorGroups: parts.errorBook().needing(),
      }),
      onDelivery: (ok) => parts.onOperation('notify', ok),
      newPatterns: parts.newPatterns,
      subjectLabel: (key) => this.monitoring.subjectLabel(key),
      translate: createTexts(() => settings().language, systemLocale),
      onChange: changed,
    });
    this.monitoring = new MonitoringPart(context, {
      keeper,
      machine: parts.lookout.machine,
      count: this.count,
      vault: this.vault,
      launchJob: options.launchJob,
      language: this.language,
      dataRules: parts.dataRules,
      alerts: () => this.alerting.alerts(true),
      endpoint: () => this.endpoint.info(),
      onChange: changed,
      onVerdict: () => this.syncSoon(),
      onGone: (alertKeys) => this.alerting.forget(alertKeys),
    });
    this.sentry = new SentryIntake({
      book: parts.errorBook,
      clock: SYSTEM_CLOCK,
      report,
      settle: () => problems.settle(null, ['ERROR_FLOOD']),
    });
    this.endpoint = new EndpointKeeper({
      tokenFile: paths.healthToken,
      settings: () => settings().endpoint,
      listen: (port) =>
        startEndpoint({
          port,
          tokenFile: paths.healthToken,
          version: holdfastVersion(),
          isReady: () => this.isReady(),
          health: () => parts.lookout.judge(),
          snapshot: () => this.snapshot(),
          ingest: (body) => this.monitoring.take(body),
          sentry: (...asked) => this.sentry.take(...asked),
          report,
        }),
      onFailure: (error) => void problems.reportOnce(error.toView(), null),
      onSettled: () => {
        problems.settle(null, ['ENDPOINT_UNAVAILABLE']);
        const { address } = this.endpoint.info();
        context.log.part('endpoint').info(address === null ? 'Endpoint closed' : 'Endpoint opened', { address });
      },
    });
    this.deadMan = createDeadMan({
      settings: () => settings().deadMan,
      healthy: () => this.healthy(),
      request: guardedRequest,
      clock: SYSTEM_CLOCK,
      problems,
      report,
    });
  }

  start(): void {
    this.started = true;
    this.keeper.start().catch((thrown: unknown) => this.parts.lookout.report(thrown));
    this.monitoring.start();
    this.alerting.start();
    this.deadMan.start();
  }

  async stop(): Promise<void> {
    this.started = false;
    clearTimeout(this.syncTimer);
    await Promise.all([this.endpoint.close(), this.monitoring.stop(), this.alerting.stop(), this.deadMan.stop()]);
    await this.keeper.stop();
  }

  /** The machine slept, or this process stood still, for so long. */
  resumed(gapMs: number): void {
    this.monitoring.resumed(gapMs);
    this.alerting.resumed(gapMs);
    this.deadMan.wake();
  }

  isReady(): boolean {
    return this.parts.lookout.samples().length > 0;
  }

  /** Called at each tick, before its figures are taken together. */
  tick(nowMs: number): void {
    this.lastTickMs = performance.now();
    this.meter.tick(nowMs);
    this.sentry.tick();
    this.monitoring.tick(nowMs);
  }

  /** The lookout has done its round. */
  beat(): void {
    this.deadMan.beat();
    // What is told for a time ends without anything that happens.
    this.syncSoon();
  }

  settingsChanged(): void {
    this.deadMan.wake();
  }

  /** Shows an error on the desktop at once, past alerts and their rules. */
  tellNatively(told: HoldfastError): void {
    const { showNative, systemLocale } = this.options;
    if (!showNative) return;
    const translate = createTexts(() => this.context.settings().language, systemLocale ?? intlLocale)();
    const { what, meaning } = describeError(translate, told);
    showNative({ title: what, body: meaning, critical: true, place: { tab: 'errors' } }).catch((thrown: unknown) =>
      this.parts.lookout.report(thrown),
    );
  }

  /** Problems follow from many things; alerts follow from problems, once for many changes. */
  syncSoon(): void {
    if (!this.started) return;
    this.syncTimer ??= setTimeout(() => {
      this.syncTimer = undefined;
      this.alerting.sync();
    }, SYNC_AFTER_MS);
  }

  jobEnded({ kind, outcome, tookMs }: JobEnd): void {
    // One that was ended by hand says nothing of how well it works.
    if (outcome !== 'cancelled') this.count(kind, tookMs, outcome === 'done');
  }

  /** One of Holdfast's own operations ended. */
  readonly count = (operation: Operation, tookMs: number, ok: boolean): void => {
    this.meter.add(operation, tookMs, ok);
    this.totals.add(operation, tookMs, ok);
    this.parts.onOperation(operation, ok);
  };

  /** The language of whoever uses it. */
  readonly language = (): Language => {
    return resolveLanguage(this.context.settings().language, (this.options.systemLocale ?? intlLocale)());
  };

  /** What was measured and alerted about something that is gone is forgotten. */
  forget(metricKeys: readonly string[], alertKeys: readonly string[]): void {
    for (const key of metricKeys) this.keeper.forget(key);
    this.alerting.forget(alertKeys);
  }

  /** For the state that the window shows. */
  shown = () => ({
    alerts: this.alerting.open(),
    alertsPausedUntil: this.alerting.pausedUntil(),
    monitoringRevision: this.revision,
  });

  /** For Health: what only this part knows. */
  healthInputs(): WatchInputs {
    const probes = this.monitoring.probes().filter(({ state }) => state !== 'paused');
    const channels = this.alerting.channels().filter(({ config }) => config.enabled);
    const { wanted, port, address } = this.endpoint.state();
    return {
      monitoring:
        this.lastTickMs === null
          ? null
          : {
              sampleAgeMs: performance.now() - this.lastTickMs,
              intervalMs: SAMPLE_EVERY_MS,
              recordFailing: this.keeper.recordFailing(),
            },
      services: { count: probes.length, down: probes.filter(({ state }) => state === 'down').length },
      notifiers: { count: channels.length, failing: this.alerting.failingChannels().length },
      endpoint: { wanted, port, address },
      keyring: this.vault.state(),
    };
  }

  private healthy(): { state: 'ok' | 'failing'; reason: string } {
    const failing = this.parts.lookout.lastHealth().filter(({ status }) => status === 'fail');
    return {
      state: failing.length > 0 ? 'failing' : 'ok',
      reason: failing.map(({ component, key }) => `${component}: ${key}`).join('\n'),
    };
  }

  private snapshot() {
    const { context, parts, monitoring, alerting, totals, startedAtMs } = this;
    return metricsSnapshot({
      version: holdfastVersion(),
      startedAtMs,
      state: parts.builder.build(),
      totals: context.totals,
      operations: totals.list(),
      sample: parts.lookout.samples().at(-1) ?? null,
      reading: monitoring.readings().at(-1) ?? null,
      probes: monitoring.probes(),
      business: monitoring.businessMetrics(),
      applications: monitoring.applications(),
      outboxWaiting: alerting.waiting(),
    });
  }
}

const intlLocale = (): string => Intl.DateTimeFormat().resolvedOptions().locale;
