import { Button, Checkbox, Input, PasswordInput, SegmentedControl, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { CopyButton } from '@/components/CopyButton';
import { ToneIcon } from '@/components/ToneIcon';
import { useTexts } from '@/i18n';
import classes from './destinations.module.css';
import type { EncryptionMode } from './draft';
import { BELOW, type FieldProps } from './fields';
import { makePassphrase } from './passphrase';
import { SecretField } from './SecretField';

const MODES = ['none', 'passphrase', 'recipient'] as const satisfies readonly EncryptionMode[];

/** How copies are encrypted before they leave: not at all only where they do not leave. */
export function EncryptionFields(props: FieldProps) {
  const { draft, change } = props;
  const { t } = useTexts();
  const modes = MODES.filter((mode) => mode !== 'none' || draft.kind === 'folder');
  return (
    <>
      <Input.Wrapper
        label={t('destinations.encryption')}
        labelElement="div"
        size="xs"
        description={[
          t(`destinations.modeEffect.${draft.encryption}`),
          ...(draft.kind === 'folder' ? [] : [t('destinations.always')]),
        ].join(' ')}
        inputWrapperOrder={BELOW}
      >
        <SegmentedControl
          fullWidth
          mb={4}
          aria-label={t('destinations.encryption')}
          value={draft.encryption}
          data={modes.map((value) => ({ value, label: t(`destinations.modes.${value}`) }))}
          onChange={(chosen) => change({ encryption: modes.find((one) => one === chosen) ?? draft.encryption })}
          data-testid="destination-encryption"
        />
      </Input.Wrapper>
      {draft.encryption === 'passphrase' && <Passphrase {...props} />}
      {draft.encryption === 'recipient' && <Recipient {...props} />}
    </>
  );
}

function Passphrase(props: FieldProps) {
  const { draft, destination, change } = props;
  const { t } = useTexts();
  const { secrets } = draft;
  return (
    <SecretField
      label={t('destinations.passphrase')}
      stored={destination?.secrets.passphrase === true}
      value={secrets.passphrase}
      onChange={(passphrase) => change({ secrets: { ...secrets, passphrase }, noted: false })}
      testId="destination-passphrase"
    >
      <NewPassphrase {...props} />
    </SecretField>
  );
}

/** A passphrase that is typed or made; it can be saved once it was written down. */
function NewPassphrase({ draft, destination, change, fault }: FieldProps) {
  const { t } = useTexts();
  const { secrets } = draft;
  const { passphrase } = secrets;
  const [made, setMade] = useState(false);
  const [visible, setVisible] = useState(false);
  const take = (next: string, byMachine: boolean): void => {
    setMade(byMachine);
    if (byMachine) setVisible(true);
    change({ secrets: { ...secrets, passphrase: next }, noted: false });
  };
  return (
    <div className={classes.fieldset}>
      <div className={classes.withButton}>
        <PasswordInput
          size="xs"
          label={t('destinations.passphrase')}
          description={t(made ? 'destinations.madeEffect' : 'destinations.ownEffect')}
          inputWrapperOrder={BELOW}
          value={passphrase}
          maxLength={1_000}
          spellCheck={false}
          autoComplete="off"
          visible={visible}
          onVisibilityChange={setVisible}
          visibilityToggleButtonProps={{ 'aria-label': t('destinations.show', { what: t('destinations.passphrase') }) }}
          styles={{ innerInput: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          error={fault('passphrase')}
          onChange={(event) => take(event.currentTarget.value, false)}
          data-testid="destination-passphrase"
        />
        <div className={`${classes.besideField} ${classes.key}`}>
          {passphrase !== '' && <CopyButton text={passphrase} what={t('destinations.passphrase')} />}
          <Button variant="default" onClick={() => take(makePassphrase(), true)} data-testid="make-passphrase">
            {t('destinations.make')}
          </Button>
        </div>
      </div>
      {passphrase !== '' && (
        <div className={classes.notice}>
          <div className={classes.key}>
            <ToneIcon tone="warn" size={18} />
            <Text size="xs">{t('destinations.loseWarning')}</Text>
          </div>
          <OlderCopies destination={destination} />
          <Checkbox
            size="xs"
            label={t('destinations.noted')}
            checked={draft.noted}
            error={fault('noted')}
            onChange={(event) => change({ noted: event.currentTarget.checked })}
            aria-invalid={fault('noted') !== undefined}
            data-testid="passphrase-noted"
          />
        </div>
      )}
    </div>
  );
}

function OlderCopies({ destination }: Pick<FieldProps, 'destination'>) {
  const { t } = useTexts();
  const encrypted = destination !== null && destination.config.encryption.mode !== 'none';
  if (!encrypted || destination.copies.total === 0) return null;
  return <Text size="xs">{t('destinations.olderCopies', { count: destination.copies.total })}</Text>;
}

function Recipient({ draft, destination, change, fault }: FieldProps) {
  const { t } = useTexts();
  const { secrets, recipient } = draft;
  const before = destination?.config.encryption;
  const other =
    before?.mode === 'passphrase' || (before?.mode === 'recipient' && before.recipient !== recipient.trim());
  return (
    <>
      <TextInput
        label={t('destinations.recipient')}
        description={t('destinations.recipientEffect')}
        inputWrapperOrder={BELOW}
        placeholder="age1…"
        value={recipient}
        maxLength={200}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        error={fault('recipient')}
        onChange={(event) => change({ recipient: event.currentTarget.value })}
        data-testid="destination-recipient"
      />
      {other && <OlderCopies destination={destination} />}
      <SecretField
        label={t('destinations.identity')}
        description={t('destinations.identityEffect')}
        stored={destination?.secrets.identity === true}
        value={secrets.identity}
        error={fault('identity')}
        onChange={(identity) => change({ secrets: { ...secrets, identity } })}
        testId="destination-identity"
      />
    </>
  );
}
