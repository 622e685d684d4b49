/** The rules that are kept, and the keys they watch now. */
import { randomUUID } from 'node:crypto';
import type { AlertRule, RuleConfig, RuleInput } from '@shared/alerting';
import { type MetricName, parseMetricKey } from '@shared/metrics';
import { z } from 'zod';
import { holdfastError } from '../errors/holdfast-error';
import type { MetricKeeper } from '../metrics/types';
import type { Store } from '../store/open';
import { DEFAULT_RULES } from './default-rules';
import { isoOf, type Now } from './record';
import { keysOfRule, requireRule, type RuleWatch, watchOfRule } from './rules';

const PRESETS = 'alerts.presets';
/** Metrics come and go slowly: a disk, an application. */
const KNOWN_FOR_MS = 30_000;

export interface RuleBookOptions {
  store: { rules: Store['alertRules']; facts: Store['facts']; atomically: Store['atomically'] };
  keeper: Pick<MetricKeeper, 'known'>;
  clock: { nowMs(): number };
  subjectLabel(key: string): string | null;
}

export class RuleBook {
  private rules: AlertRule[];
  private known = new Map<MetricName, string[]>();
  private watched: RuleWatch[] = [];
  private watchedUntilMonoMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: RuleBookOptions) {
    this.addPresets();
    this.rules = options.store.rules.list();
  }

  /** The rules that come with Holdfast first, in their order. */
  list = (): AlertRule[] =>
    this.rules
      .toSorted((a, b) => placeOf(a) - placeOf(b))
      .map((rule) => {
        const initialConfig = DEFAULT_RULES.find(({ preset }) => preset === rule.config.preset);
        return initialConfig ? { ...rule, initialConfig } : rule;
      });

  /** What every enabled rule watches. */
  watches(now: Now): readonly RuleWatch[] {
    if (now.monoMs < this.watchedUntilMonoMs) return this.watched;
    this.lookAround(now);
    const subjectLabel = (key: string) => this.options.subjectLabel(key);
    const before = new Map(this.watched.map((watch) => [watch.key, watch]));
    this.watched = this.rules
      .filter(({ config }) => config.enabled)
      .flatMap((rule) => keysOfRule(rule.config, this.known).map((key) => watchOfRule(rule, key, subjectLabel)))
      .map((watch) => (before.get(watch.key)?.config === watch.config ? (before.get(watch.key) ?? watch) : watch));
    return this.watched;
  }

  /** The keys a rule stands for now. @throws INVALID_INPUT */
  keysOf(config: RuleConfig, now: Now): readonly string[] {
    const rule = requireRule(config, null, []);
    this.lookAround(now);
    return keysOfRule(rule, this.known);
  }

  /** `judgedAnew`: alerts of it so far do not belong to what it is now. @throws ITEM_UNKNOWN, INVALID_INPUT */
  save({ id, config }: RuleInput, now: Now): { rule: AlertRule; judgedAnew: boolean } {
    const before = id === undefined ? null : this.mustGet(id);
    const rule: AlertRule = { id: id ?? randomUUID(), config: requireRule(config, id ?? null, this.rules) };
    this.options.store.rules.save(rule, isoOf(now.wallMs));
    this.changed();
    return { rule, judgedAnew: before !== null && !judgesAlike(before.config, rule.config) };
  }

  /** @throws ITEM_UNKNOWN */
  remove(id: string): void {
    this.mustGet(id);
    this.options.store.rules.remove(id);
    this.changed();
  }

  private changed(): void {
    this.rules = this.options.store.rules.list();
    this.watchedUntilMonoMs = Number.NEGATIVE_INFINITY;
  }

  private mustGet(id: string): AlertRule {
    const found = this.rules.find((rule) => rule.id === id);
    if (!found) throw holdfastError('ITEM_UNKNOWN', { params: { id } });
    return found;
  }

  private lookAround(now: Now): void {
    this.watchedUntilMonoMs = now.monoMs + KNOWN_FOR_MS;
    this.known = new Map();
    for (const { key } of this.options.keeper.known()) {
      const name = parseMetricKey(key)?.name;
      if (!name) continue;
      const keys = this.known.get(name);
      if (keys) keys.push(key);
      else this.known.set(name, [key]);
    }
  }

  /** Each rule that comes with Holdfast is added once: one that was deleted stays away. */
  private addPresets(): void {
    const { store, clock } = this.options;
    const added = new Set(store.facts.read(PRESETS, z.array(z.string())) ?? []);
    const missing = DEFAULT_RULES.filter(({ preset }) => !added.has(preset));
    if (missing.length === 0) return;
    store.atomically(() => {
      for (const config of missing) store.rules.save({ id: randomUUID(), config }, isoOf(clock.nowMs()));
      store.facts.write(PRESETS, [...added, ...missing.map(({ preset }) => preset)]);
    });
  }
}

function judgesAlike(before: RuleConfig, after: RuleConfig): boolean {
  const judged = ({ enabled, metric, aggregate, windowSeconds, direction, levels }: RuleConfig) =>
    JSON.stringify([enabled, metric, aggregate, windowSeconds, direction, levels]);
  return judged(before) === judged(after);
}

function placeOf({ config: { preset } }: AlertRule): number {
  const place = DEFAULT_RULES.findIndex((rule) => rule.preset === preset);
  return place < 0 ? DEFAULT_RULES.length : place;
}
