import { Collapse, Select, Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { SEVERITIES } from '@shared/errors';
import type { BusinessStatus, QueryResult } from '@shared/monitoring';
import { call } from '@/api';
import { Mark } from '@/components/Mark';
import { useTexts } from '@/i18n';
import { notifyDone } from '@/notify';
import { useApp } from '@/store';
import { Editor, EditorForm } from '../forms/Editor';
import forms from '../forms/forms.module.css';
import { useEditing } from '../forms/use-editing';
import {
  type BusinessDraft,
  businessDraftOf,
  type BusinessFault,
  figureOf,
  FIGURE_UNITS,
  INTERVALS,
  newBusiness,
  readBusinessDraft,
} from './business-draft';
import { ResultTable } from './ResultTable';

interface Props {
  edited: BusinessStatus | 'new' | null;
  onClose: () => void;
  onSaved: () => void;
}

const DIRECTIONS = ['none', 'at-least', 'at-most'] as const;
const INTERVAL_UNITS = ['minute', 'hour', 'day'] as const satisfies readonly (keyof typeof INTERVALS)[];
const BELOW: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error'];
const MONOSPACE = {
  input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: '0.78rem', lineHeight: 1.5 },
};

/** Sets up or changes a figure that a query gives. */
export function BusinessEditor({ edited, onClose, onSaved }: Props) {
  const { t } = useTexts();
  const title = edited && edited !== 'new' ? edited.config.name : t('performance.business.new');
  return (
    <Editor title={title} onClose={onClose} testId="business-editor" size={680}>
      {edited && <Form edited={edited} onClose={onClose} onSaved={onSaved} />}
    </Editor>
  );
}

function Form({ edited, onClose, onSaved }: Props & { edited: BusinessStatus | 'new' }) {
  const { t, shared } = useTexts();
  const databases = useApp((state) => state.databases);
  const [draft, setDraft] = useState<BusinessDraft>(
    edited === 'new' ? newBusiness(databases[0]?.database.id ?? '') : businessDraftOf(edited.config),
  );
  const { config, faults } = readBusinessDraft(draft);
  const editing = useEditing<NonNullable<typeof config>, QueryResult>({
    config,
    save: (ready) => call('business:save', edited === 'new' ? { config: ready } : { id: edited.id, config: ready }),
    onSaved: () => {
      notifyDone(t('performance.form.saved', { name: config?.name ?? '' }));
      onSaved();
    },
  });
  const dryRun = useEditing<{ databaseId: string; sql: string }, QueryResult>({
    // a query can be tried before the figure has a name
    config: faults.has('sql') ? null : { databaseId: draft.databaseId, sql: draft.sql.trim() },
    save: () => Promise.resolve(),
    attempt: (query) => call('queries:try', query),
    onSaved: () => undefined,
  });
  const change = (part: Partial<BusinessDraft>): void => {
    setDraft((before) => ({ ...before, ...part }));
    editing.forget();
    if (part.sql !== undefined || part.databaseId !== undefined) dryRun.forget();
  };
  const strict = editing.strict || dryRun.strict;
  const fault = (name: BusinessFault): string | undefined =>
    (name === 'sql' ? strict : editing.strict) && faults.has(name)
      ? t(`performance.business.faults.${name}`)
      : undefined;
  return (
    <EditorForm
      refused={dryRun.refused ?? editing.refused}
      result={dryRun.result && <DryRun result={dryRun.result} draft={draft} />}
      onTry={dryRun.onTry}
      tryLabel={t('performance.business.dryRun')}
      trying={dryRun.trying}
      onSave={editing.onSave}
      saving={editing.saving}
      onClose={onClose}
    >
      <TextInput
        label={t('performance.form.name')}
        placeholder={t('performance.business.nameExample')}
        value={draft.name}
        maxLength={80}
        error={fault('name')}
        onChange={(event) => change({ name: event.currentTarget.value })}
        data-autofocus
        data-testid="business-name"
      />
      <Select
        label={t('performance.business.database')}
        value={draft.databaseId}
        data={databases.map(({ database }) => ({ value: database.id, label: database.name }))}
        onChange={(value) => value !== null && change({ databaseId: value })}
        data-testid="business-database"
      />
      <Textarea
        size="xs"
        label={t('performance.business.sql')}
        description={t('performance.business.sqlEffect')}
        inputWrapperOrder={BELOW}
        placeholder="SELECT count(*) FROM videos WHERE processed_at >= datetime('now', '-1 day')"
        autosize
        minRows={4}
        maxRows={14}
        spellCheck={false}
        styles={MONOSPACE}
        value={draft.sql}
        error={fault('sql')}
        onChange={(event) => change({ sql: event.currentTarget.value })}
        data-testid="business-sql"
      />
      <div className={forms['pair']}>
        <Select
          label={t('performance.business.unit')}
          value={draft.unit}
          data={FIGURE_UNITS.map((value) => ({ value, label: t(`performance.units.${value}`) }))}
          onChange={(value) => change({ unit: FIGURE_UNITS.find((one) => one === value) ?? draft.unit })}
        />
        <TextInput
          label={t('performance.business.unitLabel')}
          placeholder={t('performance.business.unitExample')}
          value={draft.unitLabel}
          maxLength={30}
          disabled={draft.unit !== 'number' && draft.unit !== 'count'}
          onChange={(event) => change({ unitLabel: event.currentTarget.value })}
        />
      </div>
      <div className={forms['pair']}>
        <TextInput
          label={t('performance.business.every')}
          value={draft.every}
          inputMode="numeric"
          maxLength={5}
          error={fault('every')}
          onChange={(event) => change({ every: event.currentTarget.value })}
        />
        <Select
          label={t('performance.business.everyUnit')}
          value={draft.everyUnit}
          data={INTERVAL_UNITS.map((value) => ({ value, label: t(`performance.business.intervals.${value}`) }))}
          onChange={(value) => change({ everyUnit: INTERVAL_UNITS.find((one) => one === value) ?? draft.everyUnit })}
        />
      </div>
      <div className={forms['pair']}>
        <Select
          label={t('performance.business.target')}
          value={draft.direction}
          data={DIRECTIONS.map((value) => ({ value, label: t(`performance.business.directions.${value}`) }))}
          onChange={(value) => change({ direction: DIRECTIONS.find((one) => one === value) ?? draft.direction })}
          data-testid="business-direction"
        />
        {draft.direction !== 'none' && (
          <TextInput
            label={t('performance.business.targetValue')}
            value={draft.target}
            inputMode="decimal"
            maxLength={20}
            rightSection={draft.unit === 'fraction' ? <Text size="xs">%</Text> : undefined}
            error={fault('target')}
            onChange={(event) => change({ target: event.currentTarget.value })}
            data-testid="business-target"
          />
        )}
      </div>
      <Collapse expanded={draft.direction !== 'none'} transitionDuration={100} keepMounted={false}>
        <Select
          label={t('performance.business.severity')}
          value={draft.severity}
          data={[
            { value: 'none', label: t('performance.business.noAlert') },
            ...SEVERITIES.map((value) => ({ value, label: shared(`severity.${value}`) })),
          ]}
          onChange={(value) => change({ severity: SEVERITIES.find((one) => one === value) ?? 'none' })}
        />
      </Collapse>
      <Textarea
        size="xs"
        label={t('performance.business.rowsSql')}
        description={t('performance.business.rowsSqlEffect')}
        inputWrapperOrder={BELOW}
        autosize
        minRows={2}
        maxRows={10}
        spellCheck={false}
        styles={MONOSPACE}
        value={draft.rowsSql}
        error={fault('rowsSql')}
        onChange={(event) => change({ rowsSql: event.currentTarget.value })}
      />
    </EditorForm>
  );
}

/** What the query gives now: the figure as it would be shown, and the rows it was read from. */
function DryRun({ result, draft }: { result: QueryResult; draft: BusinessDraft }) {
  const { t, format } = useTexts();
  const value = figureOf(result.rows);
  return (
    <div className={forms['box']} data-testid="business-result">
      {value === null ? (
        <Mark tone="warn">{t('performance.business.noNumber')}</Mark>
      ) : (
        <Mark tone="ok">
          {t('performance.business.gives', { value: format.metric(value, draft.unit, draft.unitLabel.trim()) })}
        </Mark>
      )}
      <ResultTable result={result} height={180} />
    </div>
  );
}
