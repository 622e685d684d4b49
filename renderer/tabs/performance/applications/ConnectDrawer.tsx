import { Code, Group, SegmentedControl, Skeleton, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { ApplicationStatus } from '@shared/monitoring';
import { RequestError } from '@/api';
import { CopyButton } from '@/components/CopyButton';
import { ErrorNotice } from '@/components/ErrorNotice';
import { PathText } from '@/components/PathText';
import { useTexts } from '@/i18n';
import { Editor } from '../forms/Editor';
import { useEndpoint } from '../queries';
import classes from './applications.module.css';
import { ScrapeForm } from './ScrapeEditor';
import { curlSnippet, sdkSnippet } from './setup';

interface Props {
  /** `new`, the target to change, or null while nothing is connected or changed. */
  edited: ApplicationStatus | 'new' | null;
  onClose: () => void;
  onSaved: () => void;
}

/** Brings the metrics of an application here: it sends them, or they are fetched. */
export function ConnectDrawer({ edited, onClose, onSaved }: Props) {
  const { t } = useTexts();
  const title = edited && edited !== 'new' ? edited.name : t('performance.app.connect');
  const scrape = edited && edited !== 'new' ? edited.scrape : null;
  return (
    <Editor title={title} onClose={onClose} testId="connect-application" size={600}>
      {edited === 'new' ? (
        <Ways onClose={onClose} onSaved={onSaved} />
      ) : (
        scrape && <ScrapeForm scrape={scrape} onClose={onClose} onSaved={onSaved} />
      )}
    </Editor>
  );
}

function Ways({ onClose, onSaved }: { onClose: () => void; onSaved: () => void }) {
  const { t } = useTexts();
  const [way, setWay] = useState<'push' | 'fetch'>('push');
  return (
    <Stack gap="md">
      <SegmentedControl
        fullWidth
        aria-label={t('performance.app.connect')}
        value={way}
        data={[
          { value: 'push', label: t('performance.app.push') },
          { value: 'fetch', label: t('performance.app.fetch') },
        ]}
        onChange={(value) => setWay(value === 'fetch' ? 'fetch' : 'push')}
        data-testid="connect-way"
      />
      {way === 'push' ? <PushSetup /> : <ScrapeForm scrape={null} onClose={onClose} onSaved={onSaved} />}
    </Stack>
  );
}

/** Where an application sends its metrics, ready to be pasted. */
function PushSetup() {
  const { t } = useTexts();
  const endpoint = useEndpoint();
  if (endpoint.isError) {
    return <ErrorNotice thrown={endpoint.error} context={{ retry: () => void endpoint.refetch() }} />;
  }
  if (!endpoint.data) return <Skeleton height={240} aria-busy />;
  const { address, tokenFile, error } = endpoint.data;
  if (error) return <ErrorNotice thrown={new RequestError(error)} />;
  if (address === null) return <Text>{t('performance.app.endpointOff')}</Text>;
  return (
    <Stack gap="md">
      <Text>{t('performance.app.pushEffect')}</Text>
      <Snippet title={t('performance.app.sdk')} text={sdkSnippet(address, tokenFile)} />
      <Snippet title={t('performance.app.curl')} text={curlSnippet(address, tokenFile)} />
      <Text size="xs" c="dimmed" component="div">
        {t('performance.app.tokenFile')} <PathText path={tokenFile} />
      </Text>
      <Text size="xs" c="dimmed">
        {t('performance.app.proxy')}
      </Text>
    </Stack>
  );
}

function Snippet({ title, text }: { title: string; text: string }) {
  return (
    <div>
      <Group justify="space-between" mb={4}>
        <Text fw={600}>{title}</Text>
        <CopyButton text={text} what={title} />
      </Group>
      <Code block className={`hf-selectable ${classes.snippet}`} tabIndex={0}>
        {text}
      </Code>
    </div>
  );
}
