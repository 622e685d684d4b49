import { Button, Group, Progress, Text } from '@mantine/core';
import type { JobView } from '@shared/models';
import { cancelJob } from '@/commands';
import { type Texts, useTexts } from '@/i18n';

/** Share done, 0…1; null while the total is not known. */
export function jobFraction(job: JobView): number | null {
  return job.totalBytes > 0 ? Math.min(1, job.doneBytes / job.totalBytes) : null;
}

/** "312 MB of 1.2 GB · 140 MB/s · 8 s left", with what is known. */
export function jobFigures(job: JobView, { t, format }: Texts): string {
  const parts: string[] = [];
  if (job.totalBytes > 0) {
    parts.push(t('job.bytes', { done: format.bytes(job.doneBytes), total: format.bytes(job.totalBytes) }));
  } else if (job.doneBytes > 0) parts.push(format.bytes(job.doneBytes));
  if (job.bytesPerSecond > 0) parts.push(t('job.speed', { speed: format.bytes(job.bytesPerSecond) }));
  if (job.secondsLeft !== null) parts.push(t('job.left', { time: format.shortDuration(job.secondsLeft * 1000) }));
  return parts.join(' · ');
}

/** A job: what, which phase, how far, and its cancel button. Always the same height. */
export function JobLine({ job, withSubject = true }: { job: JobView; withSubject?: boolean }) {
  const texts = useTexts();
  const { t, shared } = texts;
  const fraction = jobFraction(job);
  const phase = shared(`phase.${job.phase}`);
  return (
    <div data-testid="job-line">
      <Group justify="space-between" wrap="nowrap" gap="sm" mih={26}>
        <Text truncate>
          {withSubject && (
            <Text component="span" fw={600}>
              {shared(`jobKind.${job.kind}`)}: {job.subject}{' '}
            </Text>
          )}
          <Text component="span" c={withSubject ? 'dimmed' : undefined}>
            {phase}
          </Text>
        </Text>
        {job.cancellable && (
          <Button
            variant="subtle"
            color="gray"
            size="compact-xs"
            style={{ flexShrink: 0 }}
            onClick={() => void cancelJob(job.id)}
          >
            {t('common.cancel')}
          </Button>
        )}
      </Group>
      <Progress
        value={fraction === null ? 0 : fraction * 100}
        size={6}
        aria-label={`${shared(`jobKind.${job.kind}`)}: ${job.subject}, ${phase}`}
        transitionDuration={120}
      />
      <Text size="xs" c="dimmed" mt={4} mih={18} truncate>
        {jobFigures(job, texts)}
      </Text>
    </div>
  );
}
