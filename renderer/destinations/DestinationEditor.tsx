import { Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { DestinationConfig, DestinationInput, DestinationStatus, DestinationTrial } from '@shared/destinations';
import { call, errorViewOf } from '@/api';
import { usePending } from '@/components/usePending';
import { useTexts } from '@/i18n';
import { notifyDone } from '@/notify';
import { useApp } from '@/store';
import { Editor, EditorForm } from '@/tabs/performance/forms/Editor';
import { saveDestination } from './actions';
import {
  changed,
  changesPlace,
  defaultsOf,
  type DestinationDraft,
  destinationDraftOf,
  newDestination,
  suggestedName,
} from './draft';
import { EncryptionFields } from './EncryptionFields';
import { KeepFields } from './KeepFields';
import { KindChoice } from './KindChoice';
import { PlaceFields } from './PlaceFields';
import { type FaultField, readDestination, secretsOf } from './read-draft';
import { HostKeyQuestion, TrialResult } from './TrialResult';

interface Props {
  /** `new`, the destination to change, or null while nothing is edited. */
  edited: DestinationStatus | 'new' | null;
  destinations: readonly DestinationStatus[];
  onClose: () => void;
}

/** Sets up or changes a destination at the side; nothing changes until it is saved. */
export function DestinationEditor({ edited, destinations, onClose }: Props) {
  const { t } = useTexts();
  const title = edited && edited !== 'new' ? edited.config.name : t('destinations.titleNew');
  return (
    <Editor title={title} onClose={onClose} testId="destination-editor">
      {edited && <Form destination={edited === 'new' ? null : edited} destinations={destinations} onClose={onClose} />}
    </Editor>
  );
}

interface FormProps {
  destination: DestinationStatus | null;
  destinations: readonly DestinationStatus[];
  onClose: () => void;
}

function Form({ destination, destinations, onClose }: FormProps) {
  const { t } = useTexts();
  const { retention, backupFolder } = useApp((state) => state.settings);
  const [draft, setDraft] = useState<DestinationDraft>(() =>
    destination ? destinationDraftOf(destination) : newDestination('folder', retention),
  );
  // faults are shown once somebody tried to go on
  const [strict, setStrict] = useState<'no' | 'try' | 'save'>('no');
  const [trial, setTrial] = useState<DestinationTrial | null>(null);
  const [refused, setRefused] = useState<unknown>(null);
  const stored = destination?.secrets ?? null;
  const taken = destinations.filter(({ id }) => id !== destination?.id).map(({ config }) => config.name);
  const { config, faults, open } = readDestination(draft, { stored, backupFolder, taken });

  const change = (part: Partial<DestinationDraft>): void => {
    setRefused(null);
    // what a try said is no longer about what is there
    if (changesPlace(draft, part)) setTrial(null);
    setDraft((before) => changed(before, part));
  };
  const fault = (field: FaultField): string | undefined => {
    const found = strict === 'no' ? undefined : (faults[field] ?? (strict === 'save' ? open[field] : undefined));
    return found && t(`destinations.faults.${found}`);
  };
  const inputOf = (ready: DestinationConfig): DestinationInput => ({
    id: destination?.id ?? null,
    config: ready,
    secrets: secretsOf(draft, stored),
  });
  const [runTry, trying] = usePending(async (ready: DestinationConfig) => {
    try {
      setTrial(await call('destinations:try', inputOf(ready)));
    } catch (thrown) {
      setRefused(thrown);
    }
  });
  const [runSave, saving] = usePending(async (ready: DestinationConfig) => {
    try {
      const saved = await saveDestination(inputOf(ready));
      notifyDone(t('destinations.saved', { name: saved.config.name }), {
        ...(destination === null ? { detail: t('destinations.savedDetail') } : {}),
      });
      onClose();
    } catch (thrown) {
      setRefused(thrown);
    }
  });
  const onTry = (): void => {
    setTrial(null);
    setRefused(null);
    if (config) void runTry(config);
    else setStrict((before) => (before === 'no' ? 'try' : before));
  };
  const onSave = (): void => {
    setRefused(null);
    if (config && Object.keys(open).length === 0) void runSave(config);
    else setStrict('save');
  };

  const found = draft.kind === 'sftp' ? (trial?.hostKey ?? keyRefused(refused)) : null;
  const confirmKey = (hostKey: string): void => {
    setRefused(null);
    setDraft((before) => ({ ...before, hostKey }));
  };
  const fields = { draft, destination, change, fault };
  return (
    <EditorForm
      refused={refused}
      result={
        <>
          {trial && <TrialResult trial={trial} />}
          {found !== null && found !== draft.hostKey && (
            <HostKeyQuestion found={found} confirmed={draft.hostKey} onConfirm={() => confirmKey(found)} />
          )}
        </>
      }
      onTry={onTry}
      tryLabel={t('destinations.try')}
      trying={trying}
      onSave={onSave}
      saving={saving}
      onClose={onClose}
    >
      {destination === null && <KindChoice kind={draft.kind} onChange={(kind) => change(defaultsOf(kind))} />}
      <PlaceFields {...fields} />
      <TextInput
        label={t('destinations.name')}
        placeholder={suggestedName(draft)}
        value={draft.name}
        maxLength={80}
        error={fault('name')}
        onChange={(event) => change({ name: event.currentTarget.value })}
        data-testid="destination-name"
      />
      <EncryptionFields {...fields} />
      <Switch
        label={t('destinations.offsite')}
        description={t('destinations.offsiteEffect')}
        checked={draft.offsite}
        onChange={(event) => change({ offsite: event.currentTarget.checked })}
        data-testid="destination-offsite"
      />
      <KeepFields {...fields} />
    </EditorForm>
  );
}

/** The key that a server showed when it was not the one that was confirmed. */
function keyRefused(refused: unknown): string | null {
  if (refused === null) return null;
  const { code, params } = errorViewOf(refused);
  const found = code === 'HOST_KEY_CHANGED' ? params['found'] : undefined;
  return typeof found === 'string' && found.startsWith('SHA256:') ? found : null;
}
