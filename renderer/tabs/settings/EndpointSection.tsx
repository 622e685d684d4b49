import { Code, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useId } from 'react';
import type { EndpointInfo } from '@shared/models';
import { describeError } from '@shared/text';
import { useEndpoint } from '@/alerts/queries';
import { CopyButton } from '@/components/CopyButton';
import { ErrorNotice } from '@/components/ErrorNotice';
import { Mark } from '@/components/Mark';
import { Panel } from '@/components/Panel';
import { PathText } from '@/components/PathText';
import { useTexts } from '@/i18n';
import { useApp } from '@/store';
import { changeSetting } from './change';
import { curlExample, prometheusExample } from './endpoint-examples';
import { NumberField } from './NumberField';
import { SettingRow, SwitchRow } from './SettingRow';
import classes from './settings.module.css';

/** The local HTTP endpoint: whether it listens, and how to ask it. */
export function EndpointSection() {
  const { t } = useTexts();
  const endpoint = useApp((state) => state.settings.endpoint);
  const query = useEndpoint();
  const portId = useId();
  return (
    <Panel title={t('settings.endpoint.label')} testId="settings-endpoint">
      <Text c="dimmed" size="xs">
        {t('settings.endpoint.effect')}
      </Text>
      <SwitchRow
        label={t('settings.endpoint.enable')}
        effect={t('settings.endpoint.enableEffect')}
        checked={endpoint.enabled}
        onChange={(enabled) => changeSetting('endpoint', { ...endpoint, enabled })}
      />
      <SettingRow label={t('settings.endpoint.port')} effect={t('settings.endpoint.portEffect')} controlId={portId}>
        <NumberField
          id={portId}
          value={endpoint.port}
          least={1_024}
          most={65_535}
          onChange={(port) => changeSetting('endpoint', { ...endpoint, port })}
          testId="endpoint-port"
        />
      </SettingRow>
      {query.isPending && <Skeleton height={220} mt="xs" aria-busy />}
      {query.isError && <ErrorNotice thrown={query.error} context={{ retry: () => void query.refetch() }} />}
      {query.data && <Listening info={query.data} enabled={endpoint.enabled} port={endpoint.port} />}
    </Panel>
  );
}

function Listening({ info, enabled, port }: { info: EndpointInfo; enabled: boolean; port: number }) {
  const { t, shared } = useTexts();
  const { address, tokenFile, error } = info;
  const shown = address ?? `http://127.0.0.1:${port}`;
  const failure = enabled && error ? describeError(shared, error) : null;
  return (
    <>
      <SettingRow
        label={t('settings.endpoint.state')}
        effect={
          <span data-testid="endpoint-state">
            {address !== null ? (
              <Mark tone="ok" size="xs">
                <span className="hf-selectable">{t('settings.endpoint.listening', { address })}</span>
              </Mark>
            ) : failure ? (
              <>
                <Mark tone="bad" size="xs">
                  {failure.what}
                </Mark>
                <Text size="xs">{failure.action}</Text>
              </>
            ) : (
              <Mark tone="muted" size="xs">
                {t(enabled ? 'settings.endpoint.starting' : 'settings.endpoint.off')}
              </Mark>
            )}
          </span>
        }
      >
        <CopyButton text={shown} what={t('settings.endpoint.address')} />
      </SettingRow>
      <SettingRow
        label={t('settings.endpoint.tokenFile')}
        effect={
          <>
            {t('settings.endpoint.tokenEffect')}
            <br />
            <PathText path={tokenFile} />
          </>
        }
      >
        <CopyButton text={tokenFile} what={t('settings.endpoint.path')} />
      </SettingRow>
      <Stack gap="sm" mt="xs">
        <Example
          title={t('settings.endpoint.health')}
          what={t('settings.endpoint.command')}
          text={curlExample(shown, tokenFile)}
        />
        <Example
          title={t('settings.endpoint.prometheus')}
          what={t('settings.endpoint.configuration')}
          text={prometheusExample(shown, tokenFile)}
        />
      </Stack>
    </>
  );
}

function Example({ title, what, text }: { title: string; what: string; text: string }) {
  return (
    <div>
      <Group justify="space-between" mb={2}>
        <Text size="xs" fw={500}>
          {title}
        </Text>
        <CopyButton text={text} what={what} />
      </Group>
      <Code block className={`hf-selectable ${classes.code}`}>
        {text}
      </Code>
    </div>
  );
}
