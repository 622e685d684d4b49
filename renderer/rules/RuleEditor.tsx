import { Select, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { SEVERITIES } from '@shared/errors';
import type { DataRuleStatus } from '@shared/integrity';
import type { QueryResult } from '@shared/monitoring';
import { call } from '@/api';
import { Mark } from '@/components/Mark';
import { useTexts } from '@/i18n';
import { notifyDone } from '@/notify';
import { ResultTable } from '@/tabs/performance/business/ResultTable';
import { Editor, EditorForm } from '@/tabs/performance/forms/Editor';
import forms from '@/tabs/performance/forms/forms.module.css';
import { useEditing } from '@/tabs/performance/forms/use-editing';
import { type INTERVALS, NEW_RULE, readRuleDraft, type RuleDraft, ruleDraftOf, type RuleFault } from './rule-draft';

interface Props {
  databaseId: string;
  edited: DataRuleStatus | 'new' | null;
  onClose: () => void;
  onSaved: () => void;
}

const INTERVAL_UNITS = ['minute', 'hour', 'day'] as const satisfies readonly (keyof typeof INTERVALS)[];
const BELOW: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error'];
const MONOSPACE = {
  input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.78rem', lineHeight: 1.5 },
};

/** Sets up or changes a business rule. */
export function RuleEditor(props: Props) {
  const { t } = useTexts();
  const { edited, onClose } = props;
  const title = edited && edited !== 'new' ? edited.config.name : t('dataRules.new');
  return (
    <Editor title={title} onClose={onClose} testId="data-rule-editor" size={680}>
      {edited && <Form {...props} edited={edited} />}
    </Editor>
  );
}

function Form({ databaseId, edited, onClose, onSaved }: Props & { edited: DataRuleStatus | 'new' }) {
  const { t, shared } = useTexts();
  const known = edited === 'new' ? null : edited;
  const [draft, setDraft] = useState<RuleDraft>(known ? ruleDraftOf(known.config) : NEW_RULE);
  const { config, faults } = readRuleDraft(draft, known?.config ?? { databaseId, enabled: true, preset: null });
  const editing = useEditing<NonNullable<typeof config>, QueryResult>({
    config,
    save: async (ready) => {
      const { id } = await call('data-rules:save', known ? { id: known.id, config: ready } : { config: ready });
      // Whoever set it up wants to know what it finds.
      if (ready.enabled) await call('data-rules:run', { id });
    },
    onSaved: () => {
      notifyDone(t('performance.form.saved', { name: config?.name ?? '' }));
      onSaved();
    },
  });
  const dryRun = useEditing<{ databaseId: string; sql: string }, QueryResult>({
    // a query can be tried before the rule has a name
    config: faults.has('sql') ? null : { databaseId, sql: draft.sql.trim() },
    save: () => Promise.resolve(),
    attempt: (query) => call('data-rules:try', query),
    onSaved: () => undefined,
  });
  const change = (part: Partial<RuleDraft>): void => {
    setDraft((before) => ({ ...before, ...part }));
    editing.forget();
    if (part.sql !== undefined) dryRun.forget();
  };
  const strict = editing.strict || dryRun.strict;
  const fault = (name: RuleFault): string | undefined =>
    (name === 'sql' ? strict : editing.strict) && faults.has(name) ? t(`dataRules.faults.${name}`) : undefined;
  return (
    <EditorForm
      refused={dryRun.refused ?? editing.refused}
      result={dryRun.result && <DryRun result={dryRun.result} />}
      onTry={dryRun.onTry}
      tryLabel={t('dataRules.dryRun')}
      trying={dryRun.trying}
      onSave={editing.onSave}
      saving={editing.saving}
      onClose={onClose}
    >
      <TextInput
        label={t('performance.form.name')}
        placeholder={t('dataRules.nameExample')}
        value={draft.name}
        maxLength={120}
        error={fault('name')}
        onChange={(event) => change({ name: event.currentTarget.value })}
        data-autofocus
        data-testid="data-rule-name"
      />
      <Textarea
        size="xs"
        label={t('dataRules.sql')}
        description={t('dataRules.sqlEffect')}
        inputWrapperOrder={BELOW}
        placeholder="SELECT id, video_id FROM reviews WHERE video_id NOT IN (SELECT id FROM videos)"
        autosize
        minRows={4}
        maxRows={14}
        spellCheck={false}
        styles={MONOSPACE}
        value={draft.sql}
        error={fault('sql')}
        onChange={(event) => change({ sql: event.currentTarget.value })}
        data-testid="data-rule-sql"
      />
      <div className={forms['pair']}>
        <TextInput
          label={t('dataRules.every')}
          value={draft.every}
          inputMode="numeric"
          maxLength={5}
          error={fault('every')}
          onChange={(event) => change({ every: event.currentTarget.value })}
        />
        <Select
          label={t('dataRules.everyUnit')}
          value={draft.everyUnit}
          data={INTERVAL_UNITS.map((value) => ({ value, label: t(`dataRules.intervals.${value}`) }))}
          onChange={(value) => change({ everyUnit: INTERVAL_UNITS.find((one) => one === value) ?? draft.everyUnit })}
        />
      </div>
      <div className={forms['pair']}>
        <TextInput
          label={t('dataRules.above')}
          description={t('dataRules.aboveEffect')}
          inputWrapperOrder={BELOW}
          value={draft.above}
          inputMode="numeric"
          maxLength={7}
          error={fault('above')}
          onChange={(event) => change({ above: event.currentTarget.value })}
          data-testid="data-rule-above"
        />
        <Select
          label={t('dataRules.severity')}
          value={draft.severity}
          data={[
            { value: 'none', label: t('dataRules.noAlert') },
            ...SEVERITIES.map((value) => ({ value, label: shared(`severity.${value}`) })),
          ]}
          onChange={(value) => change({ severity: SEVERITIES.find((one) => one === value) ?? 'none' })}
          data-testid="data-rule-severity"
        />
      </div>
      <Textarea
        size="xs"
        label={t('dataRules.fix')}
        description={t('dataRules.fixEffect')}
        inputWrapperOrder={BELOW}
        autosize
        minRows={2}
        maxRows={10}
        spellCheck={false}
        styles={MONOSPACE}
        value={draft.fixSql}
        error={fault('fix')}
        onChange={(event) => change({ fixSql: event.currentTarget.value })}
        data-testid="data-rule-fix"
      />
    </EditorForm>
  );
}

/** What the query finds now. */
function DryRun({ result }: { result: QueryResult }) {
  const { t, format } = useTexts();
  const count = result.rows.length;
  return (
    <div className={forms['box']} data-testid="data-rule-result">
      <Mark tone={count === 0 ? 'ok' : 'warn'}>
        {count === 0
          ? t('dataRules.breaksNone')
          : t(result.truncated ? 'dataRules.breaksMany' : 'dataRules.breaks', { count, rows: format.number(count) })}
      </Mark>
      {count > 0 && <ResultTable result={result} height={180} />}
    </div>
  );
}
