import { Button, Code, Text } from '@mantine/core';
import type { DestinationTrial } from '@shared/destinations';
import { CopyButton } from '@/components/CopyButton';
import { Mark } from '@/components/Mark';
import { useTexts } from '@/i18n';
import classes from './destinations.module.css';

interface Props {
  trial: DestinationTrial;
  /** The destination is not in the list yet, nor is what lies there. */
  isNew: boolean;
}

/** What a try found. */
export function TrialResult({ trial: { freeBytes, copiesFound }, isNew }: Props) {
  const { t, format } = useTexts();
  // Only the server's key was asked for: the question about it says all there is.
  if (copiesFound === null) return null;
  return (
    <div className={classes.notice} data-testid="trial-result">
      <Mark tone="ok" size="xs">
        {t('destinations.tryDone')}
      </Mark>
      <Text size="xs">
        {freeBytes !== null && `${t('destinations.free', { size: format.bytes(freeBytes) })} `}
        {copiesFound === 0 ? t('destinations.foundNone') : t('destinations.found', { count: copiesFound })}
        {isNew && copiesFound > 0 && ` ${t('destinations.foundHint')}`}
      </Text>
    </div>
  );
}

/** Shows the fingerprints of a server's keys on the server itself, as they are shown here. */
const FINGERPRINTS = 'for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf "$key"; done';

interface HostKeyProps {
  /** What the server showed. */
  found: string;
  /** What was confirmed before; empty when nothing was. */
  confirmed: string;
  onConfirm: () => void;
}

/** Asks whether the key that a server showed is its own. */
export function HostKeyQuestion({ found, confirmed, onConfirm }: HostKeyProps) {
  const { t } = useTexts();
  const other = confirmed !== '';
  return (
    <div className={classes.notice} role="alert" data-testid="host-key-question">
      <Mark tone={other ? 'bad' : 'warn'} size="xs">
        {t(other ? 'destinations.hostKeyChangedTitle' : 'destinations.hostKeyTitle')}
      </Mark>
      <div className={classes.key}>
        <Code className={`hf-selectable ${classes.keyText}`} data-testid="host-key-found">
          {found}
        </Code>
        <CopyButton text={found} what={t('destinations.hostKeyName')} />
      </div>
      {other && (
        <Text size="xs">
          {t('destinations.hostKeyChangedEffect')}{' '}
          <span className={`hf-selectable ${classes.keyText}`}>{confirmed}</span>
        </Text>
      )}
      <Text size="xs">{t('destinations.hostKeyEffect')}</Text>
      <div className={classes.key}>
        <Code className={`hf-selectable ${classes.keyText}`}>{FINGERPRINTS}</Code>
        <CopyButton text={FINGERPRINTS} what={t('destinations.hostKeyCommand')} />
      </div>
      <Button variant="default" size="compact-sm" onClick={onConfirm} data-testid="confirm-host-key">
        {t('destinations.hostKeyConfirm')}
      </Button>
    </div>
  );
}
