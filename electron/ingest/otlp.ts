/** Takes the metrics that applications push: OTLP over HTTP, in JSON. */
import type { ApplicationStatus } from '@shared/monitoring';
import type { MetricSink } from '../metrics/types';
import { Application, type Batch, FORGOTTEN_AFTER_MS } from './application';
import { parseJsonInSlices } from './json-slices';
import { applicationName, type Labels, shorten } from './labels';
import { fieldsOf, isFields, labelsIn, listOf } from './otlp-json';
import { type PointResult, pointsOf } from './otlp-points';
import { Pacer } from './pacer';

/** Applications whose series are kept; data of more are left out. */
export const MOST_APPLICATIONS = 50;
/** Exporters send every minute: an application that missed some of them is silent. */
const SILENT_AFTER_MS = 5 * 60_000;
/** A silent application is shown so long, unless its place is needed. */
const SHOWN_FOR_MS = 24 * 3_600_000;
const INVALID_ARGUMENT = 3;

/** What is answered: the status, and the body as JSON. */
export interface IngestAnswer {
  status: 200 | 400;
  body: object;
}

export interface OtlpReceiver {
  /** Takes one `ExportMetricsServiceRequest`. */
  take(body: Buffer): Promise<IngestAnswer>;
  /** The applications that push, by name. */
  applications(): ApplicationStatus[];
}

export interface OtlpParts {
  sink: MetricSink;
  clock: { nowMs(): number };
  /** An application came that was not known. */
  onChange?: () => void;
}

type Rejected = Partial<Record<PointResult, number>>;

export function createOtlpReceiver(parts: OtlpParts): OtlpReceiver {
  const applications = new Map<string, Application>();
  const sinceMs = parts.clock.nowMs();

  function find(name: string, nowMs: number): Application | null {
    const known = applications.get(name);
    if (known) return known;
    for (const [other, { lastAtMs }] of applications) {
      const silentMs = Math.abs(nowMs - (lastAtMs ?? nowMs));
      const needed = applications.size >= MOST_APPLICATIONS && silentMs > FORGOTTEN_AFTER_MS;
      if (needed || silentMs > SHOWN_FOR_MS) applications.delete(other);
    }
    if (applications.size >= MOST_APPLICATIONS) return null;
    const application = new Application(name, parts.sink, sinceMs);
    applications.set(name, application);
    parts.onChange?.();
    return application;
  }

  /** Takes all of one resource: one process of one application. */
  async function takeResource(resourceMetrics: unknown, rejected: Rejected, pacer: Pacer): Promise<void> {
    const { resource, scopeMetrics } = fieldsOf(resourceMetrics);
    const labels = labelsIn(fieldsOf(resource)['attributes']);
    const nowMs = parts.clock.nowMs();
    const application = find(applicationName(valueOf(labels, 'service.name')), nowMs);
    const batch = application?.batch(instanceOf(labels), nowMs) ?? null;
    for (const scope of listOf(scopeMetrics)) {
      for (const metric of listOf(fieldsOf(scope)['metrics'])) {
        if (pacer.due) await pacer.rest();
        await takeMetric(metric, batch, rejected, pacer);
      }
    }
    batch?.end();
  }

  return {
    async take(body) {
      const pacer = new Pacer();
      const request = await parseJsonInSlices(body.toString('utf8'), pacer).catch((thrown: unknown) => thrown);
      if (request instanceof SyntaxError) return refusal(`the body is not JSON: ${request.message}`);
      if (request instanceof Error) throw request;
      const list = isFields(request) ? (request['resourceMetrics'] ?? []) : null;
      if (!Array.isArray(list))
        return refusal('the body is no ExportMetricsServiceRequest: resourceMetrics is not a list');
      const rejected: Rejected = {};
      for (const resourceMetrics of list) await takeResource(resourceMetrics, rejected, pacer);
      return { status: 200, body: answerTo(rejected) };
    },
    applications() {
      const nowMs = parts.clock.nowMs();
      return [...applications.values()]
        .map((application) => statusOf(application, nowMs))
        .toSorted((a, b) => a.name.localeCompare(b.name));
    },
  };
}

async function takeMetric(metric: unknown, batch: Batch | null, rejected: Rejected, pacer: Pacer): Promise<void> {
  const count = (result: PointResult): void => {
    rejected[result] = (rejected[result] ?? 0) + 1;
  };
  const found = pointsOf(metric);
  if (!found) {
    count('unreadable');
    return;
  }
  for (const data of found.points) {
    if (pacer.due) await pacer.rest();
    count(batch ? found.take(batch, data) : 'left-out');
  }
}

const valueOf = (labels: Labels, wanted: string): string => labels.find(([name]) => name === wanted)?.[1] ?? '';

/** Tells the processes of one application apart, as far as they say who they are. */
function instanceOf(labels: Labels): string {
  const id = valueOf(labels, 'service.instance.id');
  const parts = id === '' ? [valueOf(labels, 'host.name'), valueOf(labels, 'process.pid')] : [id];
  return shorten(parts.join('/'), 128);
}

const REASONS: [result: PointResult, reason: string][] = [
  ['left-out', 'over the limits of series and applications, or with names that are too long'],
  ['unsupported', 'of a kind that is not taken (summaries)'],
  ['overlapping', 'of a second process that sends the same series: give each a service.instance.id'],
  ['unreadable', 'unreadable'],
];

function answerTo(rejected: Rejected): object {
  const told = REASONS.flatMap(([result, reason]) => {
    const count = rejected[result] ?? 0;
    return count > 0 ? [{ count, text: `${count} ${reason}` }] : [];
  });
  if (told.length === 0) return {};
  const rejectedDataPoints = String(told.reduce((sum, { count }) => sum + count, 0));
  return { partialSuccess: { rejectedDataPoints, errorMessage: told.map(({ text }) => text).join('; ') } };
}

const refusal = (message: string): IngestAnswer => ({ status: 400, body: { code: INVALID_ARGUMENT, message } });

function statusOf(application: Application, nowMs: number): ApplicationStatus {
  application.forget(nowMs);
  const { name, lastAtMs, size, leftOut } = application;
  const silent = lastAtMs === null || nowMs - lastAtMs > SILENT_AFTER_MS;
  return { name, scrape: null, state: silent ? 'silent' : 'receiving', lastAtMs, series: size, leftOut, error: null };
}
