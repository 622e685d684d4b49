import { Button, Code, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { type ConfirmQuestion, type Explanation, type NameQuestion, openQuestion } from '@/dialogs';
import { useTexts } from '@/i18n';
import { useValue } from '@/value';
import { PathText } from './PathText';

/** Shows the question that an event handler waits for. */
export function QuestionDialog() {
  const open = useValue(openQuestion);
  const { t } = useTexts();
  if (!open) return null;
  const common = { opened: true, closeButtonProps: { 'aria-label': t('common.close') } };
  if (open.kind === 'name') {
    return (
      <Modal {...common} onClose={() => open.answer(null)} title={t('guard.nameTitle')}>
        <NameForm question={open.question} answer={open.answer} />
      </Modal>
    );
  }
  if (open.kind === 'explain') {
    return (
      <Modal {...common} onClose={open.answer} title={open.question.title} size="lg" data-testid="explain-dialog">
        <ExplainBody question={open.question} close={open.answer} />
      </Modal>
    );
  }
  return (
    <Modal
      {...common}
      onClose={() => open.answer(false)}
      title={open.question.title}
      size="lg"
      data-testid="confirm-dialog"
    >
      <ConfirmBody question={open.question} answer={open.answer} />
    </Modal>
  );
}

function ConfirmBody({ question, answer }: { question: ConfirmQuestion; answer: (confirmed: boolean) => void }) {
  const { t } = useTexts();
  return (
    <Stack gap="sm">
      {question.lines.map((line) => (
        <Text key={line}>{line}</Text>
      ))}
      <Objects objects={question.objects} />
      <Group justify="flex-end" mt="xs">
        <Button variant="default" onClick={() => answer(false)} data-autofocus>
          {t('common.cancel')}
        </Button>
        <Button
          color={question.danger ? 'var(--hf-danger-fill)' : undefined}
          onClick={() => answer(true)}
          data-testid="confirm-yes"
        >
          {question.confirmLabel}
        </Button>
      </Group>
    </Stack>
  );
}

function ExplainBody({ question, close }: { question: Explanation; close: () => void }) {
  const { t } = useTexts();
  return (
    <Stack gap="sm">
      {question.lines.map((line) => (
        <Text key={line}>{line}</Text>
      ))}
      <Objects objects={question.objects} />
      {question.after?.map((line) => (
        <Text key={line}>{line}</Text>
      ))}
      <Group justify="flex-end" mt="xs">
        <Button onClick={close} data-autofocus>
          {t('common.close')}
        </Button>
      </Group>
    </Stack>
  );
}

function Objects({ objects = [] }: { objects?: string[] | undefined }) {
  if (objects.length === 0) return null;
  return (
    <Code block className="hf-selectable" mah={160} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
      {objects.join('\n')}
    </Code>
  );
}

function NameForm({ question, answer }: { question: NameQuestion; answer: (name: string | null) => void }) {
  const { t } = useTexts();
  const [name, setName] = useState(`${question.taken}-2`);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (name.trim()) answer(name.trim());
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text>{t('guard.nameTaken', { name: question.taken })}</Text>
        <PathText path={question.file} />
        <TextInput
          label={t('guard.name')}
          value={name}
          maxLength={80}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        <Group justify="flex-end" mt="xs">
          <Button variant="default" onClick={() => answer(null)}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" disabled={!name.trim()}>
            {t('guard.guard')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
