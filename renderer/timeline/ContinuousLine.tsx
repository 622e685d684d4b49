import { Switch, Text, Tooltip } from '@mantine/core';
import { useId } from 'react';
import type { DatabaseStatus } from '@shared/models';
import { describeError } from '@shared/text';
import { Mark } from '@/components/Mark';
import { recentWords } from '@/components/TimeText';
import { usePending } from '@/components/usePending';
import { useNow } from '@/format/now';
import { type Texts, useTexts } from '@/i18n';
import { useContinuousLoss } from '@/tabs/status/loss-clock';
import { setContinuous } from './actions';
import classes from './timeline.module.css';

/** Continuous protection of a database: whether it is on, what it holds, and its switch. */
export function ContinuousLine({ status }: { status: DatabaseStatus }) {
  const { t } = useTexts();
  return (
    <div className={classes.continuous} data-testid="continuous-line" data-state={status.continuous.state}>
      <Text size="xs" c="dimmed" style={{ flexShrink: 0 }}>
        {t('continuous.title')}
      </Text>
      <ContinuousState status={status} />
      <ContinuousSwitch status={status} />
    </div>
  );
}

/** The switch, with what it does on hover. */
export function ContinuousSwitch({ status: { database } }: { status: DatabaseStatus }) {
  const { t } = useTexts();
  const id = useId();
  const [set, setting] = usePending(setContinuous);
  return (
    <Tooltip label={t('continuous.effect')} multiline maw={360}>
      <Switch
        id={id}
        size="xs"
        ml="auto"
        checked={database.continuous}
        disabled={setting}
        aria-label={t('continuous.switchLabel', { name: database.name })}
        onChange={(event) => void set(database, event.currentTarget.checked)}
        data-testid={`continuous-switch-${database.name}`}
      />
    </Tooltip>
  );
}

/** How it goes, in shape and words. */
export function ContinuousState({ status }: { status: DatabaseStatus }) {
  const texts = useTexts();
  const { t, format } = texts;
  const now = useNow();
  const loss = useContinuousLoss(status.continuous);
  const { state, since, error, logBytes } = status.continuous;
  const log = logBytes > 0 ? [t('continuous.log', { size: format.bytes(logBytes) })] : [];
  switch (state) {
    case 'off':
      return <Said tone="muted" words={t('continuous.off')} detail={t('continuous.effect')} more={log} />;
    case 'starting':
      return <Said tone="busy" words={t('continuous.starting')} more={log} />;
    case 'running': {
      const lose = loss === null ? [] : [t('continuous.lose', { time: format.duration(loss, 'up') })];
      const from = since === null ? '' : t('continuous.runningSince', { time: recentWords(since, now, texts) });
      return (
        <Said
          tone="ok"
          words={from}
          more={[...lose, ...log]}
          {...(since === null ? {} : { detail: format.exact(since) })}
        />
      );
    }
    case 'waiting':
      return <Waiting error={error} texts={texts} />;
  }
}

function Waiting({ error, texts }: { error: DatabaseStatus['continuous']['error']; texts: Texts }) {
  const { t, shared } = texts;
  const words = error && describeError(shared, error);
  return (
    <Said
      tone="warn"
      words={words ? words.what : t('continuous.waiting')}
      more={words ? [words.action] : []}
      {...(words ? { detail: words.meaning } : {})}
    />
  );
}

interface SaidProps {
  tone: 'ok' | 'warn' | 'busy' | 'muted';
  words: string;
  more: string[];
  detail?: string;
}

function Said({ tone, words, more, detail = '' }: SaidProps) {
  return (
    <Tooltip label={detail} disabled={detail === ''} multiline maw={420}>
      <div className={classes.said} data-testid="continuous-state">
        <Mark tone={tone} size="xs">
          {words}
        </Mark>
        {more.length > 0 && (
          <Text component="span" size="xs" c="dimmed">
            {more.join(' · ')}
          </Text>
        )}
      </div>
    </Tooltip>
  );
}
