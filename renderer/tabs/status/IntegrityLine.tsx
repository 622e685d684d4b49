import { Button, Text, UnstyledButton } from '@mantine/core';
import type { DatabaseStatus } from '@shared/models';
import { cancelJob } from '@/commands';
import { jobFraction } from '@/components/JobLine';
import { Mark } from '@/components/Mark';
import { usePending } from '@/components/usePending';
import { useNow } from '@/format/now';
import { useTexts } from '@/i18n';
import { checkNow, showIntegrity } from '@/integrity/actions';
import { cardLines } from '@/integrity/words';
import { useJob } from '@/store';
import classes from './status.module.css';

/** The newest check and the business rules of a database, the worst first; leads to where it is mended. */
export function IntegrityLine({ status }: { status: DatabaseStatus }) {
  const texts = useTexts();
  const { t, shared, format } = texts;
  const { id, name } = status.database;
  const now = useNow();
  const job = useJob('check', id);
  const [check, checking] = usePending(checkNow);
  const fraction = job && jobFraction(job);
  const lines = cardLines(status.integrity, texts, now);
  return (
    <div className={classes.line} data-testid={`integrity-line-${name}`}>
      <Text size="xs" c="dimmed" className={classes.lineName}>
        {t('integrity.card.label')}
      </Text>
      {job ? (
        <Mark tone="busy">
          {shared(`phase.${job.phase}`)} {fraction === null ? '' : format.percent(fraction)}
        </Mark>
      ) : (
        <UnstyledButton onClick={() => showIntegrity(id)} title={t('integrity.card.open')} className={classes.found}>
          {lines.map(({ tone, text, at }) => (
            <span key={text} title={at === null ? undefined : format.exact(at)}>
              <Mark tone={tone}>{text}</Mark>
            </span>
          ))}
        </UnstyledButton>
      )}
      {job?.cancellable ? (
        <Button variant="subtle" color="gray" size="compact-sm" onClick={() => void cancelJob(job.id)}>
          {t('common.cancel')}
        </Button>
      ) : (
        <Button
          variant="subtle"
          size="compact-sm"
          loading={checking}
          disabled={job !== null}
          onClick={() => void check(status.database, 'full')}
          data-testid={`check-now-${name}`}
        >
          {t('integrity.card.check')}
        </Button>
      )}
    </div>
  );
}
