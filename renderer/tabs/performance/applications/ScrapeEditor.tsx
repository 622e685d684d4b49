import { Checkbox, PasswordInput, Table, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ApplicationStatus } from '@shared/monitoring';
import { call } from '@/api';
import { Mark } from '@/components/Mark';
import { useTexts } from '@/i18n';
import { notifyDone } from '@/notify';
import { EditorForm } from '../forms/Editor';
import forms from '../forms/forms.module.css';
import { useEditing } from '../forms/use-editing';
import {
  NEW_SCRAPE,
  readScrapeDraft,
  type ScrapeDraft,
  scrapeDraftOf,
  type ScrapeFault,
  tokenOf,
} from './scrape-draft';

type Scrape = NonNullable<ApplicationStatus['scrape']>;

interface Props {
  scrape: Scrape | null;
  onClose: () => void;
  onSaved: () => void;
}

const BELOW: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error'];

/** Where metrics are fetched, in the format of Prometheus. */
export function ScrapeForm({ scrape, onClose, onSaved }: Props) {
  const { t } = useTexts();
  const [draft, setDraft] = useState<ScrapeDraft>(scrape ? scrapeDraftOf(scrape.config) : NEW_SCRAPE);
  const { config, faults } = readScrapeDraft(draft);
  const editing = useEditing({
    config,
    save: (ready) => {
      const token = tokenOf(draft);
      const given = { config: ready, ...(token === undefined ? {} : { token }) };
      return call('scrapes:save', scrape ? { id: scrape.id, ...given } : given);
    },
    attempt: (ready) => call('scrapes:try', { config: ready, token: tokenOf(draft) ?? null }),
    onSaved: () => {
      notifyDone(t('performance.form.saved', { name: config?.name ?? '' }));
      onSaved();
    },
  });
  const change = (part: Partial<ScrapeDraft>): void => {
    setDraft((before) => ({ ...before, ...part }));
    editing.forget();
  };
  const fault = (name: ScrapeFault): string | undefined =>
    editing.strict && faults.has(name) ? t(`performance.app.faults.${name}`) : undefined;
  return (
    <EditorForm {...editing} onClose={onClose} result={editing.result && <TryResult result={editing.result} />}>
      <TextInput
        label={t('performance.form.address')}
        description={t('performance.app.addressEffect')}
        inputWrapperOrder={BELOW}
        value={draft.url}
        maxLength={2048}
        spellCheck={false}
        error={fault('url')}
        onChange={(event) => change({ url: event.currentTarget.value })}
        data-autofocus
        data-testid="scrape-url"
      />
      <TextInput
        label={t('performance.form.name')}
        value={draft.name}
        maxLength={80}
        error={fault('name')}
        onChange={(event) => change({ name: event.currentTarget.value })}
        data-testid="scrape-name"
      />
      <PasswordInput
        size="xs"
        label={t('performance.app.token')}
        description={t(scrape?.hasToken ? 'performance.app.tokenStored' : 'performance.app.tokenEffect')}
        inputWrapperOrder={BELOW}
        value={draft.token}
        maxLength={4096}
        disabled={draft.removeToken}
        onChange={(event) => change({ token: event.currentTarget.value })}
      />
      {scrape?.hasToken && (
        <Checkbox
          size="xs"
          label={t('performance.app.removeToken')}
          checked={draft.removeToken}
          onChange={(event) => change({ removeToken: event.currentTarget.checked })}
        />
      )}
      <TextInput
        label={t('performance.app.prefixes')}
        description={t('performance.app.prefixesEffect')}
        inputWrapperOrder={BELOW}
        placeholder="http_, process_"
        value={draft.prefixes}
        spellCheck={false}
        error={fault('prefixes')}
        onChange={(event) => change({ prefixes: event.currentTarget.value })}
      />
      <div className={forms['pair']}>
        <TextInput
          label={t('performance.form.interval')}
          value={draft.intervalSeconds}
          inputMode="numeric"
          maxLength={4}
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
    </EditorForm>
  );
}

/** What one fetch gave, before anything is saved. */
function TryResult({ result }: { result: { series: number; sample: { series: string; value: number }[] } }) {
  const { t, format } = useTexts();
  return (
    <div className={forms['box']} data-testid="scrape-result">
      <Mark tone={result.series > 0 ? 'ok' : 'warn'}>{t('performance.app.found', { count: result.series })}</Mark>
      {result.sample.length > 0 && (
        <>
          <Text size="xs" c="dimmed">
            {t('performance.app.sample')}
          </Text>
          <Table verticalSpacing={2} horizontalSpacing={0} fz="xs">
            <Table.Tbody>
              {result.sample.map(({ series, value }) => (
                <Table.Tr key={series}>
                  <Table.Td className="hf-selectable" style={{ overflowWrap: 'anywhere' }}>
                    <code>{series}</code>
                  </Table.Td>
                  <Table.Td ta="end">{format.metric(value, 'number')}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </>
      )}
    </div>
  );
}
