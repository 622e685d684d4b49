import type { LogQuery } from '@shared/logs';
import classes from './logs.module.css';
import { partsOf, visible } from './highlight';

/** A text of a log, with what was searched for marked. Everything in it is text. */
export function MarkedText({ text, searched }: { text: string; searched: Pick<LogQuery, 'text' | 'isRegex'> }) {
  return partsOf(text, searched).map(({ text: part, isHit }, index) =>
    isHit ? (
      <mark key={index} className={classes.hit}>
        {visible(part)}
      </mark>
    ) : (
      visible(part)
    ),
  );
}
