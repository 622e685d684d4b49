/** Reads the Prometheus text format 0.0.4 and OpenMetrics 1.0 piece by piece, in bounded memory. */
import { BrokenLine, readSample, type SampleLine } from './prometheus-line';

export const PROMETHEUS_LIMITS = {
  bytes: 8 * 1024 * 1024,
  lines: 400_000,
  lineLength: 16 * 1024,
  families: 20_000,
} as const;

const TYPES = [
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
  'untyped',
  'unknown',
] as const;
export type FamilyType = (typeof TYPES)[number];

/** The metric that a sample is a part of. */
export interface Family {
  name: string;
  type: FamilyType;
  /** As `# UNIT` says; empty otherwise. */
  unit: string;
}
export interface Sample extends SampleLine {
  family: Family;
}

/** The text cannot be read; nothing of it should be kept. */
export class UnreadableText extends Error {
  constructor(
    readonly line: number,
    readonly reason: string,
  ) {
    super(`line ${line}: ${reason}`);
  }
}

/** What may follow the name of a family in the names of its samples. */
const SUFFIXES: Partial<Record<FamilyType, readonly string[]>> = {
  counter: ['_total', '_created'],
  histogram: ['_bucket', '_sum', '_count', '_created'],
  gaugehistogram: ['_bucket', '_gsum', '_gcount'],
  summary: ['_sum', '_count', '_created'],
  info: ['_info'],
};
const SUFFIX = /_(?:total|created|bucket|sum|count|gsum|gcount|info)$/;
const DESCRIPTION = /^#[ \t]+(HELP|TYPE|UNIT)[ \t]+([a-zA-Z_:][a-zA-Z0-9_:]*)(?:[ \t]+(.*))?$/;

export class PrometheusReader {
  private readonly families = new Map<string, Family>();
  private rest = '';
  private line = 0;
  private ended = false;

  constructor(
    private readonly openMetrics: boolean,
    private readonly onSample: (sample: Sample) => void,
  ) {}

  /** Takes the next piece of the text, cut anywhere. Throws `UnreadableText`. */
  push(piece: string): void {
    const text = this.rest + piece;
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      this.read(text.slice(from, end));
      from = end + 1;
    }
    this.rest = text.slice(from);
    if (this.rest.length > PROMETHEUS_LIMITS.lineLength) throw this.unreadable('it is too long', 1);
  }

  /** The text is over. Throws `UnreadableText`. */
  end(): void {
    if (this.rest !== '') this.read(this.rest);
    this.rest = '';
    if (this.openMetrics && !this.ended) throw this.unreadable('the end mark “# EOF” is missing', 1);
  }

  private read(given: string): void {
    this.line++;
    const line = given.endsWith('\r') ? given.slice(0, -1) : given;
    if (this.line > PROMETHEUS_LIMITS.lines) throw this.unreadable('there are too many lines');
    if (line.length > PROMETHEUS_LIMITS.lineLength) throw this.unreadable('it is too long');
    if (this.ended) throw this.unreadable('it follows the end mark “# EOF”');
    const text = line.trim();
    if (text === '') return;
    if (text.startsWith('#')) {
      this.describe(text);
      return;
    }
    try {
      const sample = readSample(text, this.openMetrics);
      this.onSample({ ...sample, family: this.familyOf(sample.name) });
    } catch (thrown) {
      if (thrown instanceof BrokenLine) throw this.unreadable(thrown.message);
      throw thrown;
    }
  }

  private describe(line: string): void {
    if (this.openMetrics && line === '# EOF') {
      this.ended = true;
      return;
    }
    const [, keyword, name, text = ''] = DESCRIPTION.exec(line) ?? [];
    // Anything else that begins with # is a remark.
    if (keyword === undefined || name === undefined || keyword === 'HELP') return;
    let family = this.families.get(name);
    if (!family) {
      if (this.families.size >= PROMETHEUS_LIMITS.families) throw this.unreadable('there are too many metrics');
      family = { name, type: 'untyped', unit: '' };
      this.families.set(name, family);
    }
    if (keyword === 'UNIT') family.unit = text;
    else family.type = this.typeOf(text);
  }

  private typeOf(text: string): FamilyType {
    const type = TYPES.find((one) => one === text.trim());
    if (!type) throw this.unreadable('the type of the metric is not known');
    return type;
  }

  private familyOf(name: string): Family {
    const exact = this.families.get(name);
    if (exact) return exact;
    const suffix = SUFFIX.exec(name)?.[0];
    const family = suffix === undefined ? undefined : this.families.get(name.slice(0, -suffix.length));
    if (family && suffix !== undefined && SUFFIXES[family.type]?.includes(suffix)) return family;
    return { name, type: 'untyped', unit: '' };
  }

  private unreadable(reason: string, ahead = 0): UnreadableText {
    return new UnreadableText(this.line + ahead, reason);
  }
}
