import { ActionIcon, Button, Group, Skeleton, Text, Tooltip } from '@mantine/core';
import { IconArrowBackUp, IconArrowsDiff, IconDeviceFloppy, IconEye, IconX } from '@tabler/icons-react';
import type { GuardedDatabase } from '@shared/models';
import type { ResolvedMoment } from '@shared/recovery';
import { errorViewOf } from '@/api';
import { saveCopy } from '@/commands';
import { ErrorNotice } from '@/components/ErrorNotice';
import { ToneIcon } from '@/components/ToneIcon';
import { usePending } from '@/components/usePending';
import { type Texts, useTexts } from '@/i18n';
import { type MomentView, openMoment } from '@/moments/flow';
import { restoreMoment } from './actions';
import { comesBack, sourceOf } from './come-back';
import type { Course } from './course';
import type { useMoment } from './queries';
import classes from './timeline.module.css';
import { exactOf } from './words';

interface Props {
  database: GuardedDatabase;
  course: Course;
  chosenMs: number;
  query: ReturnType<typeof useMoment>;
  choose: (ms: number | null) => void;
}

const ICON = 15;

/** The chosen moment: what comes back for it, and what can be done with it. */
export function MomentStrip({ database, course, chosenMs, query, choose }: Props) {
  const texts = useTexts();
  const { t } = texts;
  const moment = query.data ?? null;
  return (
    <section className={classes.strip} aria-label={t('moment.chosen')} data-testid="moment-strip">
      <div className={classes.stripWords}>
        <Group gap={4} wrap="nowrap">
          <Text fw={600} className="hf-selectable" data-testid="moment-chosen">
            {exactOf(chosenMs, texts)}
          </Text>
          <Tooltip label={t('moment.clear')}>
            <ActionIcon size="xs" aria-label={t('moment.clear')} onClick={() => choose(null)}>
              <IconX size={13} aria-hidden />
            </ActionIcon>
          </Tooltip>
        </Group>
        {query.isPending && <Skeleton height={16} width={260} my={2} aria-busy aria-label={t('moment.resolving')} />}
        {moment && <Comes moment={moment} course={course} choose={choose} />}
        {query.isError && <NotThere course={course} query={query} choose={choose} />}
      </div>
      <Actions database={database} moment={moment} />
    </section>
  );
}

function Comes({ moment, course, choose }: { moment: ResolvedMoment; course: Course; choose: Props['choose'] }) {
  const texts = useTexts();
  const { t, format } = texts;
  const what = comesBack(moment, course);
  const later = what.kind === 'point-before' || what.kind === 'log-before' ? what : null;
  const { transaction, uncertaintyMs } = moment;
  const details = [
    ...(transaction === null ? [] : [t('moment.transaction', { number: format.number(transaction) })]),
    ...(uncertaintyMs > 0 ? [t('moment.uncertainty', { time: format.shortDuration(uncertaintyMs) })] : []),
  ];
  return (
    <div
      className={later ? classes.comes : undefined}
      data-testid="moment-comes-back"
      data-comes={what.kind}
      data-content-at={moment.contentAt}
    >
      {later && <ToneIcon tone="warn" size={14} />}
      <Text c={later ? undefined : 'dimmed'}>
        {words()}
        {later && ` ${t('moment.whyEarlier')}`}
        {details.length > 0 && (
          <Text component="span" c="dimmed">
            {' '}
            ({details.join(' · ')})
          </Text>
        )}
      </Text>
      {later?.nextMs != null && <JumpTo ms={later.nextMs} text="moment.next" choose={choose} />}
    </div>
  );

  function words(): string {
    switch (what.kind) {
      case 'point-exact':
        return t('moment.pointExact');
      case 'log-exact':
        return t('moment.logExact');
      case 'point-before':
        return t('moment.pointBefore', { time: format.exact(what.at) });
      case 'log-before':
        return t('moment.logBefore', { time: format.exact(what.at) });
    }
  }
}

/** Nothing comes back: said here, with the nearest moment that does. */
function NotThere({ course, query, choose }: Pick<Props, 'course' | 'query' | 'choose'>) {
  const { t } = useTexts();
  if (errorViewOf(query.error).code !== 'MOMENT_NOT_COVERED') {
    return <ErrorNotice thrown={query.error} context={{ retry: () => void query.refetch() }} />;
  }
  return (
    <div role="status" className={classes.comes} data-testid="moment-not-covered">
      <ToneIcon tone="warn" size={14} />
      <Text>{t('moment.notCovered')}</Text>
      {course.firstMs !== null && <JumpTo ms={course.firstMs} text="moment.nearest" choose={choose} />}
    </div>
  );
}

interface JumpProps {
  ms: number;
  text: 'moment.next' | 'moment.nearest';
  choose: Props['choose'];
}

function JumpTo({ ms, text, choose }: JumpProps) {
  const texts: Texts = useTexts();
  return (
    <Button variant="subtle" size="compact-xs" ml={-8} onClick={() => choose(ms)} data-testid="moment-jump">
      {texts.t(text, { time: exactOf(ms, texts) })}
    </Button>
  );
}

function Actions({ database, moment }: { database: GuardedDatabase; moment: ResolvedMoment | null }) {
  const { t } = useTexts();
  const [save, saving] = usePending(saveCopy);
  const look = (view: MomentView): void => {
    if (!moment) return;
    const { id: databaseId, name } = database;
    openMoment({ databaseId, name, source: sourceOf(moment), contentAt: moment.contentAt }, view);
  };
  return (
    <Group gap={6} className={classes.stripActions}>
      <Button
        variant="light"
        size="compact-sm"
        leftSection={<IconEye size={ICON} />}
        disabled={!moment}
        onClick={() => look('tables')}
        data-testid="moment-look-inside"
      >
        {t('moment.lookInside')}
      </Button>
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<IconArrowsDiff size={ICON} />}
        disabled={!moment}
        onClick={() => look('compare')}
        data-testid="moment-compare"
      >
        {t('moment.compare')}
      </Button>
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<IconArrowBackUp size={ICON} />}
        disabled={!moment}
        onClick={() => moment && void restoreMoment(moment)}
        data-testid="moment-restore"
      >
        {t('moment.restore')}
      </Button>
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<IconDeviceFloppy size={ICON} />}
        disabled={!moment}
        loading={saving}
        onClick={() => moment && void save(sourceOf(moment), true)}
        data-testid="moment-save-copy"
      >
        {t('moment.saveCopy')}
      </Button>
    </Group>
  );
}
