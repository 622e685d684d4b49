import { Switch, Text } from '@mantine/core';
import { SCHEDULED_KINDS, type ScheduledKind, type ScheduleSetting } from '@shared/models';
import { useTexts } from '@/i18n';
import { attempt } from '@/notify';
import { ScheduleLine } from './ScheduleLine';
import classes from './settings.module.css';

type Schedules = Record<ScheduledKind, ScheduleSetting>;

interface Props {
  schedules: Schedules;
  /** Names whose schedules these are, for people who cannot see the heading. */
  owner: string;
  /** Applies all of them; throws what the main process refused. */
  apply: (schedules: Schedules) => Promise<void>;
}

/** The schedules of each kind. */
export function ScheduleRows({ schedules, owner, apply }: Props) {
  const { t, shared } = useTexts();
  return SCHEDULED_KINDS.map((kind) => {
    const name = shared(`kind.${kind}`);
    const change = (part: Partial<ScheduleSetting>): Promise<void> =>
      apply({ ...schedules, [kind]: { ...schedules[kind], ...part } });
    return (
      <ScheduleLine
        key={kind}
        name={name}
        cronLabel={t('settings.cronOf', { kind: name, name: owner })}
        schedule={schedules[kind]}
        apply={change}
        spans={kind === 'incremental'}
        testId={`cron-${owner}-${kind}`}
      >
        {kind === 'incremental' && (
          <Text size="xs" c="dimmed">
            {t('settings.interval.effect')}
          </Text>
        )}
        {kind === 'daily' && <ChangesOnly schedule={schedules.daily} owner={owner} apply={change} />}
      </ScheduleLine>
    );
  });
}

interface ChangesProps {
  schedule: ScheduleSetting;
  owner: string;
  apply: (part: Partial<ScheduleSetting>) => Promise<void>;
}

/** Whether a daily backup stores the whole database or what changed. */
function ChangesOnly({ schedule, owner, apply }: ChangesProps) {
  const { t } = useTexts();
  const changesOnly = schedule.changesOnly === true;
  return (
    <Switch
      mt={4}
      size="xs"
      label={t('settings.changesOnly.label')}
      description={changesOnly ? t('settings.changesOnly.effect') : undefined}
      aria-label={t('settings.changesOnly.labelOf', { name: owner })}
      checked={changesOnly}
      disabled={!schedule.enabled}
      onChange={(event) => void attempt(() => apply({ changesOnly: event.currentTarget.checked }))}
      className={classes.inner}
      data-testid={`changes-only-${owner}`}
    />
  );
}
