import { ActionIcon, Button, Menu, Popover, SegmentedControl, Stack, TextInput, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import type { LogHistogram, LogSourceStatus } from '@shared/logs';
import { useTexts } from '@/i18n';
import { localInput, readLocal } from '@/timeline/local-time';
import { useValue } from '@/value';
import { LEVEL_NAMES, RANGES, toggled } from './filters';
import { countOf } from './histogram-shape';
import { LevelShape } from './LevelMark';
import classes from './logs.module.css';
import { usePattern } from './queries';
import { changeFilters, logFilters } from './store';

/** Levels, which are the legend of the histogram too, logs, time and pattern. */
export function Filters({
  histogram,
  sources,
}: {
  histogram: LogHistogram | undefined;
  sources: readonly LogSourceStatus[];
}) {
  return (
    <div className={classes.bar}>
      <Levels histogram={histogram} />
      <Sources sources={sources} />
      <Time />
      <Pattern />
    </div>
  );
}

function Levels({ histogram }: { histogram: LogHistogram | undefined }) {
  const { t, format } = useTexts();
  const { levels } = useValue(logFilters);
  return (
    <div className={classes.levels} role="group" aria-label={t('logs.levels.label')}>
      {LEVEL_NAMES.map((level) => (
        <UnstyledButton
          key={level}
          className={classes.chip}
          aria-pressed={levels.includes(level)}
          onClick={() => changeFilters({ levels: toggled(levels, level, LEVEL_NAMES) })}
          data-level={level}
          data-testid={`level-${level}`}
        >
          <LevelShape level={level} />
          <span>{t(`logs.levels.${level}`)}</span>
          {histogram && <b>{format.number(countOf(histogram, level))}</b>}
        </UnstyledButton>
      ))}
    </div>
  );
}

function Sources({ sources }: { sources: readonly LogSourceStatus[] }) {
  const { t } = useTexts();
  const { sourceIds } = useValue(logFilters);
  const ids = sources.map(({ id }) => id);
  const [only, ...more] = sources.filter(({ id }) => sourceIds.includes(id));
  const label =
    sourceIds.length === 0
      ? t('logs.allSources')
      : only && more.length === 0
        ? only.config.name
        : t('logs.someSources', { count: sourceIds.length });
  return (
    <Menu closeOnItemClick={false} position="bottom-start">
      <Menu.Target>
        <Button
          variant="default"
          size="compact-sm"
          maw={190}
          rightSection={<IconChevronDown size={13} />}
          aria-label={`${t('logs.sourceChoice')}: ${label}`}
          data-testid="log-sources-choice"
        >
          {label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={320} style={{ overflowY: 'auto' }}>
        <Menu.Item
          role="menuitemcheckbox"
          aria-checked={sourceIds.length === 0}
          leftSection={<Checked is={sourceIds.length === 0} />}
          onClick={() => changeFilters({ sourceIds: [] })}
        >
          {t('logs.allSources')}
        </Menu.Item>
        {sources.map(({ id, config }) => (
          <Menu.Item
            key={id}
            role="menuitemcheckbox"
            aria-checked={sourceIds.includes(id)}
            leftSection={<Checked is={sourceIds.includes(id)} />}
            onClick={() => changeFilters({ sourceIds: toggled(sourceIds, id, ids) })}
            data-testid={`search-in-${config.name}`}
          >
            {config.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** A tick, or the room for one. */
function Checked({ is }: { is: boolean }) {
  return (
    <span aria-hidden className={classes.tick}>
      {is ? '✓' : ''}
    </span>
  );
}

function Time() {
  const { t, format } = useTexts();
  const { range, fromMs, toMs } = useValue(logFilters);
  const [isOpen, setOpen] = useState(false);
  const words =
    range !== 'own'
      ? null
      : fromMs !== null && toMs !== null
        ? t('logs.range.own', { from: format.moment(fromMs), to: format.moment(toMs) })
        : fromMs !== null
          ? t('logs.range.since', { from: format.moment(fromMs) })
          : toMs !== null
            ? t('logs.range.until', { to: format.moment(toMs) })
            : null;
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <SegmentedControl
          aria-label={t('logs.ranges.label')}
          value={range}
          data={RANGES.map((value) => ({ value, label: t(`logs.ranges.${value}`) }))}
          onChange={(value) => {
            const chosen = RANGES.find((one) => one === value);
            if (chosen === 'own') setOpen(true);
            else if (chosen) changeFilters({ range: chosen, fromMs: null, toMs: null });
          }}
          data-testid="log-range"
        />
      </Popover.Target>
      <Popover.Dropdown>
        <OwnTime onDone={() => setOpen(false)} />
      </Popover.Dropdown>
      {words && (
        <span className={classes.ownTime} data-testid="log-own-time">
          <UnstyledButton className={classes.chip} onClick={() => setOpen(true)}>
            {words}
          </UnstyledButton>
          <ActionIcon
            size="sm"
            aria-label={t('logs.ranges.all')}
            onClick={() => changeFilters({ range: 'all', fromMs: null, toMs: null })}
            data-testid="log-all-time"
          >
            <IconX size={13} />
          </ActionIcon>
        </span>
      )}
    </Popover>
  );
}

function OwnTime({ onDone }: { onDone: () => void }) {
  const { t } = useTexts();
  const { fromMs, toMs } = useValue(logFilters);
  const [from, setFrom] = useState(fromMs === null ? '' : localInput(fromMs));
  const [to, setTo] = useState(toMs === null ? '' : localInput(toMs));
  const start = readLocal(from);
  const end = readLocal(to);
  const wrong = start !== null && end !== null && end <= start;
  const apply = (): void => {
    const isOwn = start !== null || end !== null;
    changeFilters({ range: isOwn ? 'own' : 'all', fromMs: start, toMs: end });
    onDone();
  };
  return (
    <Stack gap="xs">
      <TextInput
        type="datetime-local"
        step={1}
        label={t('logs.range.from')}
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
        data-testid="log-from"
      />
      <TextInput
        type="datetime-local"
        step={1}
        label={t('logs.range.to')}
        value={to}
        error={wrong ? t('logs.range.wrong') : null}
        onChange={(event) => setTo(event.currentTarget.value)}
        data-testid="log-to"
      />
      <Button onClick={apply} disabled={wrong} data-testid="log-apply-time">
        {t('logs.range.apply')}
      </Button>
    </Stack>
  );
}

function Pattern() {
  const { t } = useTexts();
  const { patternId, sourceIds } = useValue(logFilters);
  const pattern = usePattern(patternId, sourceIds);
  if (patternId === null) return null;
  const words = pattern ? t('logs.pattern', { text: pattern.text }) : t('logs.patternLoading');
  return (
    <span className={classes.pattern} data-testid="log-pattern">
      <span className={classes.patternText} title={words}>
        {words}
      </span>
      <ActionIcon
        size="sm"
        aria-label={t('logs.dropPattern')}
        onClick={() => changeFilters({ patternId: null })}
        data-testid="drop-pattern"
      >
        <IconX size={13} />
      </ActionIcon>
    </span>
  );
}
