import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { ErrorNotice } from '@/components/ErrorNotice';
import { useTexts } from '@/i18n';

interface Props {
  title: string;
  name: string;
  doneLabel: string;
  onDone: (name: string) => Promise<void>;
  onClose: () => void;
}

const MOST_CHARACTERS = 80;

/** Asks for the name of an application. Says in its place why a name was refused. */
export function NameDialog({ title, name: start, doneLabel, onDone, onClose }: Props) {
  const { t } = useTexts();
  const [name, setName] = useState(start);
  const [refused, setRefused] = useState<unknown>(null);
  const [saving, setSaving] = useState(false);
  const save = async (): Promise<void> => {
    setSaving(true);
    try {
      await onDone(name.trim());
      onClose();
    } catch (thrown) {
      setRefused(thrown);
      setSaving(false);
    }
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (name.trim() !== '') void save();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      data-testid="error-application-dialog"
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput
            label={t('errors.apps.name')}
            description={t('errors.apps.nameHint')}
            value={name}
            maxLength={MOST_CHARACTERS}
            data-autofocus
            onChange={(event) => setName(event.currentTarget.value)}
            data-testid="error-application-name"
          />
          {refused !== null && <ErrorNotice thrown={refused} />}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" loading={saving} disabled={name.trim() === ''} data-testid="save-error-application">
              {doneLabel}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
