import { Switch, Text, TextInput } from '@mantine/core';
import { type KeyboardEvent, useState } from 'react';
import type { ScheduledKind, ScheduleSetting } from '@shared/models';
import { describeError } from '@shared/text';
import { errorViewOf } from '@/api';
import { nextSimpleRun, readSimpleCron } from '@/format/cron';
import { useNow } from '@/format/now';
import { type Texts, useTexts } from '@/i18n';
import classes from './settings.module.css';

type Schedules = Record<ScheduledKind, ScheduleSetting>;
const KINDS = ['daily', 'weekly', 'monthly'] as const satisfies readonly ScheduledKind[];

interface Props {
  schedules: Schedules;
  /** Names whose schedules these are, for people who cannot see the heading. */
  owner: string;
  /** Applies all three; throws what the main process refused. */
  apply: (schedules: Schedules) => Promise<void>;
}

/** The three schedules: a switch, the cron pattern and what it means. */
export function ScheduleRows({ schedules, owner, apply }: Props) {
  return KINDS.map((kind) => (
    <ScheduleRow
      key={kind}
      kind={kind}
      schedule={schedules[kind]}
      owner={owner}
      apply={(schedule) => apply({ ...schedules, [kind]: schedule })}
    />
  ));
}

interface RowProps {
  kind: ScheduledKind;
  schedule: ScheduleSetting;
  owner: string;
  apply: (schedule: ScheduleSetting) => Promise<void>;
}

function ScheduleRow({ kind, schedule, owner, apply }: RowProps) {
  const texts = useTexts();
  const { t, shared } = texts;
  const now = useNow();
  // null while nothing is typed: the schedule's own pattern is shown
  const [draft, setDraft] = useState<string | null>(null);
  const [refused, setRefused] = useState<unknown>(null);

  const send = async (change: ScheduleSetting): Promise<void> => {
    try {
      await apply(change);
      setDraft(null);
      setRefused(null);
    } catch (thrown) {
      setRefused(thrown);
    }
  };
  const commit = async (): Promise<void> => {
    if (draft === null) return;
    const cron = draft.trim().replace(/\s+/g, ' ');
    await send({ ...schedule, cron });
  };
  const forget = (): void => {
    setDraft(null);
    setRefused(null);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') void commit();
    if (event.key === 'Escape') forget();
  };
  const kindName = shared(`kind.${kind}`);
  return (
    <div className={classes.schedule}>
      <Switch
        label={kindName}
        checked={schedule.enabled}
        onChange={(event) => void send({ ...schedule, enabled: event.currentTarget.checked })}
      />
      <TextInput
        aria-label={t('settings.cronOf', { kind: kindName, name: owner })}
        value={draft ?? schedule.cron}
        maxLength={120}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        disabled={!schedule.enabled}
        error={refused !== null}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onBlur={() => void commit()}
        onKeyDown={onKey}
        data-testid={`cron-${owner}-${kind}`}
      />
      <div>
        <Text size="xs" c={refused === null ? 'dimmed' : 'var(--hf-bad)'} role={refused === null ? undefined : 'alert'}>
          {refused === null ? meaningOf(schedule, now, texts) : refusalOf(refused, texts)}
        </Text>
      </div>
    </div>
  );
}

function refusalOf(thrown: unknown, { shared }: Texts): string {
  const words = describeError(shared, errorViewOf(thrown));
  return `${words.what} ${words.meaning}`;
}

function meaningOf(schedule: ScheduleSetting, now: number, { t, format }: Texts): string {
  if (!schedule.enabled) return t('settings.cron.off');
  const simple = readSimpleCron(schedule.cron);
  if (!simple) return t('settings.cron.own');
  const time = `${String(simple.hour).padStart(2, '0')}:${String(simple.minute).padStart(2, '0')}`;
  const next = format.stamp(nextSimpleRun(simple, now).toISOString(), now);
  switch (simple.every) {
    case 'day':
      return t('settings.cron.day', { time, next });
    case 'week':
      return t('settings.cron.week', { time, next, weekday: format.weekday(simple.weekday) });
    case 'month':
      return t('settings.cron.month', { time, next, day: simple.day });
  }
}
