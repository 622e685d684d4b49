import { Button, PasswordInput, Stack, Text } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { PathText } from '@/components/PathText';
import { useTexts } from '@/i18n';
import classes from './restore.module.css';

interface Props {
  file: string;
  /** What was entered before did not open it. */
  wrong: boolean;
  onEnter: (passphrase: string) => void;
  /** Without the name of the file, which stands above already, and without taking the keys. */
  inList?: boolean;
}

/** Asks for what opens an encrypted file. It is used once and kept nowhere. */
export function PassphraseForm({ file, wrong, onEnter, inList = false }: Props) {
  const { t, shared } = useTexts();
  const [passphrase, setPassphrase] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (passphrase !== '') onEnter(passphrase);
  };
  return (
    <form onSubmit={submit} className={inList ? undefined : classes.box} data-testid="passphrase-form">
      <Stack gap="sm">
        {!inList && (
          <div className={classes.locked}>
            <IconLock size={20} aria-hidden />
            <div style={{ minWidth: 0 }}>
              <Text fw={600}>{t('inspect.locked')}</Text>
              <PathText path={file} />
            </div>
          </div>
        )}
        <Text>{t('inspect.lockedDetail')}</Text>
        <PasswordInput
          size="xs"
          label={t('inspect.passphrase')}
          value={passphrase}
          maxLength={1000}
          autoComplete="off"
          error={wrong && passphrase === '' ? shared('errors.PASSPHRASE_WRONG.what', { path: file }) : undefined}
          onChange={(event) => setPassphrase(event.currentTarget.value)}
          {...(inList ? {} : { 'data-autofocus': true })}
          data-testid="passphrase"
        />
        <Button type="submit" disabled={passphrase === ''} style={{ alignSelf: 'flex-end' }}>
          {t('inspect.unlock')}
        </Button>
      </Stack>
    </form>
  );
}
