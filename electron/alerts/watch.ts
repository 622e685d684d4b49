/** What a key stands for: how it is judged, and what an alert about it says. */
import type { AlertSource } from '@shared/alerting';
import type { Severity } from '@shared/errors';
import type { Place } from '@shared/ipc';
import type { MetricUnit } from '@shared/metrics';
import type { MachineConfig } from './machine';

export interface Description {
  source: AlertSource;
  titleKey: string;
  /** Titles while only this is known: no values, or no way to get at them. */
  troubleTitles: { 'no-data': string; error: string };
  params: Record<string, string | number>;
  unit: MetricUnit;
  group: string;
  place: Place;
  dependsOn: readonly string[];
  channelIds: readonly string[] | null;
  /** What was evaluated, for the story: window, for. */
  evaluated: Record<string, string | number>;
}

export interface Watch {
  key: string;
  machine: MachineConfig;
  /** Of each level. */
  severities: readonly Severity[];
  thresholds: readonly (number | null)[];
  /** Asked only when there is something to say: most keys are well. */
  describe(): Description;
}
