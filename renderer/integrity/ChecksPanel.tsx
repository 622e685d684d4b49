import { Button, Group, Text, Tooltip } from '@mantine/core';
import { IconStethoscope } from '@tabler/icons-react';
import type { IntegrityRecord } from '@shared/integrity';
import type { DatabaseStatus } from '@shared/models';
import { EmptyState } from '@/components/EmptyState';
import { JobLine } from '@/components/JobLine';
import { Mark } from '@/components/Mark';
import { Panel } from '@/components/Panel';
import { TimeText } from '@/components/TimeText';
import { usePending } from '@/components/usePending';
import { useNow } from '@/format/now';
import { useTexts } from '@/i18n';
import { useJob } from '@/store';
import { checkNow } from './actions';
import classes from './integrity.module.css';
import { meaningWords, OUTCOME_TONE, outcomeWords } from './words';

const HISTORY = 40;

interface Props {
  status: DatabaseStatus;
  /** Newest first. */
  checks: readonly IntegrityRecord[];
  standing: readonly IntegrityRecord[];
}

/** The newest check, what was found before it, and the buttons that check now. */
export function ChecksPanel({ status, checks, standing }: Props) {
  const { t } = useTexts();
  const { database } = status;
  const job = useJob('check', database.id);
  const [quick, quickRuns] = usePending(checkNow);
  const [full, fullRuns] = usePending(checkNow);
  const busy = job !== null || quickRuns || fullRuns;
  const [newest] = checks;
  const earlier = standing[1];
  const buttons = (
    <Group gap={6} wrap="nowrap">
      <Button
        variant="default"
        size="compact-sm"
        disabled={busy}
        onClick={() => void quick(database, 'quick')}
        data-testid="check-quick"
      >
        {t('integrity.quick')}
      </Button>
      <Button size="compact-sm" disabled={busy} onClick={() => void full(database, 'full')} data-testid="check-full">
        {t('integrity.full')}
      </Button>
    </Group>
  );
  return (
    <Panel title={t('integrity.checks')} aside={newest && buttons} testId="checks">
      {newest ? (
        <Newest check={newest} over={newest.outcome === 'damaged' && !status.integrity.damaged} />
      ) : (
        !job && (
          <EmptyState
            icon={<IconStethoscope size={36} stroke={1.3} />}
            title={t('integrity.never')}
            detail={t('integrity.neverDetail')}
            compact
          >
            <Button loading={busy} onClick={() => void full(database, 'full')} data-testid="check-full">
              {t('integrity.full')}
            </Button>
          </EmptyState>
        )
      )}
      {job && <JobLine job={job} withSubject={false} />}
      {earlier && <Earlier check={earlier} />}
      {checks.length > 1 && <History checks={checks.slice(0, HISTORY)} />}
    </Panel>
  );
}

/** `over`: what it found was shown to be over since. */
function Newest({ check, over }: { check: IntegrityRecord; over: boolean }) {
  const texts = useTexts();
  const { t, format } = texts;
  const { depth, trigger, outcome, finishedAt, tookMs } = check;
  return (
    <div data-testid="newest-check" data-outcome={outcome} data-depth={depth}>
      <div className={classes.outcome}>
        <Mark tone={OUTCOME_TONE[outcome]} size="md">
          {outcomeWords(check, texts)}
        </Mark>
        <Text size="xs" c="dimmed">
          <TimeText iso={finishedAt} />
          {' · '}
          {t('integrity.facts', {
            depth: t(`integrity.depth.${depth}`),
            trigger: t(`integrity.trigger.${trigger}`),
            time: format.shortDuration(tookMs),
          })}
        </Text>
      </div>
      <Text size="xs" c="dimmed" mt={2} className="hf-selectable">
        {over ? t('integrity.soundSince') : meaningWords(check, texts)}
      </Text>
    </div>
  );
}

/** What the last full check found and no quick one can have seen to be over. */
function Earlier({ check }: { check: IntegrityRecord }) {
  const texts = useTexts();
  const { t, format } = texts;
  const now = useNow();
  return (
    <div className={classes.standing} data-testid="standing-check">
      <Text size="xs">{t('integrity.standing', { time: format.stamp(check.finishedAt, now) })}</Text>
      <Mark tone={OUTCOME_TONE[check.outcome]}>{outcomeWords(check, texts)}</Mark>
    </div>
  );
}

/** Checks as bars, oldest first: tall for full ones, their outcome in shape and colour. */
function History({ checks }: { checks: readonly IntegrityRecord[] }) {
  const texts = useTexts();
  const { t, format } = texts;
  const now = useNow();
  return (
    <ul className={classes.history} aria-label={t('integrity.history')} data-testid="check-history">
      {checks.toReversed().map((check) => {
        const label = t('integrity.historyOf', {
          time: format.stamp(check.finishedAt, now),
          depth: t(`integrity.depth.${check.depth}`),
          outcome: outcomeWords(check, texts),
        });
        return (
          <li key={check.id}>
            <Tooltip label={label}>
              <div
                className={classes.bar}
                role="img"
                aria-label={label}
                data-depth={check.depth}
                data-outcome={check.outcome}
              />
            </Tooltip>
          </li>
        );
      })}
    </ul>
  );
}
