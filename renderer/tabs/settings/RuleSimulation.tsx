import { Button, Group, Text } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import type { RuleConfig, Simulation } from '@shared/alerting';
import { type KnownMetrics, metricWords, unitOf } from '@/alerts/metric-words';
import { useKnownMetrics } from '@/alerts/queries';
import { valueWords } from '@/alerts/values';
import { call } from '@/api';
import { ErrorNotice } from '@/components/ErrorNotice';
import { usePending } from '@/components/usePending';
import { timeFormat } from '@/format/held';
import { coordinate } from '@/format/coordinate';
import { type Texts, useTexts } from '@/i18n';
import { SEVERITY_TONE } from '@/tone';
import classes from './settings.module.css';
import { resultWords } from './simulation-words';

/** Below this share of measured time a simulation says little. */
const LITTLE = 0.5;
const MOST_EPISODES = 5;
/** A day that began later than this before the end has no room for its name. */
const ROOM_MS = 16 * 3_600_000;

interface Outcome {
  /** The rule that was simulated, to see whether it was changed since. */
  of: string;
  simulation: Simulation | null;
  refused: unknown;
}

/** What the rule, as it is in the editor, would have done. `config` is null while the draft is no rule. */
export function RuleSimulation({ config, onIncomplete }: { config: RuleConfig | null; onIncomplete: () => void }) {
  const { t } = useTexts();
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [run, running] = usePending(async (tried: RuleConfig) => {
    const of = JSON.stringify(tried);
    try {
      setOutcome({ of, simulation: await call('rules:simulate', { config: tried }), refused: null });
    } catch (thrown) {
      setOutcome({ of, simulation: null, refused: thrown });
    }
  });
  const stale = outcome !== null && outcome.of !== JSON.stringify(config);
  return (
    <div className={classes.box} data-testid="simulation" data-stale={stale || undefined}>
      <Group justify="space-between" gap="sm">
        <Button
          variant="light"
          leftSection={<IconPlayerPlay size={15} aria-hidden />}
          loading={running}
          onClick={() => (config ? void run(config) : onIncomplete())}
          data-testid="simulate"
        >
          {t('rules.simulate')}
        </Button>
        <Text size="xs" c="dimmed" style={{ flex: '1 1 220px' }} role="status">
          {stale ? t('rules.simulateStale') : t('rules.simulateEffect')}
        </Text>
      </Group>
      {outcome?.refused != null && (
        <div style={{ marginTop: 10 }}>
          <ErrorNotice thrown={outcome.refused} />
        </div>
      )}
      {outcome?.simulation && config && (
        <div style={{ marginTop: 10, opacity: stale ? 0.6 : 1 }}>
          <Result simulation={outcome.simulation} />
        </div>
      )}
    </div>
  );
}

function Result({ simulation }: { simulation: Simulation }) {
  const texts = useTexts();
  const { t, format } = texts;
  const known = useKnownMetrics().data ?? [];
  const { episodes, covered } = simulation;
  const share = format.percent(covered);
  return (
    <>
      <Text fw={600} role="status" data-testid="simulation-result">
        {resultWords(simulation, t)}
      </Text>
      <Text size="xs" className={covered < LITTLE ? 'hf-tone-warn' : 'hf-tone-muted'} mb={6}>
        {covered < LITTLE ? t('rules.coveredLittle', { share }) : t('rules.covered', { share })}
      </Text>
      <Strip simulation={simulation} known={known} />
      <ul className={classes.list} style={{ marginTop: 4 }}>
        {episodes.slice(0, MOST_EPISODES).map((episode) => (
          <li key={`${episode.metric} ${episode.firedAtMs}`}>
            <Text size="xs" c="dimmed">
              {episodeWords(episode, known, texts)}
            </Text>
          </li>
        ))}
      </ul>
      {episodes.length > MOST_EPISODES && (
        <Text size="xs" c="dimmed">
          {t('rules.episodesMore', { count: episodes.length - MOST_EPISODES })}
        </Text>
      )}
    </>
  );
}

function episodeWords(episode: Simulation['episodes'][number], known: KnownMetrics, texts: Texts): string {
  const { t, shared, format } = texts;
  const { unit, unitLabel } = unitOf(episode.metric, known);
  const { firedAtMs, resolvedAtMs } = episode;
  const words = {
    severity: shared(`severity.${episode.severity}`),
    metric: metricWords(episode.metric, known, texts),
    from: format.stamp(new Date(firedAtMs).toISOString(), Date.now()),
    peak: valueWords(episode.peak, unit, texts, unitLabel),
  };
  if (resolvedAtMs === null) return t('rules.episodeOpen', words);
  return t('rules.episode', { ...words, time: format.shortDuration(resolvedAtMs - firedAtMs) });
}

/** The week with its alerts: one bar each, as long as it lasted and the higher the worse. */
function Strip({ simulation, known }: { simulation: Simulation; known: KnownMetrics }) {
  const texts = useTexts();
  const { t, format } = texts;
  const { fromMs, toMs, episodes } = simulation;
  const place = (ms: number): string => `${coordinate(((ms - fromMs) / (toMs - fromMs)) * 100, 2)}%`;
  const days = midnights(fromMs, toMs);
  const weekday = timeFormat(format.locale, { weekday: 'short', day: 'numeric' });
  const iso = (ms: number): string => new Date(ms).toISOString();
  return (
    <>
      <div
        className={classes.strip}
        role="img"
        aria-label={t('rules.strip', { from: format.exact(iso(fromMs)), to: format.exact(iso(toMs)) })}
      >
        {days.map((ms) => (
          <span key={ms} className={classes.stripDay} style={{ insetInlineStart: place(ms) }} />
        ))}
        {episodes.map((episode) => (
          <span
            key={`${episode.metric} ${episode.firedAtMs}`}
            className={`${classes.episode} hf-tone-${SEVERITY_TONE[episode.severity]}`}
            data-severity={episode.severity}
            title={episodeWords(episode, known, texts)}
            style={{
              insetInlineStart: place(episode.firedAtMs),
              width: `${coordinate((((episode.resolvedAtMs ?? toMs) - episode.firedAtMs) / (toMs - fromMs)) * 100, 2)}%`,
            }}
          />
        ))}
      </div>
      <div className={classes.stripScale} aria-hidden>
        {days
          .filter((ms) => toMs - ms > ROOM_MS)
          .map((ms) => (
            <span key={ms} style={{ insetInlineStart: place(ms) }}>
              {weekday.format(ms)}
            </span>
          ))}
      </div>
    </>
  );
}

/** Local midnights in a span: days of 23 and 25 hours count as days. */
function midnights(fromMs: number, toMs: number): number[] {
  const start = new Date(fromMs);
  const found: number[] = [];
  for (let day = 1; ; day += 1) {
    const at = new Date(start.getFullYear(), start.getMonth(), start.getDate() + day).getTime();
    if (at >= toMs) return found;
    found.push(at);
  }
}
