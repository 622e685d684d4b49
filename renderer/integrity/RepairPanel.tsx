import { Button, Checkbox, Text } from '@mantine/core';
import { useState } from 'react';
import type { RepairPlan, RepairRecord } from '@shared/integrity';
import type { DatabaseStatus, GuardedDatabase } from '@shared/models';
import { describeError } from '@shared/text';
import { JobLine } from '@/components/JobLine';
import { Mark } from '@/components/Mark';
import { Panel } from '@/components/Panel';
import { TimeText } from '@/components/TimeText';
import { useTexts } from '@/i18n';
import { useBackups } from '@/queries';
import { openRestore } from '@/restore/flow';
import { useJob } from '@/store';
import type { Tone } from '@/tone';
import { useValue } from '@/value';
import { findPlan, repairNow, repairWork, workOf } from './actions';
import classes from './integrity.module.css';
import { Proposals } from './Proposals';
import { useRepairs } from './queries';

const TONE: Record<RepairRecord['outcome'], Tone> = { repaired: 'ok', undone: 'warn', failed: 'bad' };

interface Props {
  status: DatabaseStatus;
  /** The checks found something. */
  unsound: boolean;
}

/** What can be done about what was found, and how the last repair ended. Nothing to see while all is well. */
export function RepairPanel({ status, unsound }: Props) {
  const { t } = useTexts();
  const { database, integrity } = status;
  const { plan, busy } = workOf(useValue(repairWork), database.id);
  const repairs = useRepairs(database.id);
  const repairJob = useJob('repair', database.id);
  const salvageJob = useJob('salvage', database.id);
  const job = repairJob ?? salvageJob;
  const last = repairs.data?.[0];
  if (!unsound && integrity.brokenRules === 0 && !plan && !last && !job && busy === null) return null;
  return (
    <Panel title={t('integrity.repair.title')} testId="repair">
      {job && <JobLine job={job} withSubject={false} />}
      {plan ? (
        <Plan key={plan.check.id} plan={plan} database={database} busy={busy !== null || job !== null} />
      ) : (
        (unsound || integrity.brokenRules > 0 || busy === 'plan') && (
          <div className={classes.foot}>
            <Button
              variant="light"
              loading={busy === 'plan'}
              disabled={busy !== null || job !== null}
              onClick={() => void findPlan(database.id)}
              data-testid="find-plan"
            >
              {t('integrity.repair.find')}
            </Button>
            <Text size="xs" c="dimmed">
              {t('integrity.repair.findEffect')}
            </Text>
          </div>
        )
      )}
      {last && <LastRepair repair={last} />}
    </Panel>
  );
}

interface PlanProps {
  plan: RepairPlan;
  database: GuardedDatabase;
  busy: boolean;
}

function Plan({ plan, database, busy }: PlanProps) {
  const { t } = useTexts();
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const { steps, proposals } = plan;
  const chosen = steps.filter(({ id }) => !left.has(id));
  const toggle = (id: string, wanted: boolean): void =>
    setLeft((before) => new Set(wanted ? [...before].filter((one) => one !== id) : [...before, id]));
  if (steps.length === 0 && proposals.length === 0) return <Text>{t('integrity.repair.nothing')}</Text>;
  return (
    <div className={classes.plan} data-testid="plan">
      {steps.length > 0 ? (
        <div className={classes.part}>
          <h3 className={classes.partHead}>{t('integrity.repair.steps')}</h3>
          <Text size="xs" c="dimmed">
            {t('integrity.repair.stepsEffect')}
          </Text>
          <ul className={classes.steps}>
            {steps.map((step) => (
              <li key={step.id} data-testid="repair-step">
                <Checkbox
                  checked={!left.has(step.id)}
                  disabled={busy}
                  label={t(`integrity.repair.kind.${step.kind}`, { subject: step.subject })}
                  description={step.reason}
                  onChange={(event) => toggle(step.id, event.currentTarget.checked)}
                />
              </li>
            ))}
          </ul>
          <div className={classes.foot}>
            <Button
              disabled={busy || chosen.length === 0}
              onClick={() => void repairNow(database, chosen)}
              data-testid="repair-now"
            >
              {t('integrity.repair.run', { count: chosen.length })}
            </Button>
          </div>
        </div>
      ) : (
        <Text size="xs" c="dimmed">
          {t('integrity.repair.noSteps')}
        </Text>
      )}
      {proposals.length > 0 && <Proposals proposals={proposals} database={database} busy={busy} />}
    </div>
  );
}

/** How the last repair ended, and the way back. */
function LastRepair({ repair }: { repair: RepairRecord }) {
  const { t, shared } = useTexts();
  const points = useBackups(repair.databaseId);
  const safety = points.data?.find(({ id }) => id === repair.safetyPointId);
  const { outcome, faultsBefore, faultsAfter, errorCode, steps } = repair;
  return (
    <div className={classes.part} data-testid="last-repair" data-outcome={outcome}>
      <div className={classes.outcome}>
        <h3 className={classes.partHead}>{t('integrity.repair.last')}</h3>
        <Mark tone={TONE[outcome]}>{t(`integrity.repair.outcome.${outcome}`)}</Mark>
        <Text size="xs" c="dimmed">
          <TimeText iso={repair.finishedAt} />
        </Text>
      </div>
      <Text size="xs" c="dimmed">
        {steps.map(({ kind, subject }) => t(`integrity.repair.kind.${kind}`, { subject })).join(' · ')}
      </Text>
      {faultsAfter !== null && (
        <Text size="xs" c="dimmed">
          {t('integrity.repair.faults', { count: faultsBefore, after: faultsAfter })}
        </Text>
      )}
      {outcome !== 'repaired' && (
        <Text size="xs">
          {errorCode !== null && `${describeError(shared, { code: errorCode, params: {} }).what} `}
          {t(outcome === 'undone' ? 'integrity.repair.asBefore' : 'integrity.repair.changedNothing')}
        </Text>
      )}
      {outcome === 'repaired' && safety && (
        <div className={classes.foot}>
          <Button
            variant="default"
            size="compact-sm"
            onClick={() => openRestore({ kind: 'point', point: safety })}
            data-testid="undo-repair"
          >
            {t('integrity.repair.undo')}
          </Button>
        </div>
      )}
    </div>
  );
}
