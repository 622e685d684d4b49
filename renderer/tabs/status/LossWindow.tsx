import { Text, Tooltip } from '@mantine/core';
import type { DatabaseStatus } from '@shared/models';
import { Mark } from '@/components/Mark';
import { recentWords } from '@/components/TimeText';
import { useNow } from '@/format/now';
import { useTexts } from '@/i18n';
import { useJob } from '@/store';
import { lossOf, newestProof, placeName } from './loss';
import { useContinuousLoss } from './loss-clock';
import classes from './status.module.css';

const A_MINUTE_MS = 60_000;

/** "Could I lose data today?": one figure, one proof. */
export function LossWindow({ status }: { status: DatabaseStatus }) {
  const { t } = useTexts();
  return (
    <div className={classes.loss} data-testid={`loss-window-${status.database.name}`}>
      <Text size="xs" c="dimmed">
        {t('status.couldLose')}
      </Text>
      <span className={classes.figure}>
        <LossFigure status={status} />
      </span>
      <ProofLine status={status} />
      <SinceLine status={status} />
    </div>
  );
}

/** "At most 15 minutes": the worst until the next backup; a few seconds where every transaction is kept. */
export function LossFigure({ status }: { status: DatabaseStatus }) {
  const { t, format } = useTexts();
  const now = useNow();
  const backup = useJob('backup', status.database.id);
  const lossMs = useContinuousLoss(status.continuous);
  if (lossMs !== null) return t('status.atMost', { time: format.duration(lossMs, 'up') });
  const loss = lossOf(status, backup !== null, now);
  return loss ? t('status.atMost', { time: format.duration(loss.worstMs, 'up') }) : t('status.everything');
}

function ProofLine({ status }: { status: DatabaseStatus }) {
  const texts = useTexts();
  const { t, format } = texts;
  const now = useNow();
  const proof = newestProof(status);
  if (!proof) return <Mark tone="muted">{t('status.noProof')}</Mark>;
  const time = recentWords(proof.at, now, texts);
  const words =
    proof.destinationId === null
      ? t('status.proofFolder', { time })
      : t('status.proofCopy', { time, name: placeName(status, proof.destinationId) ?? t('drills.goneDestination') });
  return (
    <Tooltip label={format.exact(proof.at)}>
      <div data-testid="last-proof">
        <Mark tone="ok">{words}</Mark>
      </div>
    </Tooltip>
  );
}

/** What is at risk at this moment. */
function SinceLine({ status }: { status: DatabaseStatus }) {
  const { t, format } = useTexts();
  const now = useNow();
  const backup = useJob('backup', status.database.id);
  const { state, coveredUntil } = status.continuous;
  if (state === 'running' && coveredUntil !== null) {
    return (
      <Text c="dimmed" data-testid="continuous-until">
        {t('continuous.status', { time: format.clock(Date.parse(coveredUntil)) })}
      </Text>
    );
  }
  const loss = lossOf(status, backup !== null, now);
  if (!loss) return <Text c="dimmed">{t('status.noProvedBackup')}</Text>;
  const recent = now - Date.parse(loss.since) <= A_MINUTE_MS;
  return (
    <Text c="dimmed">
      {recent
        ? t('status.changesLastMinute')
        : t('status.changesSince', { time: format.relative(loss.since, now, 'up') })}
      {loss.grows && <span className="hf-tone-warn"> {t('status.grows')}</span>}
    </Text>
  );
}
