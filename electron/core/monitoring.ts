/** Everything that is measured and watched, put together: the machine, probes, applications and business figures. */
import type { AlertView } from '@shared/alerting';
import {
  type ChartEvent,
  metricKey,
  type MetricInfo,
  type MetricQuery,
  type Operation,
  parseMetricKey,
} from '@shared/metrics';
import type { DataRuleStatus } from '@shared/integrity';
import type { Language } from '@shared/languages';
import type { EndpointInfo } from '@shared/models';
import type { ApplicationStatus, BusinessStatus, ProbeStatus } from '@shared/monitoring';
import { probeKey } from '../alerts/signals';
import { type Business, businessKeys, createBusiness } from '../business/business';
import { createOtlpReceiver, type OtlpReceiver } from '../ingest/otlp';
import { createScrapes, type Scrapes } from '../ingest/scrapes';
import { toCsv } from '../metrics/csv';
import type { MetricKeeper } from '../metrics/types';
import type { Machine } from '../monitor/machine';
import { guardedRequest } from '../net/guarded-request';
import { availabilityFrom } from '../probes/availability';
import { createProbes, probeKeys, type Probes } from '../probes/probes';
import type { Vault } from '../secrets/vault';
import { chartEvents } from './chart-events';
import { SYSTEM_CLOCK } from './clock';
import type { CoreContext } from './context';
import { labelOf, listMetrics, type MetricNames } from './metric-list';
import { businessAlertKey, certificateKey } from './signals';
import type { JobLauncher } from './types';
import type { Monitoring } from './watch-types';

const HOUR_MS = 3_600_000;
/** One row a pixel would be too coarse for a table: as fine as what is kept allows, up to this. */
const CSV_ROWS = 20_000;

export interface MonitoringParts {
  keeper: MetricKeeper;
  machine: Pick<Machine, 'watch' | 'topProcesses'>;
  /** One of Holdfast's own operations ended. */
  count: (operation: Operation, tookMs: number, ok: boolean) => void;
  vault: Vault;
  launchJob: JobLauncher;
  language: () => Language;
  /** Business rules; their counts are measurements too. */
  dataRules: () => DataRuleStatus[];
  /** Alerts that fired, open and resolved. */
  alerts: () => AlertView[];
  endpoint: () => EndpointInfo;
  /** A list that the window shows is different. */
  onChange: () => void;
  /** Something began or ceased to be wrong. */
  onVerdict: () => void;
  /** What these alerts were about is watched no more. */
  onGone: (alertKeys: readonly string[]) => void;
}

export class MonitoringPart implements Monitoring {
  private readonly probeParts: Probes;
  private readonly scrapes: Scrapes;
  private readonly business: Business;
  private readonly pushes: OtlpReceiver;

  constructor(
    private readonly context: CoreContext,
    private readonly parts: MonitoringParts,
  ) {
    const { keeper, count, vault, onChange, onVerdict } = parts;
    const { store, problems } = context;
    const common = {
      sink: keeper,
      clock: SYSTEM_CLOCK,
      random: Math.random,
      onChange,
      onVerdict: () => onVerdict(),
      report: (error: { toView(): Parameters<typeof problems.report>[0] }) =>
        void problems.report(error.toView(), null),
    };
    this.probeParts = createProbes({
      ...common,
      table: store.probes,
      availability: availabilityFrom(keeper),
      minutes: (key, fromMs, toMs) => keeper.minutes(key, fromMs, toMs),
      onResult: (_status, { timeMs, ok }) => count('probe', timeMs, ok),
      onRemoved: (id) => this.forget(probeKeys(id), [probeKey(id), certificateKey(id)]),
    });
    this.scrapes = createScrapes({
      ...common,
      table: store.scrapeTargets,
      vault,
      request: guardedRequest,
      onScrape: (tookMs, ok) => count('scrape', tookMs, ok),
    });
    this.business = createBusiness({
      ...common,
      table: store.businessMetrics,
      databases: () => store.databases.list(),
      language: parts.language,
      launch: parts.launchJob,
      onQuery: (tookMs, ok) => count('query', tookMs, ok),
      onRemoved: (id) => this.forget(businessKeys(id), [businessAlertKey(id)]),
    });
    this.pushes = createOtlpReceiver({ sink: keeper, clock: SYSTEM_CLOCK, onChange });
  }

  private forget(metricKeys: readonly string[], alertKeys: readonly string[]): void {
    for (const key of metricKeys) this.parts.keeper.forget(key);
    this.parts.onGone(alertKeys);
  }

  start(): void {
    this.probeParts.start();
    this.scrapes.start();
    this.business.start();
  }

  async stop(): Promise<void> {
    await Promise.all([this.probeParts.stop(), this.scrapes.stop(), this.business.stop()]);
  }

  resumed(gapMs: number): void {
    this.probeParts.resumed(gapMs);
    this.scrapes.resumed(gapMs);
    this.business.resumed(gapMs);
  }

  /** Figures that nobody measures but that follow from what is known; called at each tick. */
  tick(nowMs: number): void {
    const { keeper } = this.parts;
    for (const { id } of this.context.store.databases.list()) {
      const proved = this.context.store.backups.newestProved(id);
      if (!proved) continue;
      const ageHours = (nowMs - Date.parse(proved.createdAt)) / HOUR_MS;
      keeper.record(metricKey('backup.age', id), Math.max(0, ageHours), nowMs);
    }
  }

  /** Takes one push of an application (OTLP in JSON). */
  take: OtlpReceiver['take'] = (body) => this.pushes.take(body);

  readings = () => this.parts.keeper.readings();
  metrics = (): MetricInfo[] => listMetrics(this.parts.keeper.known(), this.names());
  query = (query: MetricQuery) => this.parts.keeper.query(query);

  /** What people call the subject of a metric; null when it has none or was removed. */
  subjectLabel(key: string): string | null {
    const parsed = parseMetricKey(key);
    return parsed?.subject ? labelOf(parsed.name, parsed.subject, this.names()) : null;
  }

  events = (fromMs: number, toMs: number): ChartEvent[] =>
    chartEvents({ store: this.context.store, alerts: this.parts.alerts }, fromMs, toMs);

  async exportCsv(keys: string[], fromMs: number, toMs: number): Promise<string> {
    return toCsv(await this.parts.keeper.query({ keys, fromMs, toMs, points: CSV_ROWS }));
  }

  topProcesses: Monitoring['topProcesses'] = (by, count) => this.parts.machine.topProcesses(by, count);
  watch = (live: boolean): void => this.parts.machine.watch(live);

  probes = (): ProbeStatus[] => this.probeParts.list();
  saveProbe: Monitoring['saveProbe'] = (input) => this.probeParts.save(input);
  removeProbe = (id: string): void => this.probeParts.remove(id);
  tryProbe: Monitoring['tryProbe'] = (config) => this.probeParts.tryOnce(config);

  applications = (): ApplicationStatus[] => [...this.scrapes.list(), ...this.pushes.applications()];
  saveScrape: Monitoring['saveScrape'] = (input) => this.scrapes.save(input);
  removeScrape = (id: string): void => this.scrapes.remove(id);
  tryScrape: Monitoring['tryScrape'] = (config, token) => this.scrapes.tryOnce(config, token);

  businessMetrics = (): BusinessStatus[] => this.business.list();
  saveBusiness: Monitoring['saveBusiness'] = (input) => this.business.save(input);
  removeBusiness = (id: string): void => this.business.remove(id);
  runBusiness: Monitoring['runBusiness'] = (id) => this.business.runNow(id);
  businessRows: Monitoring['businessRows'] = (id) => this.business.rows(id);
  businessPresets: Monitoring['businessPresets'] = (databaseId) => this.business.presets(databaseId);
  tryQuery: Monitoring['tryQuery'] = (databaseId, sql) => this.business.tryQuery(databaseId, sql);

  endpoint = (): EndpointInfo => this.parts.endpoint();

  private names(): MetricNames {
    return {
      probes: this.probeParts.list(),
      business: this.business.list(),
      dataRules: this.parts.dataRules(),
      databases: this.context.store.databases.list(),
      scrapes: this.scrapes.list().flatMap(({ name, scrape }) => (scrape ? [{ id: scrape.id, name }] : [])),
    };
  }
}
