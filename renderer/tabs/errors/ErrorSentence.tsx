import { Button, Text, Tooltip } from '@mantine/core';
import type { ErrorGroup } from '@shared/error-groups';
import type { Problem } from '@shared/models';
import { describeError } from '@shared/text';
import { recentWords } from '@/components/TimeText';
import { ToneIcon } from '@/components/ToneIcon';
import { offeredAction } from '@/error-actions';
import { useNow } from '@/format/now';
import { type Texts, useTexts } from '@/i18n';
import { navigate } from '@/navigation';
import { reportError } from '@/notify';
import { SEVERITY_TONE } from '@/tone';
import { openGroup } from './actions';
import classes from './errors.module.css';
import { groupTitle } from './group-words';
import { type Now, nowOf, type Worst } from './now';
import { MOST_NEEDING } from './queries';

/** Is something wrong now, since when, and the one thing to do first. */
export function ErrorSentence({ problems, groups }: { problems: readonly Problem[]; groups: readonly ErrorGroup[] }) {
  const texts = useTexts();
  const { t, format } = texts;
  const nowMs = useNow();
  const now = nowOf(problems, groups);
  if (!now) {
    return (
      <div className={classes.sentence} data-testid="error-sentence" data-wrong="false">
        <ToneIcon tone="ok" size={22} />
        <div>
          <Text fw={600} size="md">
            {t('errors.none')}
          </Text>
          <Text c="dimmed">{quietWords(problems, groups, nowMs, texts)}</Text>
        </div>
      </div>
    );
  }
  const { worst } = now;
  const tone = SEVERITY_TONE[worst.kind === 'problem' ? worst.problem.severity : worst.group.severity];
  return (
    <div className={classes.sentence} data-testid="error-sentence" data-wrong="true">
      <ToneIcon tone={tone === 'muted' ? 'warn' : tone} size={22} />
      <div className={classes.sentenceWords}>
        <Tooltip label={format.exact(now.since)}>
          <Text fw={600} size="md">
            {sentenceWords(now, nowMs, texts)}
          </Text>
        </Tooltip>
        <Text lineClamp={2} className="hf-selectable">
          {t('errors.now.worst', { title: worstTitle(worst, texts) })}
        </Text>
      </div>
      <FirstThing worst={worst} />
    </div>
  );
}

function sentenceWords({ problems, groups, since }: Now, nowMs: number, texts: Texts): string {
  const { t, format } = texts;
  const time = recentWords(since, nowMs, texts);
  // no more than these were asked for
  const number = `${format.number(groups)}${groups < MOST_NEEDING ? '' : '+'}`;
  const parts = [
    ...(problems > 0 ? [t('errors.now.problems', { count: problems })] : []),
    ...(groups > 0 ? [t('errors.now.groups', { count: groups, number })] : []),
  ];
  const [first = '', second] = parts;
  return second === undefined ? t('errors.now.one', { first, time }) : t('errors.now.both', { first, second, time });
}

const worstTitle = (worst: Worst, texts: Texts): string =>
  worst.kind === 'problem' ? describeError(texts.shared, worst.problem).what : groupTitle(worst.group, texts);

/** When it was last different. */
function quietWords(problems: readonly Problem[], groups: readonly ErrorGroup[], nowMs: number, texts: Texts): string {
  const { t, format } = texts;
  const resolved = problems.map(({ resolvedAt, lastSeenAt }) => resolvedAt ?? lastSeenAt).toSorted();
  const last = resolved.at(-1);
  if (last !== undefined) return t('errors.lastResolved', { time: format.relative(last, nowMs) });
  const seen = groups
    .map(({ lastSeenAt }) => lastSeenAt)
    .toSorted()
    .at(-1);
  return seen === undefined ? t('errors.neverAny') : t('errors.now.lastEvent', { time: format.relative(seen, nowMs) });
}

/** The button of the worst: it mends it, or shows what is known of it. */
function FirstThing({ worst }: { worst: Worst }) {
  const { t } = useTexts();
  const offered =
    worst.kind === 'problem'
      ? offeredAction(worst.problem, { databaseId: worst.problem.databaseId }, reportError)
      : null;
  // "Open Errors" leads nowhere from here
  const action =
    offered && offered.action !== 'open-errors' ? offered : { label: t('errors.now.look'), run: () => look(worst) };
  return (
    <Button onClick={action.run} data-testid="error-sentence-action" style={{ flexShrink: 0 }}>
      {action.label}
    </Button>
  );
}

function look(worst: Worst): void {
  if (worst.kind === 'group') openGroup(worst.group);
  else navigate({ tab: 'errors', problemId: worst.problem.id });
}
