import { Text, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import type { StackFrame } from '@shared/error-groups';
import { useTexts } from '@/i18n';
import classes from './details.module.css';
import { type FrameRun, placeOf, runsOf } from './stack';

/** Calls, the newest on top; those of libraries are folded, and of the first own one the source is open. */
export function StackView({ frames, isFirst }: { frames: readonly StackFrame[]; isFirst: boolean }) {
  const { t } = useTexts();
  if (frames.length === 0) {
    return (
      <Text size="xs" c="dimmed">
        {t('errors.event.noStack')}
      </Text>
    );
  }
  const runs = runsOf(frames);
  const opened = isFirst ? runs.find(({ inApp }) => inApp)?.frames[0] : undefined;
  return (
    <ol className={classes.stack} aria-label={t('errors.event.stack')} data-testid="error-stack">
      {runs.map((run, index) =>
        run.inApp ? (
          run.frames.map((frame, place) => (
            <FrameRow key={`${index} ${place}`} frame={frame} startsOpen={frame === opened} />
          ))
        ) : (
          <Libraries key={index} run={run} />
        ),
      )}
    </ol>
  );
}

function Libraries({ run }: { run: FrameRun }) {
  const { t } = useTexts();
  const [open, setOpen] = useState(false);
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <>
      <li className={classes.libraries}>
        <UnstyledButton aria-expanded={open} onClick={() => setOpen(!open)} data-testid="library-frames">
          <Chevron size={13} aria-hidden /> {t('errors.event.library', { count: run.frames.length })}
        </UnstyledButton>
      </li>
      {open && run.frames.map((frame, index) => <FrameRow key={index} frame={frame} startsOpen={false} />)}
    </>
  );
}

function FrameRow({ frame, startsOpen }: { frame: StackFrame; startsOpen: boolean }) {
  const { t } = useTexts();
  const [open, setOpen] = useState(startsOpen);
  const place = placeOf(frame);
  const name = frame.function ?? t('errors.event.unknown');
  const words = (
    <>
      <b>{name}</b> <span>{place}</span>
    </>
  );
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <li className={classes.frame} data-app={frame.inApp || undefined} data-testid="stack-frame">
      {frame.source === null ? (
        <span className={`hf-selectable ${classes.frameWords}`}>{words}</span>
      ) : (
        <UnstyledButton
          className={classes.frameWords}
          aria-expanded={open}
          aria-label={`${name} ${place}. ${t('errors.event.showSource', { place })}`}
          onClick={() => setOpen(!open)}
        >
          <Chevron size={13} aria-hidden className={classes.chevron} /> {words}
        </UnstyledButton>
      )}
      {open && frame.source !== null && <Source frame={frame} source={frame.source} />}
    </li>
  );
}

/** Source around the call, with the numbers of its lines. */
function Source({ frame, source }: { frame: StackFrame; source: NonNullable<StackFrame['source']> }) {
  const first = frame.line === null ? null : frame.line - source.before.length;
  const lines = [...source.before, source.line, ...source.after];
  return (
    <pre className={`hf-selectable ${classes.source}`} tabIndex={0}>
      {lines.map((line, index) => (
        <span key={index} data-here={index === source.before.length || undefined}>
          <i>{first === null ? '' : first + index}</i>
          {line || ' '}
          {'\n'}
        </span>
      ))}
    </pre>
  );
}
