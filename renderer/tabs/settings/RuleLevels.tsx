import { ActionIcon, Button, Select, Text, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { SEVERITIES } from '@shared/errors';
import type { MetricUnit } from '@shared/metrics';
import type { KnownMetrics } from '@/alerts/metric-words';
import { secondWords } from '@/alerts/rule-words';
import { readThreshold, thresholdSuffix, limitWords } from '@/alerts/values';
import { type Texts, useTexts } from '@/i18n';
import { freeSeverity, type LevelDraft, type LevelFaults, type RuleDraft } from './rule-draft';
import classes from './settings.module.css';

interface Props {
  draft: RuleDraft;
  unit: MetricUnit;
  known: KnownMetrics;
  faults: LevelFaults[];
  /** Show also what is merely not filled in yet. */
  strict: boolean;
  onChange: (levels: LevelDraft[]) => void;
}

/** The levels of a rule: at what value each begins and ends. */
export function RuleLevels({ draft, unit, known, faults, strict, onChange }: Props) {
  const { t } = useTexts();
  const { levels } = draft;
  const free = freeSeverity(levels);
  const change = (index: number, part: Partial<LevelDraft>): void =>
    onChange(levels.map((level, at) => (at === index ? { ...level, ...part } : level)));
  return (
    <fieldset style={{ margin: 0, padding: 0, border: 0, minWidth: 0 }}>
      <Text component="legend" size="xs" fw={600} p={0}>
        {t('rules.levels')}
      </Text>
      <Text size="xs" c="dimmed" mb={4}>
        {t('rules.levelsEffect')}
      </Text>
      <div className={classes.levelHead} aria-hidden>
        <span>{t('rules.severity')}</span>
        <span>{t('rules.trigger')}</span>
        <span>{t('rules.clear')}</span>
      </div>
      {levels.map((level, index) => (
        <LevelRow
          // a level has nothing of its own that stays the same while it is edited
          key={index}
          level={level}
          draft={draft}
          unit={unit}
          known={known}
          faults={faults[index] ?? {}}
          strict={strict}
          only={levels.length === 1}
          onChange={(part) => change(index, part)}
          onRemove={() => onChange(levels.filter((_, at) => at !== index))}
        />
      ))}
      {free && (
        <Button
          variant="subtle"
          size="compact-xs"
          mt={4}
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => onChange([...levels, { severity: free, trigger: '', clear: '', andBelow: null }])}
          data-testid="add-level"
        >
          {t('rules.addLevel')}
        </Button>
      )}
    </fieldset>
  );
}

interface RowProps extends Omit<Props, 'faults' | 'onChange'> {
  level: LevelDraft;
  faults: LevelFaults;
  only: boolean;
  onChange: (part: Partial<LevelDraft>) => void;
  onRemove: () => void;
}

function LevelRow({ level, draft, unit, known, faults, strict, only, onChange, onRemove }: RowProps) {
  const texts = useTexts();
  const { t, shared } = texts;
  const severity = shared(`severity.${level.severity}`);
  const words = faultWords(level, faults, draft, unit, strict, texts);
  const suffix = thresholdSuffix(unit);
  const field = (part: 'trigger' | 'clear') => (
    <TextInput
      aria-label={t(`rules.${part}Of`, { severity })}
      value={level[part]}
      inputMode="decimal"
      maxLength={24}
      rightSection={
        suffix && (
          <Text size="xs" c="dimmed">
            {suffix}
          </Text>
        )
      }
      rightSectionWidth={46}
      rightSectionPointerEvents="none"
      error={words[part]}
      onChange={(event) => onChange({ [part]: event.currentTarget.value })}
      data-testid={`level-${part}-${level.severity}`}
    />
  );
  return (
    <div className={classes.levelRow} data-testid={`level-${level.severity}`}>
      <div>
        <Select
          aria-label={t('rules.severity')}
          value={level.severity}
          data={SEVERITIES.map((one) => ({ value: one, label: shared(`severity.${one}`) }))}
          error={faults.severity && t('rules.faults.twice')}
          onChange={(chosen) => onChange({ severity: SEVERITIES.find((one) => one === chosen) ?? level.severity })}
        />
      </div>
      {field('trigger')}
      {field('clear')}
      <ActionIcon
        size={30}
        disabled={only}
        aria-label={t('rules.removeLevel', { severity })}
        onClick={onRemove}
        data-testid={`remove-level-${level.severity}`}
      >
        <IconX size={15} aria-hidden />
      </ActionIcon>
      {level.andBelow && (
        <Text size="xs" c="dimmed" component="div">
          {t('rules.onlyWhile', { second: secondWords(draft, level.andBelow, known, texts) })}{' '}
          <Button variant="subtle" size="compact-xs" onClick={() => onChange({ andBelow: null })}>
            {t('rules.removeSecond')}
          </Button>
        </Text>
      )}
    </div>
  );
}

function faultWords(
  level: LevelDraft,
  faults: LevelFaults,
  { direction }: RuleDraft,
  unit: MetricUnit,
  strict: boolean,
  texts: Texts,
): { trigger: string | undefined; clear: string | undefined } {
  const { t } = texts;
  const example = unit === 'fraction' ? '85' : '10';
  const number = (text: string): string | undefined =>
    strict || text.trim() !== '' ? t('rules.faults.number', { example }) : undefined;
  const limit = limitWords(readThreshold(level.trigger, unit) ?? 0, unit, texts);
  const trigger =
    faults.trigger === 'number'
      ? number(level.trigger)
      : faults.trigger === 'order'
        ? t('rules.faults.order')
        : undefined;
  switch (faults.clear) {
    case 'number':
      return { trigger, clear: number(level.clear) };
    case 'equal':
      return { trigger, clear: t('rules.faults.equal') };
    case 'side':
      return {
        trigger,
        clear: t(direction === 'above' ? 'rules.faults.sideAbove' : 'rules.faults.sideBelow', { value: limit }),
      };
    case undefined:
      return { trigger, clear: undefined };
  }
}
