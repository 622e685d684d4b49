import { Button, Drawer, Input, MultiSelect, SegmentedControl, Select, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { RuleConfig } from '@shared/alerting';
import { channelName } from '@/alerts/channel-words';
import { unitOf } from '@/alerts/metric-words';
import { useChannels, useKnownMetrics } from '@/alerts/queries';
import { ruleEffect, ruleName, ruleSentence } from '@/alerts/rule-words';
import { ErrorNotice } from '@/components/ErrorNotice';
import { usePending } from '@/components/usePending';
import { useTexts } from '@/i18n';
import { MetricPicker } from './MetricPicker';
import { removeRule, resetRule, saveRule } from './rule-actions';
import { isChanged } from './rule-changes';
import { readDraft, type RuleDraft } from './rule-draft';
import { RuleLevels } from './RuleLevels';
import type { Editing } from './RulesSection';
import { RuleSimulation } from './RuleSimulation';
import classes from './settings.module.css';
import { SpanSelect } from './SpanSelect';

const AGGREGATES = ['last', 'avg', 'min', 'max', 'p95', 'p99'] as const satisfies readonly RuleConfig['aggregate'][];
const DIRECTIONS = ['above', 'below'] as const satisfies readonly RuleConfig['direction'][];
const WINDOWS = [60, 300, 600, 900, 1_800, 3_600, 21_600, 86_400];
const FOR = [0, 30, 60, 120, 300, 600, 900, 1_800, 3_600];
const KEEP = [0, 60, 120, 300, 600, 900, 1_800, 3_600];
const NO_DATA = [0, 300, 600, 1_800, 3_600, 21_600, 86_400];

interface Props {
  editing: Editing | null;
  onEdit: (editing: Editing | null) => void;
}

/** Edits a rule at the side; nothing changes until it is saved. */
export function RuleEditor({ editing, onEdit }: Props) {
  const texts = useTexts();
  const { t } = texts;
  const title = editing?.rule ? ruleName(editing.rule.config, texts) : t('rules.titleNew');
  return (
    <Drawer
      opened={editing !== null}
      onClose={() => onEdit(null)}
      position="right"
      size={640}
      title={title}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      data-testid="rule-editor"
    >
      {editing && <Form key={editing.rule?.id ?? 'new'} editing={editing} onEdit={onEdit} />}
    </Drawer>
  );
}

function Form({ editing, onEdit }: Props & { editing: Editing }) {
  const texts = useTexts();
  const { t } = texts;
  const known = useKnownMetrics().data ?? [];
  const { rule } = editing;
  const [draft, setDraft] = useState<RuleDraft>(editing.draft);
  const [strict, setStrict] = useState(false);
  const [refused, setRefused] = useState<unknown>(null);
  const { unit } = unitOf(draft.metric, known);
  const { config, faults } = readDraft(draft, unit);
  const change = (part: Partial<RuleDraft>): void => setDraft((current) => ({ ...current, ...part }));
  const chooseMetric = (metric: string): void => {
    // values in one unit mean nothing in another
    const kept = unitOf(metric, known).unit === unit;
    const levels = draft.levels.map((level) => ({
      ...level,
      ...(kept ? {} : { trigger: '', clear: '' }),
      andBelow: null,
    }));
    change({ metric, levels: kept && metric === draft.metric ? draft.levels : levels });
  };
  const [save, saving] = usePending(async (ready: RuleConfig) => {
    try {
      await saveRule(ready, rule);
      onEdit(null);
    } catch (thrown) {
      setRefused(thrown);
    }
  });
  return (
    <div className={classes.editor}>
      {draft.preset === null ? (
        <TextInput
          label={t('rules.name')}
          value={draft.name}
          maxLength={80}
          error={strict && faults.name && t('rules.faults.name')}
          onChange={(event) => change({ name: event.currentTarget.value })}
          data-autofocus
          data-testid="rule-name"
        />
      ) : (
        <Text c="dimmed">{ruleEffect(draft, texts)}.</Text>
      )}
      <MetricPicker
        value={draft.metric}
        error={strict && faults.metric ? t('rules.faults.metric') : undefined}
        onChange={chooseMetric}
      />
      <div className={classes.thirds}>
        <Select
          label={t('rules.aggregate')}
          value={draft.aggregate}
          data={AGGREGATES.map((value) => ({ value, label: t(`rules.aggregates.${value}`) }))}
          onChange={(chosen) => change({ aggregate: AGGREGATES.find((one) => one === chosen) ?? 'last' })}
          data-testid="rule-aggregate"
        />
        <SpanSelect
          label={t('rules.window')}
          value={draft.windowSeconds}
          choices={WINDOWS}
          zero="—"
          disabled={draft.aggregate === 'last'}
          error={faults.window && t('rules.faults.window')}
          onChange={(windowSeconds) => change({ windowSeconds })}
          testId="rule-window"
        />
        <Input.Wrapper label={t('rules.direction')} labelElement="div" size="xs">
          <SegmentedControl
            fullWidth
            className={classes.segments}
            aria-label={t('rules.direction')}
            value={draft.direction}
            data={DIRECTIONS.map((value) => ({ value, label: t(`rules.directions.${value}`) }))}
            onChange={(chosen) => change({ direction: DIRECTIONS.find((one) => one === chosen) ?? 'above' })}
          />
        </Input.Wrapper>
      </div>
      <RuleLevels
        draft={draft}
        unit={unit}
        known={known}
        faults={faults.levels}
        strict={strict}
        onChange={(levels) => change({ levels })}
      />
      <div className={classes.thirds}>
        <SpanSelect
          label={t('rules.for')}
          description={t('rules.forEffect')}
          value={draft.forSeconds}
          choices={FOR}
          zero={t('rules.atOnce')}
          onChange={(forSeconds) => change({ forSeconds })}
          testId="rule-for"
        />
        <SpanSelect
          label={t('rules.keep')}
          description={t('rules.keepEffect')}
          value={draft.keepSeconds}
          choices={KEEP}
          zero={t('rules.atOnce')}
          onChange={(keepSeconds) => change({ keepSeconds })}
        />
        <SpanSelect
          label={t('rules.noData')}
          description={t('rules.noDataEffect')}
          value={draft.noDataSeconds}
          choices={NO_DATA}
          zero={t('rules.never')}
          onChange={(noDataSeconds) => change({ noDataSeconds })}
        />
      </div>
      <ChannelPicker draft={draft} onChange={(channelIds) => change({ channelIds })} />
      {config && (
        <div className={classes.box} data-testid="rule-in-words">
          <Text size="xs" c="dimmed">
            {t('rules.inWords')}
          </Text>
          {config.levels.map((level) => (
            <Text key={level.severity}>
              <b>{texts.shared(`severity.${level.severity}`)}:</b> {ruleSentence(config, level, known, texts)}
            </Text>
          ))}
        </div>
      )}
      <RuleSimulation config={config} onIncomplete={() => setStrict(true)} />
      {refused !== null && <ErrorNotice thrown={refused} />}
      <div className={classes.foot}>
        {rule && <RuleMenu editing={{ ...editing, rule }} draft={draft} onEdit={onEdit} />}
        <Button variant="default" onClick={() => onEdit(null)} data-end>
          {t('common.cancel')}
        </Button>
        <Button loading={saving} onClick={() => (config ? void save(config) : setStrict(true))} data-testid="save-rule">
          {t(rule ? 'rules.save' : 'rules.create')}
        </Button>
      </div>
    </div>
  );
}

/** What else can be done with a rule that is there. */
function RuleMenu({
  editing: { rule },
  draft,
  onEdit,
}: {
  editing: Editing & { rule: NonNullable<Editing['rule']> };
  draft: RuleDraft;
  onEdit: Props['onEdit'];
}) {
  const texts = useTexts();
  const { t } = texts;
  const duplicate = (): void => {
    const name = t('rules.copyOf', { name: ruleName(rule.config, texts) }).slice(0, 80);
    onEdit({ rule: null, draft: { ...draft, preset: null, name } });
  };
  const reset = async (): Promise<void> => {
    await resetRule(rule);
    onEdit(null);
  };
  const remove = async (): Promise<void> => {
    if (await removeRule(rule)) onEdit(null);
  };
  return (
    <>
      <Button variant="subtle" color="gray" onClick={duplicate} data-testid="duplicate-rule">
        {t('rules.duplicate')}
      </Button>
      {rule.initialConfig && (
        <Button
          variant="subtle"
          color="gray"
          disabled={!isChanged(rule)}
          onClick={() => void reset()}
          data-testid="reset-rule"
        >
          {t('rules.reset')}
        </Button>
      )}
      {rule.config.preset === null && (
        <Button variant="subtle" color="var(--hf-bad)" onClick={() => void remove()} data-testid="remove-rule">
          {t('rules.remove')}
        </Button>
      )}
    </>
  );
}

function ChannelPicker({
  draft,
  onChange,
}: {
  draft: RuleDraft;
  onChange: (channelIds: RuleConfig['channelIds']) => void;
}) {
  const texts = useTexts();
  const { t } = texts;
  const channels = useChannels().data ?? [];
  const chosen = draft.channelIds ?? [];
  return (
    <MultiSelect
      size="xs"
      label={t('rules.channels')}
      description={t('rules.channelsEffect')}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      placeholder={chosen.length === 0 ? t('rules.allChannels') : ''}
      value={chosen}
      data={channels.map(({ id, config }) => ({ value: id, label: channelName(config, texts) }))}
      onChange={(ids) => onChange(ids.length === 0 ? null : ids)}
      data-testid="rule-channels"
    />
  );
}
