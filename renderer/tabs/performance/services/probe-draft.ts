/** A probe while it is being edited: text in every field. */
import type { Severity } from '@shared/errors';
import type { ProbeConfig } from '@shared/monitoring';
import { hostName, httpUrl, shortName, statusList, wholeNumber } from '../forms/fields';

type DnsRecord = Extract<ProbeConfig, { kind: 'dns' }>['record'];
export const DNS_RECORDS = ['A', 'AAAA', 'CNAME', 'MX', 'TXT', 'NS'] as const satisfies readonly DnsRecord[];
export const PROBE_KINDS = ['http', 'tcp', 'dns'] as const satisfies readonly ProbeConfig['kind'][];

export interface ProbeDraft {
  kind: ProbeConfig['kind'];
  name: string;
  enabled: boolean;
  url: string;
  method: 'GET' | 'HEAD';
  expectedStatus: string;
  expectedText: string;
  certificateDays: string;
  host: string;
  port: string;
  record: DnsRecord;
  intervalSeconds: string;
  timeoutSeconds: string;
  failuresOfThree: number;
  severity: Severity;
}

export const NEW_PROBE: ProbeDraft = {
  kind: 'http',
  name: '',
  enabled: true,
  url: 'https://',
  method: 'GET',
  expectedStatus: '2xx',
  expectedText: '',
  certificateDays: '14',
  host: '',
  port: '',
  record: 'A',
  intervalSeconds: '60',
  timeoutSeconds: '10',
  failuresOfThree: 2,
  severity: 'HIGH',
};

export function draftOf(config: ProbeConfig): ProbeDraft {
  const { name, enabled, failuresOfThree, severity, intervalSeconds, timeoutMs } = config;
  const common = {
    ...NEW_PROBE,
    name,
    enabled,
    failuresOfThree,
    severity,
    intervalSeconds: String(intervalSeconds),
    timeoutSeconds: String(timeoutMs / 1000),
  };
  switch (config.kind) {
    case 'http': {
      const { kind, url, method, expectedStatus, expectedText, certificateDays } = config;
      return { ...common, kind, url, method, expectedStatus, expectedText, certificateDays: String(certificateDays) };
    }
    case 'tcp':
      return { ...common, kind: 'tcp', host: config.host, port: String(config.port) };
    case 'dns': {
      const { kind, host, record, expectedText } = config;
      return { ...common, kind, host, record, expectedText };
    }
  }
}

export type ProbeFault = 'name' | 'url' | 'status' | 'certificate' | 'host' | 'port' | 'interval' | 'timeout';

/** The probe that a draft describes; null, and what is wrong, when it does not describe one. */
export function readProbeDraft(draft: ProbeDraft): { config: ProbeConfig | null; faults: Set<ProbeFault> } {
  const faults = new Set<ProbeFault>();
  const need = <T>(value: T | null, fault: ProbeFault, instead: T): T => {
    if (value === null) faults.add(fault);
    return value ?? instead;
  };
  const timeoutMs = Math.round(Number(draft.timeoutSeconds.replace(',', '.')) * 1000);
  const common = {
    name: need(shortName(draft.name) ?? nameFrom(draft), 'name', ''),
    enabled: draft.enabled,
    intervalSeconds: need(wholeNumber(draft.intervalSeconds, 10, 86_400), 'interval', 0),
    timeoutMs: need(timeoutMs >= 100 && timeoutMs <= 60_000 ? timeoutMs : null, 'timeout', 0),
    failuresOfThree: draft.failuresOfThree,
    severity: draft.severity,
  };
  const config = ((): ProbeConfig => {
    switch (draft.kind) {
      case 'http':
        return {
          kind: 'http',
          ...common,
          url: need(httpUrl(draft.url), 'url', ''),
          method: draft.method,
          expectedStatus: need(statusList(draft.expectedStatus), 'status', ''),
          expectedText: draft.expectedText,
          certificateDays: need(wholeNumber(draft.certificateDays, 0, 365), 'certificate', 0),
        };
      case 'tcp':
        return {
          kind: 'tcp',
          ...common,
          host: need(hostName(draft.host), 'host', ''),
          port: need(wholeNumber(draft.port, 1, 65_535), 'port', 0),
        };
      case 'dns':
        return {
          kind: 'dns',
          ...common,
          host: need(hostName(draft.host), 'host', ''),
          record: draft.record,
          expectedText: draft.expectedText,
        };
    }
  })();
  return { config: faults.size === 0 ? config : null, faults };
}

/** A name for a probe that was given none: its host. */
export function nameFrom({ kind, url, host }: Pick<ProbeDraft, 'kind' | 'url' | 'host'>): string | null {
  const from = kind === 'http' ? (httpUrl(url) ? new URL(url.trim()).host : '') : host;
  return shortName(from.slice(0, 80));
}

/** What a probe asks: an address, a port, a record. */
export function probeTarget(config: ProbeConfig): string {
  switch (config.kind) {
    case 'http':
      return config.url;
    case 'tcp':
      return `${config.host}:${config.port}`;
    case 'dns':
      return `${config.host} ${config.record}`;
  }
}
