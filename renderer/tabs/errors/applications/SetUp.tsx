import { Button, Code, Group, SegmentedControl, Text } from '@mantine/core';
import { useState } from 'react';
import type { ErrorApplication } from '@shared/error-groups';
import { CopyButton } from '@/components/CopyButton';
import { Panel } from '@/components/Panel';
import { ToneIcon } from '@/components/ToneIcon';
import { useTexts } from '@/i18n';
import { navigate } from '@/navigation';
import classes from './applications.module.css';
import { nodeCode, nodeInstall, pythonCode, pythonInstall } from './setup';

const LANGUAGES = ['python', 'node'] as const;
type ProgrammingLanguage = (typeof LANGUAGES)[number];

/** The address of the application, and the lines to paste; where nothing listens, that and the way to change it. */
export function SetUp({ application: { dsn } }: { application: ErrorApplication }) {
  const { t } = useTexts();
  return (
    <Panel title={t('errors.apps.setUp')} testId="error-application-setup">
      {dsn === null ? <Closed /> : <Lines dsn={dsn} />}
    </Panel>
  );
}

function Closed() {
  const { t } = useTexts();
  return (
    <div className={classes.closed} data-testid="error-endpoint-closed">
      <ToneIcon tone="warn" size={18} />
      <div>
        <Text fw={600}>{t('errors.apps.closed')}</Text>
        <Text>{t('errors.apps.closedDetail')}</Text>
      </div>
      <Button
        onClick={() => navigate({ tab: 'settings', section: 'endpoint' })}
        data-testid="open-endpoint-setting"
        style={{ flexShrink: 0 }}
      >
        {t('errors.apps.openSetting')}
      </Button>
    </div>
  );
}

function Lines({ dsn }: { dsn: string }) {
  const { t } = useTexts();
  const [language, setLanguage] = useState<ProgrammingLanguage>('python');
  const isPython = language === 'python';
  return (
    <div className={classes.lines}>
      <div>
        <Text fw={600} mb={4}>
          {t('errors.apps.dsn')}
        </Text>
        <Pasted text={dsn} what={t('errors.apps.dsn')} testId="error-application-dsn" />
        <Text size="xs" c="dimmed" mt={4}>
          {t('errors.apps.dsnHint')}
        </Text>
      </div>
      <SegmentedControl
        style={{ justifySelf: 'start' }}
        aria-label={t('errors.apps.setUp')}
        value={language}
        data={LANGUAGES.map((value) => ({ value, label: t(`errors.apps.${value}`) }))}
        onChange={(value) => setLanguage(value === 'node' ? 'node' : 'python')}
        data-testid="error-application-language"
      />
      <Pasted text={isPython ? pythonInstall : nodeInstall} what={t(`errors.apps.${language}`)} />
      <Pasted
        text={isPython ? pythonCode(dsn) : nodeCode(dsn)}
        what={t(`errors.apps.${language}`)}
        testId="error-application-code"
      />
      <Text>{t('errors.apps.first')}</Text>
      <Text size="xs" c="dimmed" className="hf-selectable">
        {t('errors.apps.proxy')}
      </Text>
    </div>
  );
}

/** A text to be pasted elsewhere. */
function Pasted({ text, what, testId }: { text: string; what: string; testId?: string }) {
  return (
    <Group gap={6} wrap="nowrap" align="flex-start">
      <Code block className={`hf-selectable ${classes.pasted}`} tabIndex={0} data-testid={testId}>
        {text}
      </Code>
      <CopyButton text={text} what={what} />
    </Group>
  );
}
