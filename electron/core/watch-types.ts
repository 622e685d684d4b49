/** What the window and the endpoint ask of monitoring and of alerts: parts of the `Core` facade. */
import type {
  AlertEvent,
  AlertRule,
  AlertView,
  ChannelInput,
  ChannelStatus,
  Delivery,
  RuleConfig,
  RuleInput,
  Simulation,
} from '@shared/alerting';
import type { ChartEvent, MetricAnswer, MetricInfo, MetricQuery, MetricReading, TopProcess } from '@shared/metrics';
import type { EndpointInfo } from '@shared/models';
import type {
  ApplicationStatus,
  BusinessConfig,
  BusinessInput,
  BusinessStatus,
  ProbeConfig,
  ProbeInput,
  ProbeResult,
  ProbeStatus,
  QueryResult,
  ScrapeConfig,
  ScrapeInput,
} from '@shared/monitoring';

/** Unknown ids are `ITEM_UNKNOWN`. */
export interface Monitoring {
  readings(): MetricReading[];
  metrics(): MetricInfo[];
  query(query: MetricQuery): Promise<MetricAnswer>;
  events(fromMs: number, toMs: number): ChartEvent[];
  /** CSV of the courses, one row a bucket. */
  exportCsv(keys: string[], fromMs: number, toMs: number): Promise<string>;
  topProcesses(by: 'cpu' | 'memory', count: number): Promise<TopProcess[]>;
  /** A sample a second while somebody looks at live charts. */
  watch(live: boolean): void;

  probes(): ProbeStatus[];
  saveProbe(input: ProbeInput): ProbeStatus;
  removeProbe(id: string): void;
  tryProbe(config: ProbeConfig): Promise<ProbeResult>;

  applications(): ApplicationStatus[];
  saveScrape(input: ScrapeInput): ApplicationStatus;
  removeScrape(id: string): void;
  tryScrape(
    config: ScrapeConfig,
    token: string | null,
  ): Promise<{ series: number; sample: { series: string; value: number }[] }>;

  businessMetrics(): BusinessStatus[];
  saveBusiness(input: BusinessInput): BusinessStatus;
  removeBusiness(id: string): void;
  runBusiness(id: string): Promise<BusinessStatus>;
  businessRows(id: string): Promise<QueryResult>;
  businessPresets(databaseId: string): Promise<BusinessConfig[]>;
  tryQuery(databaseId: string, sql: string): Promise<QueryResult>;

  endpoint(): EndpointInfo;
}

/** Unknown ids are `ITEM_UNKNOWN`. */
export interface Alerting {
  alerts(includeResolved: boolean): AlertView[];
  timeline(alertId: string): AlertEvent[];
  acknowledge(alertId: string): void;
  /** Null ends the snooze. */
  snooze(alertId: string, minutes: number | null): void;
  /** Null ends the pause. */
  pause(minutes: number | null): void;
  rules(): AlertRule[];
  saveRule(input: RuleInput): AlertRule;
  removeRule(id: string): void;
  simulate(config: RuleConfig): Promise<Simulation>;
  channels(): ChannelStatus[];
  saveChannel(input: ChannelInput): ChannelStatus;
  removeChannel(id: string): void;
  testChannel(id: string): Promise<Delivery>;
  deliveries(channelId?: string): Delivery[];
}
