/** The series of one scrape: collected while the text is read, told to the application only when all of it was read. */
import type { Histogram } from '../metrics/types';
import type { Application, Batch, Point } from './application';
import { type Labels, seriesSubject } from './labels';
import type { Sample } from './prometheus-text';
import { MOST_BUCKETS, type Totals } from './totals';

/** Series that are left out are counted up to this. */
const MOST_LEFT_OUT = 10_000;

/** Counts by upper bound, as they stand in the text: each includes the ones before it. */
interface Buckets {
  counts: Map<number, number>;
  sum: number | null;
  count: number | null;
}
type Content = { kind: 'value' | 'total'; value: number } | { kind: 'buckets'; buckets: Buckets; factor: number };
interface Collected {
  point: Point;
  content: Content;
}

/** A series as it is shown when an address is tried. A histogram is shown by its count. */
export interface ShownSeries {
  series: string;
  value: number;
}

export class ScrapedSeries {
  private readonly collected = new Map<string, Collected>();
  /** Series for which there is no room. Buckets of one histogram are one series. */
  private readonly without = new Set<string>();
  private fresh = 0;

  constructor(
    private readonly application: Application,
    /** Of the names of series; empty for all. */
    private readonly prefixes: readonly string[],
  ) {}

  get size(): number {
    return this.collected.size;
  }
  get leftOut(): number {
    return this.without.size;
  }

  add(sample: Sample): void {
    const { name, value, family } = sample;
    if (this.prefixes.length > 0 && !this.prefixes.some((prefix) => name.startsWith(prefix))) return;
    switch (family.type) {
      case 'gauge':
      case 'stateset':
        this.plain(sample, 'value');
        return;
      case 'counter':
        if (!isCreated(sample)) this.plain(sample, 'total');
        return;
      case 'untyped':
      case 'unknown':
        // The name is all there is to go by.
        this.plain(sample, name.endsWith('_total') ? 'total' : 'value');
        return;
      case 'summary':
        // Percentiles are not kept: those of several processes, or of several minutes, cannot be put together.
        if (name !== family.name && !isCreated(sample)) this.plain(sample, 'total');
        return;
      case 'histogram':
        if (!isCreated(sample) && Number.isFinite(value)) this.bucket(sample);
        return;
      case 'gaugehistogram':
      case 'info':
        return;
    }
  }

  /** Tells the application all of it. */
  tell(batch: Batch): void {
    for (const { point, content } of this.collected.values()) {
      if (content.kind === 'buckets') batch.total(point, totalsOf(content.buckets), content.factor);
      else if (content.kind === 'total') batch.total(point, { kind: 'number', value: content.value });
      else batch.value(point, content.value);
    }
    batch.leftOut += this.leftOut;
  }

  /** The first `most` series, as they are in the text. */
  shown(most: number): ShownSeries[] {
    return [...this.collected].slice(0, most).map(([subject, { content }]) => ({
      series: subject.slice(this.application.name.length + 1),
      value: content.kind === 'buckets' ? (content.buckets.count ?? 0) : content.value,
    }));
  }

  private plain({ name, labels, value, atMs }: Sample, kind: 'value' | 'total'): void {
    if (!Number.isFinite(value) || (kind === 'total' && value < 0)) return;
    const content: Content = { kind, value };
    const entry = this.entry(name, labels, atMs, () => content);
    if (entry) entry.content = content;
  }

  private bucket({ name, labels, value, atMs, family }: Sample): void {
    const own = labels.filter(([label]) => label !== 'le');
    const factor = family.unit === 'milliseconds' || family.name.endsWith('_milliseconds') ? 1e-3 : 1;
    const entry = this.entry(family.name, own, atMs, () => ({
      kind: 'buckets',
      buckets: { counts: new Map(), sum: null, count: null },
      factor,
    }));
    if (entry?.content.kind !== 'buckets') return;
    const { buckets } = entry.content;
    if (name.endsWith('_sum')) buckets.sum = value;
    else if (name.endsWith('_count')) buckets.count = value;
    else if (name.endsWith('_bucket')) {
      const le = labels.find(([label]) => label === 'le')?.[1];
      const bound = le === undefined || le === '' ? Number.NaN : /^\+?inf$/i.test(le) ? Infinity : Number(le);
      if (!Number.isNaN(bound) && buckets.counts.size < MOST_BUCKETS) buckets.counts.set(bound, value);
    }
  }

  private entry(name: string, labels: Labels, atMs: number | null, make: () => Content): Collected | null {
    const subject = seriesSubject(this.application.name, name, labels);
    const known = subject === null ? undefined : this.collected.get(subject);
    if (known) return known;
    if (subject === null || !this.application.hasRoomFor(subject, this.fresh)) {
      if (this.without.size < MOST_LEFT_OUT) this.without.add(subject ?? name);
      return null;
    }
    if (!this.application.knows(subject)) this.fresh++;
    const entry: Collected = { point: { name, labels, atMs, startMs: null }, content: make() };
    this.collected.set(subject, entry);
    return entry;
  }
}

const isCreated = ({ name, family }: Sample): boolean => name === `${family.name}_created`;

/** Counts of each bucket by itself. What is over in `_count` lies above all bounds. */
function totalsOf({ counts: cumulative, sum, count }: Buckets): Totals {
  const ascending = [...cumulative].toSorted(([a], [b]) => a - b);
  const finite = ascending.filter(([bound]) => Number.isFinite(bound));
  const all = cumulative.get(Infinity) ?? count ?? finite.at(-1)?.[1] ?? 0;
  let before = 0;
  const counts = [...finite.map(([, below]) => below), all].map((below) => {
    // Buckets that are read one after the other while requests go on may fall behind each other.
    const own = Math.max(0, below - before);
    before = Math.max(before, below);
    return own;
  });
  const histogram: Histogram = { bounds: finite.map(([bound]) => bound), counts, sum: sum ?? 0 };
  return { kind: 'histogram', histogram };
}
