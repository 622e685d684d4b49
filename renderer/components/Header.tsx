import { Button, Group, Kbd, Progress, Text, UnstyledButton } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { sentenceText } from '@shared/text';
import { useTexts } from '@/i18n';
import { navigate } from '@/navigation';
import { useApp } from '@/store';
import { SENTENCE_TONE } from '@/tone';
import classes from './Header.module.css';
import { jobFraction } from './JobLine';
import { modifierKey } from './modifier-key';
import { ToneIcon } from './ToneIcon';

/** The one sentence, what runs now, and the way into the palette. */
export function Header() {
  return (
    <div className={classes.header}>
      <SentenceLine />
      <Group gap="sm" wrap="nowrap" style={{ flexShrink: 0 }}>
        <RunningJob />
        <PaletteButton />
      </Group>
    </div>
  );
}

function SentenceLine() {
  const { t, shared } = useTexts();
  const sentence = useApp((state) => state.sentence);
  const words = sentenceText(shared, sentence);
  const tone = SENTENCE_TONE[sentence.severity];
  return (
    <div className={classes.sentence} role="status" data-testid="sentence" data-severity={sentence.severity}>
      <ToneIcon tone={tone} size={20} label={t(`severity.${sentence.severity}`)} />
      <Text component="h1" size="md" lh={1.3} fw={600} className="hf-selectable" title={words} lineClamp={2}>
        {words}
      </Text>
    </div>
  );
}

function RunningJob() {
  const { t, shared, format } = useTexts();
  const jobs = useApp((state) => state.jobs);
  const job = jobs[0];
  if (!job) return null;
  const fraction = jobFraction(job);
  const figure = fraction === null ? shared(`phase.${job.phase}`) : format.percent(fraction);
  return (
    <UnstyledButton className={classes.job} onClick={() => navigate({ tab: 'status' })} data-testid="running-job">
      <Text size="xs" truncate>
        {shared(`jobKind.${job.kind}`)}: <b>{job.subject}</b> <span className="hf-tone-muted">{figure}</span>
        {jobs.length > 1 && <span className="hf-tone-muted"> {t('job.more', { count: jobs.length - 1 })}</span>}
      </Text>
      <Progress
        value={fraction === null ? 0 : fraction * 100}
        size={4}
        transitionDuration={120}
        aria-label={`${shared(`jobKind.${job.kind}`)}: ${job.subject}`}
      />
    </UnstyledButton>
  );
}

function PaletteButton() {
  const { t } = useTexts();
  return (
    <Button
      variant="default"
      leftSection={<IconSearch size={14} aria-hidden />}
      rightSection={
        <Kbd size="xs" aria-hidden>
          {modifierKey()} K
        </Kbd>
      }
      onClick={spotlight.open}
      data-testid="open-palette"
    >
      {t('palette.open')}
    </Button>
  );
}
