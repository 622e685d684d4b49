import { Button, Collapse, Group, Input, NumberInput, SegmentedControl, Select, Text, TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { SEVERITIES } from '@shared/errors';
import type { ProbeResult, ProbeStatus } from '@shared/monitoring';
import { describeError } from '@shared/text';
import { call } from '@/api';
import { Mark } from '@/components/Mark';
import { useTexts } from '@/i18n';
import { notifyDone } from '@/notify';
import { Editor, EditorForm } from '../forms/Editor';
import forms from '../forms/forms.module.css';
import { useEditing } from '../forms/use-editing';
import {
  DNS_RECORDS,
  draftOf,
  nameFrom,
  NEW_PROBE,
  PROBE_KINDS,
  type ProbeDraft,
  type ProbeFault,
  readProbeDraft,
} from './probe-draft';

interface Props {
  /** `new`, the probe to change, or null while nothing is edited. */
  edited: ProbeStatus | 'new' | null;
  onClose: () => void;
  onSaved: () => void;
}

/** Sets up or changes a probe. */
export function ProbeEditor({ edited, onClose, onSaved }: Props) {
  const { t } = useTexts();
  const title = edited && edited !== 'new' ? edited.config.name : t('performance.probe.new');
  return (
    <Editor title={title} onClose={onClose} testId="probe-editor">
      {edited && <Form edited={edited} onClose={onClose} onSaved={onSaved} />}
    </Editor>
  );
}

function Form({ edited, onClose, onSaved }: Props & { edited: ProbeStatus | 'new' }) {
  const { t } = useTexts();
  const [draft, setDraft] = useState<ProbeDraft>(edited === 'new' ? NEW_PROBE : draftOf(edited.config));
  const { config, faults } = readProbeDraft(draft);
  const editing = useEditing({
    config,
    save: (ready) => call('probes:save', edited === 'new' ? { config: ready } : { id: edited.id, config: ready }),
    attempt: (ready) => call('probes:try', { config: ready }),
    onSaved: () => {
      notifyDone(t('performance.form.saved', { name: config?.name ?? '' }));
      onSaved();
    },
  });
  const change = (part: Partial<ProbeDraft>): void => {
    setDraft((before) => ({ ...before, ...part }));
    editing.forget();
  };
  const fault = (name: ProbeFault): string | undefined =>
    editing.strict && faults.has(name) ? t(`performance.probe.faults.${name}`) : undefined;
  const fields = { draft, change, fault };
  return (
    <EditorForm {...editing} onClose={onClose} result={editing.result && <TryResult result={editing.result} />}>
      {edited === 'new' && (
        <Input.Wrapper
          label={t('performance.probe.kind')}
          labelElement="div"
          size="xs"
          description={t(`performance.probe.kindEffect.${draft.kind}`)}
          inputWrapperOrder={['label', 'input', 'description']}
        >
          <SegmentedControl
            fullWidth
            mb={4}
            aria-label={t('performance.probe.kind')}
            value={draft.kind}
            data={PROBE_KINDS.map((value) => ({ value, label: t(`performance.probe.kinds.${value}`) }))}
            onChange={(value) => change({ kind: PROBE_KINDS.find((one) => one === value) ?? draft.kind })}
            data-testid="probe-kind"
          />
        </Input.Wrapper>
      )}
      <TargetFields {...fields} />
      <TextInput
        label={t('performance.form.name')}
        placeholder={nameFrom(draft) ?? ''}
        value={draft.name}
        maxLength={80}
        error={fault('name')}
        onChange={(event) => change({ name: event.currentTarget.value })}
        data-testid="probe-name"
      />
      <Details {...fields} />
    </EditorForm>
  );
}

interface FieldProps {
  draft: ProbeDraft;
  change: (part: Partial<ProbeDraft>) => void;
  fault: (name: ProbeFault) => string | undefined;
}

/** What is asked. */
function TargetFields({ draft, change, fault }: FieldProps) {
  const { t } = useTexts();
  if (draft.kind === 'http') {
    return (
      <TextInput
        label={t('performance.form.address')}
        placeholder="https://shop.example.com/health"
        value={draft.url}
        maxLength={2048}
        spellCheck={false}
        error={fault('url')}
        onChange={(event) => change({ url: event.currentTarget.value })}
        data-autofocus
        data-testid="probe-url"
      />
    );
  }
  const host = (
    <TextInput
      label={t('performance.probe.host')}
      placeholder="db.example.com"
      value={draft.host}
      maxLength={253}
      spellCheck={false}
      error={fault('host')}
      onChange={(event) => change({ host: event.currentTarget.value })}
      data-testid="probe-host"
    />
  );
  return (
    <div className={forms['hostPort']}>
      {host}
      {draft.kind === 'tcp' ? (
        <TextInput
          label={t('performance.probe.port')}
          placeholder="5432"
          value={draft.port}
          inputMode="numeric"
          maxLength={5}
          error={fault('port')}
          onChange={(event) => change({ port: event.currentTarget.value })}
          data-testid="probe-port"
        />
      ) : (
        <Select
          label={t('performance.probe.record')}
          value={draft.record}
          data={[...DNS_RECORDS]}
          onChange={(value) => change({ record: DNS_RECORDS.find((one) => one === value) ?? draft.record })}
        />
      )}
    </div>
  );
}

/** What has good defaults: how often, what is expected, how bad it is. */
function Details({ draft, change, fault }: FieldProps) {
  const { t, shared } = useTexts();
  const faulty = (['status', 'certificate', 'interval', 'timeout'] as const).some((name) => fault(name));
  const [chosen, setOpen] = useState(false);
  const open = chosen || faulty;
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <div>
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        leftSection={<Chevron size={15} />}
        aria-expanded={open}
        onClick={() => setOpen(!chosen)}
        data-testid="probe-details"
      >
        {t('performance.probe.details')}
      </Button>
      <Collapse expanded={open} transitionDuration={100} keepMounted={false}>
        <div className={forms['more']}>
          {draft.kind === 'http' && (
            <div className={forms['pair']}>
              <Select
                label={t('performance.probe.method')}
                value={draft.method}
                data={['GET', 'HEAD']}
                onChange={(value) => change({ method: value === 'HEAD' ? 'HEAD' : 'GET' })}
              />
              <TextInput
                label={t('performance.probe.status')}
                description={t('performance.probe.statusEffect')}
                inputWrapperOrder={['label', 'input', 'description', 'error']}
                value={draft.expectedStatus}
                maxLength={100}
                error={fault('status')}
                onChange={(event) => change({ expectedStatus: event.currentTarget.value })}
              />
            </div>
          )}
          {draft.kind !== 'tcp' && (
            <TextInput
              label={t('performance.probe.text')}
              description={t('performance.probe.textEffect')}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              value={draft.expectedText}
              maxLength={500}
              onChange={(event) => change({ expectedText: event.currentTarget.value })}
            />
          )}
          {draft.kind === 'http' && (
            <TextInput
              label={t('performance.probe.certificateDays')}
              description={t('performance.probe.certificateEffect')}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              value={draft.certificateDays}
              inputMode="numeric"
              maxLength={3}
              error={fault('certificate')}
              onChange={(event) => change({ certificateDays: event.currentTarget.value })}
            />
          )}
          <div className={forms['pair']}>
            <TextInput
              label={t('performance.form.interval')}
              value={draft.intervalSeconds}
              inputMode="numeric"
              maxLength={5}
              error={fault('interval')}
              onChange={(event) => change({ intervalSeconds: event.currentTarget.value })}
            />
            <TextInput
              label={t('performance.form.timeout')}
              value={draft.timeoutSeconds}
              inputMode="decimal"
              maxLength={5}
              error={fault('timeout')}
              onChange={(event) => change({ timeoutSeconds: event.currentTarget.value })}
            />
          </div>
          <div className={forms['pair']}>
            <NumberInput
              label={t('performance.probe.failures')}
              description={t('performance.probe.failuresEffect')}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              min={1}
              max={3}
              clampBehavior="strict"
              allowDecimal={false}
              value={draft.failuresOfThree}
              onChange={(value) => change({ failuresOfThree: Number(value) || 1 })}
            />
            <Select
              label={t('performance.probe.severity')}
              value={draft.severity}
              data={SEVERITIES.map((value) => ({ value, label: shared(`severity.${value}`) }))}
              onChange={(value) => change({ severity: SEVERITIES.find((one) => one === value) ?? draft.severity })}
            />
          </div>
        </div>
      </Collapse>
    </div>
  );
}

/** What one try gave, before anything is saved. */
function TryResult({ result }: { result: ProbeResult }) {
  const { t, shared, format } = useTexts();
  const { ok, timeMs, certificateDays, error } = result;
  const words = error && describeError(shared, error);
  return (
    <div className={forms['box']} data-testid="probe-result" data-ok={ok}>
      <Group gap="sm">
        <Mark tone={ok ? 'ok' : 'bad'}>{t(ok ? 'performance.probe.tryOk' : 'performance.probe.tryFailed')}</Mark>
        <Text size="xs" c="dimmed">
          {format.metric(timeMs, 'milliseconds')}
          {certificateDays !== null &&
            ` · ${t('performance.probe.certificateFor', { days: format.metric(certificateDays, 'days') })}`}
        </Text>
      </Group>
      {words && (
        <Text size="sm" className="hf-selectable">
          {words.what} {words.action}
        </Text>
      )}
    </div>
  );
}
