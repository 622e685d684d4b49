import { Button, Code, Text } from '@mantine/core';
import { IconArrowsSplit2 } from '@tabler/icons-react';
import type { ErrorGroup, GroupedBecause, GroupPart } from '@shared/error-groups';
import { TimeText } from '@/components/TimeText';
import { usePending } from '@/components/usePending';
import { useTexts } from '@/i18n';
import { split } from './actions';
import classes from './details.module.css';

/** Why events are counted as this error; with more than one fingerprint, each with a way to take it out. */
export function GroupParts({ group, parts }: { group: ErrorGroup; parts: readonly GroupPart[] }) {
  const { t } = useTexts();
  if (parts.length < 2) {
    return (
      <>
        <Text mb={4}>{t('errors.group.partsOne')}</Text>
        <Because because={parts[0]?.because ?? group.groupedBecause} />
      </>
    );
  }
  return (
    <>
      <Text mb={6}>{t('errors.group.partsMany', { count: parts.length })}</Text>
      <ul className={classes.parts}>
        {parts.map((part) => (
          <PartRow key={part.fingerprint} group={group} part={part} />
        ))}
      </ul>
    </>
  );
}

function PartRow({ group, part }: { group: ErrorGroup; part: GroupPart }) {
  const { t, format } = useTexts();
  const [run, running] = usePending(split);
  return (
    <li data-testid="error-part">
      <div style={{ minWidth: 0 }}>
        <Text fw={500} className={`hf-selectable ${classes.any}`}>
          {part.title}
        </Text>
        <Text size="xs" c="dimmed">
          {t('errors.groups.times', { count: part.count, number: format.number(part.count) })} ·{' '}
          {t('errors.groups.lastSeen')} <TimeText iso={part.lastSeenAt} />
        </Text>
        <Because because={part.because} />
      </div>
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<IconArrowsSplit2 size={14} aria-hidden />}
        loading={running}
        onClick={() => void run(group, part.fingerprint)}
        data-testid="split-error"
      >
        {t('errors.group.splitOff')}
      </Button>
    </li>
  );
}

/** What was compared, readable. */
function Because({ because }: { because: GroupedBecause }) {
  const { t } = useTexts();
  const { by, parts, algorithm } = because;
  return (
    <div data-testid="grouped-because" data-by={by}>
      <Text size="xs" title={t('errors.group.algorithm', { version: algorithm })}>
        <b>{t('errors.group.because')}:</b> {t(`errors.group.grouped.${by}`)}
      </Text>
      {parts.length > 0 && (
        <Code block className={`hf-selectable ${classes.because}`} tabIndex={0}>
          {parts.join('\n')}
        </Code>
      )}
    </div>
  );
}
