import { ActionIcon, Text, Tooltip } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { type ReactNode, useEffect, useMemo, useRef } from 'react';
import type { RestorePoint } from '@shared/models';
import { CheckList } from '@/components/CheckList';
import { CopyButton } from '@/components/CopyButton';
import { type Fact, Facts } from '@/components/Facts';
import { Mark } from '@/components/Mark';
import { PathText } from '@/components/PathText';
import { TimeText } from '@/components/TimeText';
import { useTexts } from '@/i18n';
import { PROOF_TONE } from '@/tone';
import classes from './backups.module.css';
import { ChainFacts } from './ChainFacts';
import { keepText } from './keep-text';
import { PointActions } from './PointActions';
import { PointCopies } from './PointCopies';
import { PointDrill } from './PointDrill';
import { choosePoint } from './selection';

interface Props {
  point: RestorePoint;
  /** All restore points of the database. */
  points: RestorePoint[];
  /** False when the database is not guarded here. */
  guarded: boolean;
}

/** One restore point: what is known of it, and what can be done with it. */
export function PointDetails({ point, points, guarded }: Props) {
  const { t, shared, format } = useTexts();
  return (
    <DetailsPanel
      label={t('backups.details')}
      title={format.exact(point.createdAt)}
      close={() => close(point.id)}
      testId="point-details"
      mark={
        <Mark tone={PROOF_TONE[point.state]}>
          {shared(`proofState.${point.state}`)}
          {point.verifiedAt && (
            <Text component="span" c="dimmed" fw={400} ml={6}>
              <TimeText iso={point.verifiedAt} />
            </Text>
          )}
        </Mark>
      }
      foot={<PointActions point={point} points={points} guarded={guarded} />}
    >
      <Facts facts={useMainFacts(point, points)} />
      <Section title={t('chain.title')}>
        <ChainFacts point={point} points={points} />
      </Section>
      <Section title={t('copies.title')}>
        <PointCopies point={point} />
      </Section>
      <PointDrill point={point} />
      {point.checks.length > 0 && (
        <Section title={t('backups.checks')}>
          <CheckList checks={point.checks} />
        </Section>
      )}
      <Section title={t('backups.technical')}>
        <Facts facts={useTechnicalFacts(point)} />
      </Section>
    </DetailsPanel>
  );
}

interface PanelProps {
  label: string;
  title: string;
  mark?: ReactNode;
  close: () => void;
  foot?: ReactNode;
  children: ReactNode;
  testId: string;
  /** The keys go to it when it opens. */
  takesFocus?: boolean;
}

/** The panel at the right of the list. Escape closes it. */
export function DetailsPanel({ label, title, mark, close: shut, foot, children, testId, takesFocus }: PanelProps) {
  const { t } = useTexts();
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (takesFocus) body.current?.focus();
  }, [takesFocus]);
  return (
    <aside
      className={classes.details}
      aria-label={label}
      data-testid={testId}
      onKeyDown={(event) => {
        if (event.key === 'Escape') shut();
      }}
    >
      <div className={classes.detailsHead}>
        <div>
          <Text component="h3" m={0} fw={600} size="md" className="hf-selectable">
            {title}
          </Text>
          {mark}
        </div>
        <Tooltip label={t('common.close')}>
          <ActionIcon aria-label={t('common.close')} onClick={shut}>
            <IconX size={16} />
          </ActionIcon>
        </Tooltip>
      </div>
      <div ref={body} className={classes.detailsBody} tabIndex={0} role="group" aria-label={label}>
        {children}
      </div>
      {foot}
    </aside>
  );
}

export function Section({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className={classes.section}>
      <div className={classes.sectionHead}>
        <Text component="h4" m={0} fw={600}>
          {title}
        </Text>
        {aside}
      </div>
      {children}
    </section>
  );
}

/** Closes the details and gives the focus back to the row they came from. */
function close(pointId: string): void {
  choosePoint(null);
  document.querySelector<HTMLElement>(`[data-point="${CSS.escape(pointId)}"]`)?.focus();
}

function useMainFacts(point: RestorePoint, points: RestorePoint[]): Fact[] {
  const texts = useTexts();
  const { t, shared, format } = texts;
  const byId = useMemo(() => new Map(points.map((one) => [one.id, one])), [points]);
  const form = t(point.form === 'full' ? 'backups.full' : 'backups.changes');
  return [
    { name: t('backups.kind'), value: `${shared(`kind.${point.kind}`)}, ${form}` },
    {
      name: t('backups.why'),
      value: point.retention?.keep === false ? t('backups.leaves') : keepText(point.retention, texts, byId),
    },
    {
      name: t('backups.size'),
      value: t('inspect.sizes', { file: format.bytes(point.sizeBytes), content: format.bytes(point.contentBytes) }),
    },
    ...(point.changedPages === null
      ? []
      : [
          {
            name: t('backups.stored'),
            value: t('backups.storedPages', {
              changed: format.number(point.changedPages),
              pages: format.number(point.pageCount),
              size: format.bytes(point.changedPages * point.pageSizeBytes),
            }),
          },
        ]),
  ];
}

function useTechnicalFacts(point: RestorePoint): Fact[] {
  const { t, format } = useTexts();
  return [
    {
      name: t('backups.pages'),
      value: t('backups.pagesOf', { pages: format.number(point.pageCount), size: format.number(point.pageSizeBytes) }),
    },
    {
      name: t('backups.versions'),
      value: t('backups.versionsValue', {
        schema: format.number(point.schemaVersion),
        user: format.number(point.userVersion),
        application: String(point.applicationId),
      }),
    },
    { name: t('backups.duration'), value: format.shortDuration(point.durationMs) },
    { name: t('backups.fileHash'), value: <Hash value={point.sha256} what={t('backups.fileHash')} /> },
    { name: t('backups.contentHash'), value: <Hash value={point.contentSha256} what={t('backups.contentHash')} /> },
    ...(point.state === 'elsewhere' ? [] : [{ name: t('inspect.file'), value: <PathText path={point.file} /> }]),
  ];
}

function Hash({ value, what }: { value: string; what: string }) {
  return (
    <span className={classes.hash}>
      <span className="hf-selectable" title={value}>
        {value}
      </span>
      <CopyButton text={value} what={what} />
    </span>
  );
}
