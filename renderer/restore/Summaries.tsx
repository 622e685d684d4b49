import { Skeleton, Stack, Text } from '@mantine/core';
import type { FileInspection, ProofCheck, RestorePoint } from '@shared/models';
import { CheckList } from '@/components/CheckList';
import { type Fact, Facts } from '@/components/Facts';
import { JobLine } from '@/components/JobLine';
import { Mark } from '@/components/Mark';
import { PathText } from '@/components/PathText';
import { TimeText } from '@/components/TimeText';
import { type Texts, useTexts } from '@/i18n';
import { useApp } from '@/store';
import { PROOF_TONE, type Tone } from '@/tone';
import type { RestoreInput } from './flow';
import classes from './restore.module.css';

/** A file that is being identified and proved. */
export function InspectionProgress({ file }: { file: string }) {
  const { t } = useTexts();
  const job = useApp((state) => state.jobs.find((one) => one.kind === 'inspect') ?? null);
  return (
    <Stack gap="sm" data-testid="inspection-progress" aria-busy>
      <Text fw={600}>{t('inspect.running')}</Text>
      <PathText path={file} />
      {job ? <JobLine job={job} withSubject={false} /> : <Skeleton height={50} />}
      <Text c="dimmed">{t('inspect.nothingChanged')}</Text>
      <Skeleton height={150} mt="sm" />
    </Stack>
  );
}

/** What a dropped file turned out to be. */
export function FileSummary({ inspection }: { inspection: FileInspection }) {
  const texts = useTexts();
  const { t, format } = texts;
  const facts: Fact[] = [
    { name: t('inspect.file'), value: <PathText path={inspection.file} /> },
    { name: t('inspect.format'), value: formatWords(inspection, texts) },
    { name: t('inspect.contentFrom'), value: <Moment at={inspection.contentAt} source={inspection.contentAtSource} /> },
    {
      name: t('inspect.size'),
      value:
        inspection.format === 'sqlite' && !inspection.encrypted
          ? format.bytes(inspection.contentBytes)
          : t('inspect.sizes', {
              file: format.bytes(inspection.sizeBytes),
              content: format.bytes(inspection.contentBytes),
            }),
    },
  ];
  return (
    <div className={classes.box} data-testid="inspection-panel">
      <Verdict checks={inspection.checks} proved={inspection.proved} />
      <Facts facts={facts} />
      <Checks checks={inspection.checks} />
    </div>
  );
}

/** What kind of file it is. */
export function formatWords({ format, encrypted }: FileInspection, { t }: Texts): string {
  const words = t(`inspect.formats.${format}`);
  return encrypted ? t('inspect.encrypted', { format: words }) : words;
}

function Moment({ at, source }: { at: string; source: FileInspection['contentAtSource'] }) {
  const { t, format } = useTexts();
  return (
    <>
      {format.exact(at)}{' '}
      <Text component="span" c="dimmed">
        (<TimeText iso={at} />
        {source === 'file-time' ? `, ${t('inspect.fileTime')}` : ''})
      </Text>
    </>
  );
}

function Verdict({ checks, proved }: { checks: ProofCheck[]; proved: boolean }) {
  const { t } = useTexts();
  const { tone, words } = verdictOf({ checks, proved });
  return (
    <Text component="div" mb={6}>
      <Mark tone={tone}>{t(words)}</Mark>
    </Text>
  );
}

/** True when something was checked and nothing failed. */
export const isProved = (checks: readonly ProofCheck[]): boolean =>
  checks.length > 0 && checks.every(({ outcome }) => outcome !== 'failed');

/** What the checks of a file came to. */
export function verdictOf({ checks, proved }: Pick<FileInspection, 'checks' | 'proved'>): {
  tone: Tone;
  words: 'inspect.proved' | 'inspect.provedWithWarning' | 'inspect.notProved';
} {
  if (!proved) return { tone: 'bad', words: 'inspect.notProved' };
  return checks.some((check) => check.outcome === 'warning')
    ? { tone: 'warn', words: 'inspect.provedWithWarning' }
    : { tone: 'ok', words: 'inspect.proved' };
}

function Checks({ checks }: { checks: ProofCheck[] }) {
  const { t } = useTexts();
  if (checks.length === 0) return null;
  return (
    <div style={{ marginTop: 10 }}>
      <Text size="xs" c="dimmed" mb={4}>
        {t('backups.checks')}
      </Text>
      <CheckList checks={checks} />
    </div>
  );
}

/** The restore point that would be restored. */
export function PointSummary({ point }: { point: RestorePoint }) {
  const { t, shared, format } = useTexts();
  const facts: Fact[] = [
    { name: t('inspect.contentFrom'), value: <Moment at={point.createdAt} source="manifest" /> },
    {
      name: t('backups.kind'),
      value: `${shared(`kind.${point.kind}`)}, ${t(point.form === 'full' ? 'backups.full' : 'backups.changes')}`,
    },
    ...(point.state === 'elsewhere' ? [] : [{ name: t('inspect.file'), value: <PathText path={point.file} /> }]),
    {
      name: t('inspect.size'),
      value: t('inspect.sizes', { file: format.bytes(point.sizeBytes), content: format.bytes(point.contentBytes) }),
    },
  ];
  return (
    <div className={classes.box} data-testid="inspection-panel">
      <Text component="div" mb={6}>
        <Mark tone={PROOF_TONE[point.state]}>{shared(`proofState.${point.state}`)}</Mark>
      </Text>
      <Facts facts={facts} />
      {point.checks.length > 0 && (
        <details className={classes.folded}>
          <summary>{t('backups.checks')}</summary>
          <CheckList checks={point.checks} />
        </details>
      )}
    </div>
  );
}

/** The state after a transaction that would be restored. */
export function MomentSummary({ at, uncertaintyMs, opened }: Extract<RestoreInput, { kind: 'moment' }>) {
  const { t, format } = useTexts();
  const sure = uncertaintyMs > 0 ? `, ${t('moment.uncertainty', { time: format.shortDuration(uncertaintyMs) })}` : '';
  const facts: Fact[] = [
    {
      name: t('inspect.contentFrom'),
      value: (
        <>
          <Moment at={at} source="manifest" />
          {sure}
        </>
      ),
    },
    { name: t('moment.source'), value: t('moment.logSource') },
    ...(opened ? [{ name: t('inspect.size'), value: format.bytes(opened.contentBytes) }] : []),
  ];
  return (
    <div className={classes.box} data-testid="inspection-panel">
      {opened && <Verdict checks={opened.checks} proved={isProved(opened.checks)} />}
      <Facts facts={facts} />
      {opened ? <Checks checks={opened.checks} /> : <Text c="dimmed">{t('moment.provedFirst')}</Text>}
    </div>
  );
}
