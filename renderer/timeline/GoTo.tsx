import { TextInput } from '@mantine/core';
import { type KeyboardEvent, useState } from 'react';
import { useTexts } from '@/i18n';
import { localInput, readLocal } from './local-time';

interface Props {
  chosenMs: number | null;
  go: (ms: number) => void;
}

/** Takes a moment by its date and time of day, to the second. Enter goes there; so does leaving the field. */
export function GoTo({ chosenMs, go }: Props) {
  const { t } = useTexts();
  // null while nothing is typed: the chosen moment is shown
  const [draft, setDraft] = useState<string | null>(null);
  const commit = (): void => {
    const ms = draft === null ? null : readLocal(draft);
    setDraft(null);
    if (ms !== null) go(ms);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') commit();
    if (event.key === 'Escape') setDraft(null);
  };
  return (
    <TextInput
      type="datetime-local"
      step={1}
      w={214}
      aria-label={t('timeline.goTo')}
      value={draft ?? (chosenMs === null ? '' : localInput(chosenMs))}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={onKeyDown}
      data-testid="timeline-go-to"
    />
  );
}
