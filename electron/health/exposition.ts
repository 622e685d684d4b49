/**
 * Writes the Prometheus text format 0.0.4. By hand: the totals are counted elsewhere already, and a client library
 * takes histograms only one observation at a time.
 */
import type { Histogram } from '../metrics/types';

export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

type Labels = Readonly<Record<string, string>>;

export class Exposition {
  private readonly lines: string[] = [];

  /** Values that go up and down. A value of null is not told. */
  gauge(name: string, help: string, samples: readonly (readonly [labels: Labels, value: number | null])[]): void {
    this.family(name, 'gauge', help, samples);
  }

  /** Totals that only grow; their names end in `_total`. */
  counter(name: string, help: string, samples: readonly (readonly [labels: Labels, value: number])[]): void {
    this.family(name, 'counter', help, samples);
  }

  histogram(name: string, help: string, samples: readonly (readonly [labels: Labels, histogram: Histogram])[]): void {
    if (samples.length === 0) return;
    this.describe(name, 'histogram', help);
    for (const [labels, { bounds, counts, sum }] of samples) {
      let below = 0;
      for (const [i, count] of counts.entries()) {
        below += count;
        const bound = bounds[i];
        this.sample(`${name}_bucket`, { ...labels, le: bound === undefined ? '+Inf' : number(bound) }, below);
      }
      this.sample(`${name}_sum`, labels, sum);
      this.sample(`${name}_count`, labels, below);
    }
  }

  toString(): string {
    return this.lines.join('');
  }

  private family(
    name: string,
    type: string,
    help: string,
    samples: readonly (readonly [labels: Labels, value: number | null])[],
  ): void {
    if (samples.every(([, value]) => value === null)) return;
    this.describe(name, type, help);
    for (const [labels, value] of samples) if (value !== null) this.sample(name, labels, value);
  }

  private describe(name: string, type: string, help: string): void {
    this.lines.push(`# HELP ${name} ${escaped(help)}\n# TYPE ${name} ${type}\n`);
  }

  private sample(name: string, labels: Labels, value: number): void {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text).replaceAll('"', '\\"')}"`);
    this.lines.push(`${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${number(value)}\n`);
  }
}

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

function number(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
