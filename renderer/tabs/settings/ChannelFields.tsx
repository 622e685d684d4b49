import { Button, Group, Input, PasswordInput, SegmentedControl, Text, TextInput } from '@mantine/core';
import type { ChannelStatus } from '@shared/alerting';
import { useTexts } from '@/i18n';
import { type ChannelDraft, type ChannelFaults, portFor } from './channel-draft';
import classes from './settings.module.css';

interface Props {
  draft: ChannelDraft;
  faults: ChannelFaults;
  channel: ChannelStatus | null;
  onChange: (part: Partial<ChannelDraft>) => void;
}

const SECURITIES = ['tls', 'starttls', 'none'] as const;
const BELOW: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error'];

/** Where the mail server is, and who writes to whom. */
export function EmailFields({ draft, faults, channel, onChange }: Props) {
  const { t } = useTexts();
  const security = t(`channels.securityEffect.${draft.security}`);
  return (
    <>
      <div className={classes.fields} style={{ gridTemplateColumns: 'minmax(0, 1fr) 96px' }}>
        <TextInput
          label={t('channels.host')}
          placeholder="smtp.example.com"
          value={draft.host}
          maxLength={253}
          spellCheck={false}
          error={faults.host && t('channels.faults.host')}
          onChange={(event) => onChange({ host: event.currentTarget.value })}
          data-testid="channel-host"
        />
        <TextInput
          label={t('channels.port')}
          value={draft.port}
          inputMode="numeric"
          maxLength={5}
          error={faults.port && t('channels.faults.port')}
          onChange={(event) => onChange({ port: event.currentTarget.value })}
          data-testid="channel-port"
        />
      </div>
      <Input.Wrapper
        label={t('channels.security')}
        labelElement="div"
        size="xs"
        description={<span className={draft.security === 'none' ? 'hf-tone-warn' : undefined}>{security}</span>}
        inputWrapperOrder={BELOW}
      >
        <SegmentedControl
          fullWidth
          className={classes.segments}
          aria-label={t('channels.security')}
          value={draft.security}
          data={SECURITIES.map((value) => ({ value, label: t(`channels.securities.${value}`) }))}
          onChange={(chosen) => {
            const next = SECURITIES.find((one) => one === chosen) ?? draft.security;
            onChange({ security: next, port: portFor(next, draft) });
          }}
          mb={4}
          data-testid="channel-security"
        />
      </Input.Wrapper>
      <div className={classes.fields}>
        <TextInput
          label={t('channels.user')}
          description={t('channels.userEffect')}
          inputWrapperOrder={BELOW}
          value={draft.user}
          maxLength={200}
          spellCheck={false}
          autoComplete="off"
          error={faults.user && t('channels.faults.secretUser')}
          onChange={(event) => onChange({ user: event.currentTarget.value })}
          data-testid="channel-user"
        />
        <SecretField label={t('channels.password')} draft={draft} channel={channel} onChange={onChange} />
      </div>
      <TextInput
        label={t('channels.sender')}
        placeholder="holdfast@example.com"
        value={draft.from}
        maxLength={254}
        spellCheck={false}
        error={faults.from && t('channels.faults.sender')}
        onChange={(event) => onChange({ from: event.currentTarget.value })}
        data-testid="channel-from"
      />
      <TextInput
        label={t('channels.to')}
        description={t('channels.toEffect')}
        inputWrapperOrder={BELOW}
        placeholder="admin@example.com, on-call@example.com"
        value={draft.to}
        spellCheck={false}
        error={faults.to && t(`channels.faults.${faults.to.fault}`, { address: faults.to.address ?? '' })}
        onChange={(event) => onChange({ to: event.currentTarget.value })}
        data-testid="channel-to"
      />
    </>
  );
}

/** Where messages are posted. */
export function WebhookFields({ draft, faults, channel, onChange }: Props) {
  const { t } = useTexts();
  const slack = draft.kind === 'slack';
  return (
    <>
      <TextInput
        label={t('channels.url')}
        description={t(slack ? 'channels.slackUrlEffect' : 'channels.urlEffect')}
        inputWrapperOrder={BELOW}
        placeholder={slack ? 'https://hooks.slack.com/services/…' : 'https://example.com/alerts'}
        value={draft.url}
        maxLength={2048}
        spellCheck={false}
        error={faults.url && t(`channels.faults.${faults.url.fault}`)}
        onChange={(event) => onChange({ url: event.currentTarget.value })}
        data-testid="channel-url"
      />
      {!slack && <SecretField label={t('channels.token')} draft={draft} channel={channel} onChange={onChange} />}
    </>
  );
}

/** A secret: what is stored is never shown, only that it is, and where. */
function SecretField({ label, draft, channel, onChange }: Omit<Props, 'faults'> & { label: string }) {
  const { t } = useTexts();
  const stored = channel?.hasSecret === true;
  const kept = stored && !draft.removeSecret;
  return (
    <div>
      <PasswordInput
        size="xs"
        label={label}
        description={
          draft.removeSecret ? t('channels.secretRemoved') : t(`channels.secretIn.${channel?.secretIn ?? 'unknown'}`)
        }
        inputWrapperOrder={BELOW}
        placeholder={kept ? t('channels.secretKept') : t('channels.secretNone')}
        value={draft.secret}
        maxLength={4096}
        autoComplete="off"
        onChange={(event) => onChange({ secret: event.currentTarget.value, removeSecret: false })}
        data-testid="channel-secret"
      />
      {stored && draft.secret === '' && (
        <Group mt={2}>
          <Button
            variant="subtle"
            color="gray"
            size="compact-xs"
            px={0}
            onClick={() => onChange({ removeSecret: !draft.removeSecret })}
          >
            <Text size="xs" component="span">
              {t(draft.removeSecret ? 'channels.secretKeep' : 'channels.secretRemove')}
            </Text>
          </Button>
        </Group>
      )}
    </div>
  );
}
