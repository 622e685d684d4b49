import { Button, Code, Drawer, Group, Stack, Text } from '@mantine/core';
import { ERRORS } from '@shared/errors';
import type { Problem } from '@shared/models';
import { describeError } from '@shared/text';
import { CopyButton } from '@/components/CopyButton';
import { type Fact, Facts } from '@/components/Facts';
import { Mark } from '@/components/Mark';
import { useTexts } from '@/i18n';
import { useDatabase } from '@/store';
import { SEVERITY_TONE } from '@/tone';
import { resolveProblem } from './ProblemRow';

/** Everything known of one problem, with the technical text to copy. */
export function ProblemDetails({ problem, onClose }: { problem: Problem | null; onClose: () => void }) {
  const { t } = useTexts();
  return (
    <Drawer
      opened={problem !== null}
      onClose={onClose}
      position="right"
      size={520}
      title={t('errors.details')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      data-testid="problem-details"
    >
      {problem && <Body problem={problem} onClose={onClose} />}
    </Drawer>
  );
}

function Body({ problem, onClose }: { problem: Problem; onClose: () => void }) {
  const { t, shared, format } = useTexts();
  const database = useDatabase(problem.databaseId);
  const words = describeError(shared, problem);
  const facts: Fact[] = [
    { name: t('errors.code'), value: <Code className="hf-selectable">{problem.code}</Code> },
    { name: t('errors.class'), value: shared(`class.${ERRORS[problem.code].class}`) },
    ...(database ? [{ name: t('status.database'), value: database.database.name }] : []),
    { name: t('errors.first'), value: format.exact(problem.firstSeenAt) },
    { name: t('errors.last'), value: format.exact(problem.lastSeenAt) },
    { name: t('errors.count'), value: format.number(problem.count) },
    ...(problem.resolvedAt ? [{ name: t('errors.resolvedAt'), value: format.exact(problem.resolvedAt) }] : []),
    ...Object.entries(problem.params).map(([name, value]) => ({
      name,
      value: <span className="hf-selectable">{String(value)}</span>,
    })),
  ];
  const technical = `${problem.code}\n${JSON.stringify(problem.params)}\n${problem.detail}`;
  const resolve = async (): Promise<void> => {
    await resolveProblem(problem);
    onClose();
  };
  return (
    <Stack gap="md">
      <div className="hf-selectable">
        <Mark tone={SEVERITY_TONE[problem.severity]}>{shared(`severity.${problem.severity}`)}</Mark>
        <Text size="md" fw={600} mt={4} style={{ overflowWrap: 'anywhere' }}>
          {words.what}
        </Text>
        <Text>{words.meaning}</Text>
        <Text>{words.action}</Text>
      </div>
      <Facts facts={facts} />
      <div>
        <Group justify="space-between" mb={4}>
          <Text fw={600}>{t('errors.detail')}</Text>
          <CopyButton text={technical} what={t('errors.detail')} />
        </Group>
        <Code block className="hf-selectable" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {problem.detail || '—'}
        </Code>
      </div>
      {problem.state === 'open' && (
        <Group justify="flex-end">
          <Button variant="default" onClick={() => void resolve()}>
            {t('errors.resolve')}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
