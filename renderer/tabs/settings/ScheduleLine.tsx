import { Select, Switch, Text, TextInput } from '@mantine/core';
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { describeError } from '@shared/text';
import { errorViewOf } from '@/api';
import { useNow } from '@/format/now';
import { useTexts } from '@/i18n';
import { INTERVALS, intervalCron, readInterval } from './interval';
import { cronWords } from './schedule-words';
import classes from './settings.module.css';

interface CronSchedule {
  enabled: boolean;
  cron: string;
}

interface Props {
  /** What the switch switches. */
  name: string;
  /** Whose pattern it is, for people who cannot see the row. */
  cronLabel: string;
  schedule: CronSchedule;
  /** Applies a change; throws what the main process refused. */
  apply: (change: Partial<CronSchedule>) => Promise<void>;
  /** Offers spans to choose from beside a pattern of one's own. */
  spans?: boolean;
  /** Below the words of the schedule. */
  children?: ReactNode;
  testId: string;
}

const OWN = 'own';

/** One schedule: a switch, the cron pattern and what it means. A refusal stands where the meaning was. */
export function ScheduleLine({ name, cronLabel, schedule, apply, spans = false, children, testId }: Props) {
  const texts = useTexts();
  const { t, shared } = texts;
  const now = useNow();
  // null while nothing is typed: the schedule's own pattern is shown
  const [draft, setDraft] = useState<string | null>(null);
  const [refused, setRefused] = useState<unknown>(null);
  const [ownChosen, setOwnChosen] = useState(false);
  const span = spans ? readInterval(schedule.cron) : null;
  const own = !spans || ownChosen || span === null;

  const send = async (change: Partial<CronSchedule>): Promise<void> => {
    try {
      await apply(change);
      setDraft(null);
      setRefused(null);
    } catch (thrown) {
      setRefused(thrown);
    }
  };
  const commit = async (): Promise<void> => {
    if (draft !== null) await send({ cron: draft.trim().replace(/\s+/g, ' ') });
  };
  const forget = (): void => {
    setDraft(null);
    setRefused(null);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') void commit();
    if (event.key === 'Escape') forget();
  };
  const choose = (chosen: string | null): void => {
    setOwnChosen(chosen === OWN);
    forget();
    if (chosen !== null && chosen !== OWN) void send({ cron: intervalCron(Number(chosen)) });
  };
  const words = (): string => {
    if (refused === null) return schedule.enabled ? cronWords(schedule.cron, now, texts) : t('settings.cron.off');
    const { what, meaning } = describeError(shared, errorViewOf(refused));
    return `${what} ${meaning}`;
  };
  return (
    <div className={classes.schedule}>
      <Switch
        label={name}
        checked={schedule.enabled}
        onChange={(event) => void send({ enabled: event.currentTarget.checked })}
        data-testid={`${testId}-on`}
      />
      <div className={classes.patterns}>
        {spans && (
          <Select
            aria-label={t('settings.interval.label', { pattern: cronLabel })}
            value={own ? OWN : String(span)}
            data={[
              ...INTERVALS.map((minutes) => ({
                value: String(minutes),
                label: t(minutes === 60 ? 'settings.interval.hour' : 'settings.interval.minutes', { minutes }),
              })),
              { value: OWN, label: t('settings.interval.own') },
            ]}
            disabled={!schedule.enabled}
            onChange={choose}
            data-testid={`${testId}-span`}
          />
        )}
        {own && (
          <TextInput
            aria-label={cronLabel}
            value={draft ?? schedule.cron}
            maxLength={120}
            spellCheck={false}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            disabled={!schedule.enabled}
            error={refused !== null}
            onChange={(event) => setDraft(event.currentTarget.value)}
            onBlur={() => void commit()}
            onKeyDown={onKey}
            data-testid={testId}
          />
        )}
      </div>
      <div>
        <Text size="xs" c={refused === null ? 'dimmed' : 'var(--hf-bad)'} role={refused === null ? undefined : 'alert'}>
          {words()}
        </Text>
        {children}
      </div>
    </div>
  );
}
