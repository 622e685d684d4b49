import { ActionIcon, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { call } from '@/api';
import { useTexts } from '@/i18n';
import { attempt } from '@/notify';

const CONFIRMATION_MS = 1500;

/** Copies a text; `what` names it for people who cannot see the icon. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const { t } = useTexts();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), CONFIRMATION_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async (): Promise<void> => {
    if ((await attempt(() => call('window:copy-text', { text }))) !== undefined) setCopied(true);
  };
  const label = copied ? t('common.copied') : t('common.copy', { what });
  return (
    <Tooltip label={label}>
      <ActionIcon size="sm" aria-label={label} onClick={() => void copy()}>
        {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
      </ActionIcon>
    </Tooltip>
  );
}
