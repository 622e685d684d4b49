import { Checkbox, Text, UnstyledButton } from '@mantine/core';
import type { ErrorGroup } from '@shared/error-groups';
import { Mark } from '@/components/Mark';
import { TimeText } from '@/components/TimeText';
import { useNow } from '@/format/now';
import { useTexts } from '@/i18n';
import { SEVERITY_TONE } from '@/tone';
import { openGroup } from './actions';
import classes from './errors.module.css';
import { groupTitle, STATE_TONE, stateWords } from './group-words';
import { needsSomebody } from './now';
import { SparkBars } from './SparkBars';
import { Trend } from './Trend';

interface Props {
  group: ErrorGroup;
  isSelected: boolean;
  onSelect: (selected: boolean) => void;
}

/** One error: how bad, what and where, its course, how often and when, where it is going. */
export function GroupRow({ group, isSelected, onSelect }: Props) {
  const texts = useTexts();
  const { t, shared, format } = texts;
  const now = useNow();
  const title = groupTitle(group, texts);
  const today = group.hours.reduce((sum, count) => sum + count, 0);
  return (
    <li
      className={classes.group}
      data-testid="error-group"
      data-title={group.title}
      data-state={group.state}
      data-trend={group.trend}
      data-group={group.id}
      data-quiet={!needsSomebody(group) || undefined}
    >
      <Checkbox
        size="xs"
        aria-label={t('errors.groups.select', { title })}
        checked={isSelected}
        onChange={(event) => onSelect(event.currentTarget.checked)}
        data-testid="select-error-group"
      />
      <Mark tone={SEVERITY_TONE[group.severity]} size="xs">
        {shared(`severity.${group.severity}`)}
      </Mark>
      <div className={classes.groupWords}>
        <UnstyledButton
          className={classes.groupTitle}
          onClick={() => openGroup(group)}
          aria-keyshortcuts="E R"
          data-testid="error-group-title"
        >
          {title}
        </UnstyledButton>
        <div className={classes.groupFacts}>
          <span>{group.applicationName}</span>
          {group.culprit !== null && <span className={classes.culprit}>{group.culprit}</span>}
          {group.state !== 'open' && (
            <Mark tone={STATE_TONE[group.state]} size="xs">
              {stateWords(group, now, texts)}
            </Mark>
          )}
        </div>
      </div>
      <SparkBars hours={group.hours} label={t('errors.groups.spark', { count: today, number: format.number(today) })} />
      <div className={classes.groupTimes}>
        <Text size="sm" fw={600} component="span">
          {t('errors.groups.times', { count: group.count, number: format.number(group.count) })}
        </Text>
        <Text size="xs" c="dimmed" component="span">
          {t('errors.groups.lastSeen')} <TimeText iso={group.lastSeenAt} />
        </Text>
        <Text size="xs" c="dimmed" component="span">
          {t('errors.groups.firstSeen')} <TimeText iso={group.firstSeenAt} />
        </Text>
      </div>
      <Trend trend={group.trend} />
    </li>
  );
}
