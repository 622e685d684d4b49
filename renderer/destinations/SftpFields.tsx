import { Input, SegmentedControl, Text, TextInput } from '@mantine/core';
import { CopyButton } from '@/components/CopyButton';
import { Mark } from '@/components/Mark';
import { useTexts } from '@/i18n';
import forms from '@/tabs/performance/forms/forms.module.css';
import classes from './destinations.module.css';
import { BELOW, type FieldProps } from './fields';
import { SecretField } from './SecretField';

const LOGINS = ['password', 'key'] as const;

/** A server over SSH: its address, the folder, who logs in and how, and the key that was confirmed. */
export function SftpFields(props: FieldProps) {
  const { draft, change, fault } = props;
  const { t } = useTexts();
  return (
    <>
      <div className={forms.hostPort}>
        <TextInput
          label={t('destinations.host')}
          placeholder="backup.example.com"
          value={draft.host}
          maxLength={255}
          spellCheck={false}
          error={fault('host')}
          onChange={(event) => change({ host: event.currentTarget.value })}
          data-autofocus
          data-testid="destination-host"
        />
        <TextInput
          label={t('destinations.port')}
          value={draft.port}
          inputMode="numeric"
          maxLength={5}
          error={fault('port')}
          onChange={(event) => change({ port: event.currentTarget.value })}
          data-testid="destination-port"
        />
      </div>
      <div className={forms.pair}>
        <TextInput
          label={t('destinations.user')}
          value={draft.user}
          maxLength={200}
          spellCheck={false}
          autoComplete="off"
          error={fault('user')}
          onChange={(event) => change({ user: event.currentTarget.value })}
          data-testid="destination-user"
        />
        <TextInput
          label={t('destinations.remotePath')}
          description={t('destinations.remotePathEffect')}
          inputWrapperOrder={BELOW}
          value={draft.remotePath}
          maxLength={4_000}
          spellCheck={false}
          error={fault('remotePath')}
          onChange={(event) => change({ remotePath: event.currentTarget.value })}
          data-testid="destination-remote-path"
        />
      </div>
      <Input.Wrapper label={t('destinations.login')} labelElement="div" size="xs">
        <SegmentedControl
          fullWidth
          aria-label={t('destinations.login')}
          value={draft.login}
          data={LOGINS.map((value) => ({ value, label: t(`destinations.loginBy.${value}`) }))}
          onChange={(chosen) => change({ login: LOGINS.find((one) => one === chosen) ?? draft.login })}
          data-testid="destination-login"
        />
      </Input.Wrapper>
      <LoginFields {...props} />
      <HostKey draft={draft} fault={fault} />
    </>
  );
}

function LoginFields({ draft, destination, change, fault }: FieldProps) {
  const { t } = useTexts();
  const { secrets, login } = draft;
  const stored = destination?.secrets;
  const hasKey = stored?.privateKey === true;
  const hasPassword = stored?.password === true;
  if (login === 'password') {
    return (
      <SecretField
        key="password"
        label={t('destinations.password')}
        stored={hasPassword && !hasKey}
        value={secrets.password}
        error={fault('password')}
        onChange={(password) => change({ secrets: { ...secrets, password } })}
        testId="destination-password"
      />
    );
  }
  return (
    <>
      <SecretField
        label={t('destinations.privateKey')}
        description={t('destinations.privateKeyEffect')}
        stored={hasKey}
        value={secrets.privateKey}
        error={fault('privateKey')}
        multiline
        onChange={(privateKey) => change({ secrets: { ...secrets, privateKey } })}
        testId="destination-private-key"
      />
      <SecretField
        key="key-passphrase"
        label={t('destinations.keyPassphrase')}
        description={t('destinations.keyPassphraseEffect')}
        stored={hasPassword && hasKey && secrets.privateKey === ''}
        value={secrets.password}
        onChange={(password) => change({ secrets: { ...secrets, password } })}
        testId="destination-key-passphrase"
      />
    </>
  );
}

function HostKey({ draft: { hostKey }, fault }: Pick<FieldProps, 'draft' | 'fault'>) {
  const { t } = useTexts();
  const wrong = fault('hostKey');
  return (
    <Input.Wrapper
      label={t('destinations.hostKeyConfirmed')}
      labelElement="div"
      size="xs"
      error={wrong}
      data-fault={wrong}
      data-testid="destination-host-key"
    >
      {hostKey === '' ? (
        <Text size="xs" c="dimmed">
          {t('destinations.hostKeyNone')}
        </Text>
      ) : (
        <div className={classes.key}>
          <Mark tone="ok" size="xs">
            <span className={`hf-selectable ${classes.keyText}`}>{hostKey}</span>
          </Mark>
          <CopyButton text={hostKey} what={t('destinations.hostKeyName')} />
        </div>
      )}
    </Input.Wrapper>
  );
}
