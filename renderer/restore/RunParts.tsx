import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { JobPhase, JobView, RestoreRecord } from '@shared/models';
import { describeError } from '@shared/text';
import { ToneIcon } from '@/components/ToneIcon';
import { useTexts } from '@/i18n';
import { RESTORE_TONE } from '@/tone';
import classes from './restore.module.css';

/** The phases of a restore, how far it is, and that it is being put back when it comes to that. */
export function PhaseList({ phases: planned, job }: { phases: readonly JobPhase[]; job: JobView | null }) {
  const { shared } = useTexts();
  const phases: JobPhase[] = [...planned, ...(job?.phase === 'roll-back' ? ['roll-back' as const] : [])];
  const current = job ? phases.indexOf(job.phase) : -1;
  return (
    <ol className={classes.phases}>
      {phases.map((phase, index) => (
        <li key={phase} aria-current={index === current ? 'step' : undefined}>
          <ToneIcon tone={index < current ? 'ok' : index === current ? 'busy' : 'muted'} size={16} />
          {shared(`phase.${phase}`)}
        </li>
      ))}
    </ol>
  );
}

/** It is done and was verified. */
export function DoneBox({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={`${classes.verdict} hf-tone-ok`} data-testid="restore-done">
      <ToneIcon tone="ok" size={22} />
      <div>
        <Text fw={600} size="md">
          {title}
        </Text>
        {children}
      </div>
    </div>
  );
}

/** How a restore ended that did not end well. */
export function NotDoneBox({ record }: { record: RestoreRecord }) {
  const { shared } = useTexts();
  const tone = RESTORE_TONE[record.outcome];
  const words = record.errorCode
    ? describeError(shared, { code: record.errorCode, params: { name: record.database } })
    : null;
  return (
    <div className={`${classes.verdict} hf-tone-${tone}`} role="alert" data-testid="restore-failed">
      <ToneIcon tone={tone} size={22} />
      <div>
        <Text fw={600} size="md">
          {shared(`restoreOutcome.${record.outcome}`)}
        </Text>
        {words && (
          <>
            <Text>{words.what}</Text>
            <Text>{words.meaning}</Text>
            <Text>{words.action}</Text>
          </>
        )}
      </div>
    </div>
  );
}

/** What was there before a restore is back. */
export function UndoneBox({ name }: { name: string }) {
  const { t } = useTexts();
  return (
    <div className={`${classes.verdict} hf-tone-ok`} role="status" data-testid="restore-undone">
      <ToneIcon tone="ok" size={22} />
      <div>
        <Text fw={600} size="md">
          {t('restore.undone', { name })}
        </Text>
        <Text>{t('run.undoneDetail')}</Text>
      </div>
    </div>
  );
}
