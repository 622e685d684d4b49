import { Button, Text, UnstyledButton } from '@mantine/core';
import type { Problem } from '@shared/models';
import { describeError } from '@shared/text';
import { ToneIcon } from '@/components/ToneIcon';
import { offeredAction } from '@/error-actions';
import { useTexts } from '@/i18n';
import { navigate } from '@/navigation';
import { reportError } from '@/notify';
import { SEVERITY_TONE } from '@/tone';
import classes from './status.module.css';

/** The worst open problem of a database, with the one button that does something about it. */
export function CardProblem({ problem }: { problem: Problem }) {
  const { shared } = useTexts();
  const tone = SEVERITY_TONE[problem.severity];
  const words = describeError(shared, problem);
  const offered = offeredAction(problem, { databaseId: problem.databaseId }, reportError);
  return (
    <div className={`${classes.problem} hf-tone-${tone}`}>
      <ToneIcon tone={tone} size={18} label={shared(`severity.${problem.severity}`)} />
      <UnstyledButton onClick={() => navigate({ tab: 'errors', problemId: problem.id })} style={{ minWidth: 0 }}>
        <Text fw={500} style={{ overflowWrap: 'anywhere' }}>
          {words.what}
        </Text>
      </UnstyledButton>
      {offered && (
        <Button variant="default" size="compact-sm" onClick={offered.run}>
          {offered.label}
        </Button>
      )}
    </div>
  );
}
