import { type ReactNode, useSyncExternalStore } from 'react';
import { type Texts, useTexts } from '@/i18n';
import { summaryOf } from './course';
import type { Plot } from './plot';

/** A live chart says its figures anew this often: people who listen are not told every second. */
const SPEAK_EVERY = 5;

/** Gives what a chart shows as a sentence a line: lowest, average and highest. */
export function SpokenChart({
  plot,
  title,
  children,
}: {
  plot: Plot;
  title: string;
  children: (label: string) => ReactNode;
}) {
  const texts = useTexts();
  const version = (): number => (plot.moves ? Math.floor(plot.version() / SPEAK_EVERY) : -plot.version());
  useSyncExternalStore(plot.subscribe, version);
  return children(spokenText(plot, title, texts));
}

/** Day and time of day of a moment. */
export const stampOf = (ms: number, { format }: Texts): string => format.stamp(new Date(ms).toISOString(), Date.now());

/** What a chart shows, in sentences. */
export function spokenText(plot: Plot, title: string, texts: Texts): string {
  const { t, format } = texts;
  const { window, lines, unit, unitLabel } = plot.content;
  const head = t('performance.chart.spoken', {
    title,
    from: stampOf(window.fromMs, texts),
    to: stampOf(window.toMs, texts),
  });
  const figures = lines
    .filter(({ past }) => !past)
    .flatMap(({ name, course }) => {
      const summary = summaryOf(course, window);
      if (!summary) return [];
      const value = (number: number): string => format.metric(number, unit, unitLabel);
      return [
        t('performance.chart.spokenLine', {
          name,
          min: value(summary.min),
          avg: value(summary.avg),
          max: value(summary.max),
        }),
      ];
    });
  const gaps = plot.hatched.length > 0 ? [t('performance.chart.spokenGaps', { count: plot.hatched.length })] : [];
  return [head, ...figures, ...gaps].join(' ');
}
