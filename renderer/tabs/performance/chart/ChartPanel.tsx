import { ActionIcon, Group, Menu, Skeleton, Text, Tooltip, useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { IconArrowsDiagonal, IconArrowsDiagonalMinimize2, IconDownload } from '@tabler/icons-react';
import { type ReactNode, useRef, useState } from 'react';
import type { ChartEvent } from '@shared/metrics';
import { ErrorNotice } from '@/components/ErrorNotice';
import panel from '@/components/Panel.module.css';
import { useTexts } from '@/i18n';
import { useVisible } from '../visible';
import classes from './chart.module.css';
import { EmptyChart } from './EmptyChart';
import { exportCsv, exportPng } from './export';
import { Legend } from './Legend';
import type { ChartSpec } from './spec';
import { keysOf } from './spec';
import { SpokenChart, stampOf } from './SpokenChart';
import { TimeChart } from './TimeChart';
import { usePlot } from './use-plot';

const HEIGHT = 188;
const WIDE_HEIGHT = 380;

interface Props {
  /** Keep its identity while the chart is about the same. */
  spec: ChartSpec;
  events: readonly ChartEvent[];
  /** Chooses what the chart is about. */
  picker?: ReactNode;
  /** Figures that have no line, beside the legend. */
  note?: ReactNode;
}

/** One chart: title, choice, legend, picture, and ways to take it out. */
export function ChartPanel({ spec, events, picker, note }: Props) {
  const texts = useTexts();
  const { t } = texts;
  const root = useRef<HTMLElement>(null);
  const visible = useVisible(root);
  const { ref: body, width } = useElementSize();
  const [wide, setWide] = useState(false);
  const { plot, state, thrown, retry, sinceMs } = usePlot(spec, events, width, visible);
  const height = wide ? WIDE_HEIGHT : HEIGHT;
  const titleId = `chart-${spec.id}`;
  const sinceText = sinceMs === null ? null : t('performance.chart.since', { time: stampOf(sinceMs, texts) });
  return (
    <section
      ref={root}
      className={`${panel['panel']} ${wide ? classes.wide : ''}`}
      aria-labelledby={titleId}
      data-testid={`chart-${spec.id}`}
      data-state={state}
    >
      <Group justify="space-between" wrap="nowrap" mih={28} gap="xs">
        <h2 id={titleId} className={classes.title}>
          {spec.title}
        </h2>
        <Group gap={4} wrap="nowrap" style={{ flexShrink: 0 }}>
          {picker}
          <ExportMenu spec={spec} plot={plot} disabled={state !== 'ready'} />
          <Tooltip label={t(wide ? 'performance.chart.narrow' : 'performance.chart.widen')}>
            <ActionIcon
              size="sm"
              aria-label={t(wide ? 'performance.chart.narrow' : 'performance.chart.widen')}
              aria-pressed={wide}
              onClick={() => setWide(!wide)}
            >
              {wide ? <IconArrowsDiagonalMinimize2 size={15} /> : <IconArrowsDiagonal size={15} />}
            </ActionIcon>
          </Tooltip>
        </Group>
      </Group>
      <div className={classes.legendRow}>
        <Legend plot={plot} brief={note !== undefined} />
        {note !== undefined && (
          <Text size="xs" c="dimmed" component="div" className={classes.note}>
            {note}
          </Text>
        )}
      </div>
      <div ref={body} className={classes.body} style={{ minHeight: height }}>
        {thrown !== null ? (
          <ErrorNotice thrown={thrown} context={{ retry }} />
        ) : state === 'loading' ? (
          // an animation costs frames even where it is scrolled away
          <Skeleton height={height - 34} mt={12} mb={22} animate={visible} aria-busy={visible} />
        ) : (
          <SpokenChart plot={plot} title={spec.title}>
            {(label) => <TimeChart id={spec.id} plot={plot} label={label} height={height} sinceText={sinceText} />}
          </SpokenChart>
        )}
        {thrown === null && state === 'empty' && <EmptyChart />}
      </div>
    </section>
  );
}

function ExportMenu({
  spec,
  plot,
  disabled,
}: {
  spec: ChartSpec;
  plot: Parameters<typeof exportCsv>[1];
  disabled: boolean;
}) {
  const texts = useTexts();
  const { t } = texts;
  const scheme = useComputedColorScheme('light');
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon
          size="sm"
          disabled={disabled}
          aria-label={t('performance.export.of', { chart: spec.title })}
          data-testid={`export-${spec.id}`}
        >
          <IconDownload size={15} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void exportCsv(keysOf(spec), plot, texts)}>{t('performance.export.csv')}</Menu.Item>
        <Menu.Item onClick={() => void exportPng(spec.title, plot, scheme, texts)}>
          {t('performance.export.png')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
