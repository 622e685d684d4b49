import { Button, Group, Select, Text, TextInput } from '@mantine/core';
import { IconFolderOpen } from '@tabler/icons-react';
import { useState } from 'react';
import { LOG_FORMATS, LOG_LEVELS, type LogSourceStatus, type LogTrial } from '@shared/logs';
import { call } from '@/api';
import { usePending } from '@/components/usePending';
import { useTexts } from '@/i18n';
import { attempt, notifyDone } from '@/notify';
import { EditorForm } from '@/tabs/performance/forms/Editor';
import forms from '@/tabs/performance/forms/forms.module.css';
import { useEditing } from '@/tabs/performance/forms/use-editing';
import { refreshLogs } from './queries';
import { nameOf, NEW_SOURCE, readSourceDraft, type SourceDraft, sourceDraftOf, type SourceFault } from './source-draft';
import { TrialResult } from './TrialResult';

interface Props {
  /** Null: a new one. */
  known: LogSourceStatus | null;
  onDone: () => void;
}

const BELOW: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error'];
/** A select has no null. */
const NONE = 'none';

/** Sets up or changes a log that is followed; what it would give can be looked at before. */
export function SourceForm({ known, onDone }: Props) {
  const { t } = useTexts();
  const [draft, setDraft] = useState<SourceDraft>(known ? sourceDraftOf(known.config) : NEW_SOURCE);
  const { config, faults } = readSourceDraft(draft, known?.config.enabled ?? true);
  const editing = useEditing<NonNullable<typeof config>, LogTrial>({
    config,
    save: (ready) => call('logs:save-source', known ? { id: known.id, config: ready } : { config: ready }),
    attempt: ({ path, format }) => call('logs:try-source', { path, format }),
    onSaved: () => {
      refreshLogs();
      notifyDone(t('logs.sources.saved', { name: config?.name ?? '' }));
      onDone();
    },
  });
  const change = (part: Partial<SourceDraft>): void => {
    setDraft((before) => ({ ...before, ...part }));
    if (part.path !== undefined || part.format !== undefined) editing.forget();
  };
  const [choose, choosing] = usePending(async () => {
    const chosen = await attempt(() => call('logs:choose'));
    if (chosen) change({ path: chosen });
  });
  const fault = (name: SourceFault): string | undefined =>
    editing.strict && faults.has(name) ? t(`logs.form.faults.${name}`) : undefined;
  return (
    <EditorForm
      refused={editing.refused}
      result={editing.result && <TrialResult trial={editing.result} />}
      onTry={editing.onTry}
      tryLabel={t('logs.form.try')}
      trying={editing.trying}
      onSave={editing.onSave}
      saving={editing.saving}
      onClose={onDone}
    >
      <div>
        <Group gap="xs" align="flex-end" wrap="nowrap">
          <TextInput
            style={{ flex: 1 }}
            label={t('logs.form.path')}
            placeholder="/var/log/app/*.log"
            value={draft.path}
            maxLength={4_096}
            spellCheck={false}
            error={fault('path') !== undefined}
            onChange={(event) => change({ path: event.currentTarget.value })}
            data-autofocus
            data-testid="log-path"
          />
          <Button
            variant="default"
            leftSection={<IconFolderOpen size={14} />}
            loading={choosing}
            onClick={() => void choose()}
            data-testid="choose-log"
          >
            {t('logs.form.choose')}
          </Button>
        </Group>
        <Text size="xs" c={fault('path') ? 'var(--mantine-color-error)' : 'dimmed'} mt={4}>
          {fault('path') ?? t('logs.form.pathEffect')}
        </Text>
      </div>
      <TextInput
        label={t('logs.form.name')}
        description={t('logs.form.nameEffect')}
        inputWrapperOrder={BELOW}
        placeholder={nameOf(draft.path.trim())}
        value={draft.name}
        maxLength={80}
        error={fault('name')}
        onChange={(event) => change({ name: event.currentTarget.value })}
        data-testid="log-name"
      />
      <div className={forms['pair']}>
        <Select
          label={t('logs.formats.label')}
          description={t('logs.formats.effect')}
          inputWrapperOrder={BELOW}
          value={draft.format ?? NONE}
          data={[
            { value: NONE, label: t('logs.formats.auto') },
            ...LOG_FORMATS.map((value) => ({ value, label: t(`logs.formats.${value}`) })),
          ]}
          onChange={(value) => change({ format: LOG_FORMATS.find((one) => one === value) ?? null })}
          data-testid="log-format"
        />
        <Select
          label={t('logs.form.alert')}
          description={t('logs.form.alertEffect')}
          inputWrapperOrder={BELOW}
          value={draft.alertFrom ?? NONE}
          data={[
            { value: NONE, label: t('logs.form.alertOff') },
            ...LOG_LEVELS.toReversed().map((value) => ({
              value,
              label:
                value === 'CRITICAL'
                  ? t('logs.levels.CRITICAL')
                  : t('logs.form.alertFrom', { level: t(`logs.levels.${value}`) }),
            })),
          ]}
          onChange={(value) => change({ alertFrom: LOG_LEVELS.find((one) => one === value) ?? null })}
          data-testid="log-alert"
        />
      </div>
    </EditorForm>
  );
}
