import { Switch, TextInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
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
import classes from './destinations.module.css';
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
  const [refusals, setRefusals] = useState(0);
  const form = useRef<HTMLFieldSetElement>(null);
  const shown = useShown();
  useEffect(() => {
    if (refusals > 0) showFirstFault(form.current);
  }, [refusals]);
  // a place that is new or changed is tried before it is saved: that is what makes it ready for copies
  const [untried, setUntried] = useState(destination === null);
  const [trial, setTrial] = useState<DestinationTrial | null>(null);
  const [refused, setRefused] = useState<unknown>(null);
  const stored = destination?.secrets ?? null;
  const taken = destinations.filter(({ id }) => id !== destination?.id).map(({ config }) => config.name);
  const { config, faults, open } = readDestination(draft, { stored, backupFolder, taken });

  const change = (part: Partial<DestinationDraft>): void => {
    setRefused(null);
    // what a try said is no longer about what is there
    if (changesPlace(part)) {
      setTrial(null);
      setUntried(true);
    }
    if (part.kind !== undefined) setStrict('no');
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
  const tryOut = async (ready: DestinationConfig): Promise<void> => {
    setTrial(await call('destinations:try', inputOf(ready)));
    setUntried(false);
  };
  const [runTry, trying] = usePending(async (ready: DestinationConfig) => {
    try {
      await tryOut(ready);
    } catch (thrown) {
      setRefused(thrown);
    }
  });
  const [runSave, saving] = usePending(async (ready: DestinationConfig) => {
    try {
      if (untried) await tryOut(ready);
      // closed meanwhile: nothing changes
      if (!shown.current) return;
      const saved = await saveDestination(inputOf(ready));
      notifyDone(t('destinations.saved', { name: saved.config.name }), {
        ...(destination === null ? { detail: t('destinations.savedDetail') } : {}),
      });
      if (shown.current) onClose();
    } catch (thrown) {
      setRefused(thrown);
    }
  });
  const refuse = (to: 'try' | 'save'): void => {
    setStrict((before) => (before === 'save' ? before : to));
    setRefusals((count) => count + 1);
  };
  const onTry = (): void => {
    setTrial(null);
    setRefused(null);
    if (config) void runTry(config);
    else refuse('try');
  };
  const onSave = (): void => {
    setRefused(null);
    if (config && Object.keys(open).length === 0) void runSave(config);
    else refuse('save');
  };

  const found = draft.kind === 'sftp' ? (trial?.hostKey ?? keyRefused(refused)) : null;
  const asked = found === draft.hostKey ? null : found;
  const confirmKey = (hostKey: string): void => {
    setRefused(null);
    setDraft((before) => ({ ...before, hostKey }));
  };
  const fields = { draft, destination, change, fault };
  return (
    <EditorForm
      refused={refused}
      result={
        (trial !== null || asked !== null) && (
          <>
            {trial && <TrialResult trial={trial} isNew={destination === null} />}
            {asked !== null && (
              <HostKeyQuestion found={asked} confirmed={draft.hostKey} onConfirm={() => confirmKey(asked)} />
            )}
          </>
        )
      }
      onTry={onTry}
      tryLabel={t('destinations.try')}
      trying={trying}
      onSave={onSave}
      saving={saving}
      onClose={onClose}
    >
      {/* what is tried or saved does not change meanwhile */}
      <fieldset ref={form} className={classes.fieldset} disabled={trying || saving}>
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
      </fieldset>
    </EditorForm>
  );
}

/** Whether the component is still there, for what was begun in it. */
function useShown(): { readonly current: boolean } {
  const shown = useRef(false);
  useEffect(() => {
    shown.current = true;
    return () => {
      shown.current = false;
    };
  }, []);
  return shown;
}

/** Faults may be far from the button: brings the first of them into sight, and the focus to it. */
function showFirstFault(form: HTMLElement | null): void {
  const first = form?.querySelector<HTMLElement>('[aria-invalid="true"], [data-fault]');
  first?.scrollIntoView({ block: 'center' });
  first?.focus({ preventScroll: true });
}

/** The key that a server showed when it was not the one that was confirmed. */
function keyRefused(refused: unknown): string | null {
  if (refused === null) return null;
  const { code, params } = errorViewOf(refused);
  const found = code === 'HOST_KEY_CHANGED' ? params['found'] : undefined;
  return typeof found === 'string' && found.startsWith('SHA256:') ? found : null;
}
