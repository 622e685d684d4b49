import { IconChevronDown, IconChevronRight, IconFocus2 } from '@tabler/icons-react';
import { memo } from 'react';
import type { LogEntry, LogQuery } from '@shared/logs';
import { useTexts } from '@/i18n';
import { EntryDetails } from './EntryDetails';
import { LevelMark } from './LevelMark';
import type { RowActions } from './LogList';
import classes from './logs.module.css';
import { firstLine } from './highlight';
import { MarkedText } from './MarkedText';

/** More of a line than any window shows. */
const LINE_CHARACTERS = 600;

interface Props extends RowActions {
  id: string;
  /** Place in all that was found, and in what is drawn. */
  index: number;
  place: number;
  /** Null: its height is known. */
  measure: ((element: Element | null) => void) | null;
  entry: LogEntry | undefined;
  sourceNames: ReadonlyMap<string, string>;
  searched: Pick<LogQuery, 'text' | 'isRegex'>;
  isActive: boolean;
  isMarked: boolean;
  isUnfolded: boolean;
  wrap: boolean;
}

/**
 * One entry; a place for it while it is fetched. Clicks and keys are the list's: nothing that is given here changes while
 * it scrolls, and a row that stays in view is not drawn again.
 */
export const LogRow = memo(function LogRow(props: Props) {
  const { id, index, place, measure, entry, isActive, isMarked, isUnfolded, wrap } = props;
  const { t } = useTexts();
  return (
    <div
      id={id}
      ref={measure}
      role="row"
      tabIndex={-1}
      aria-rowindex={index + 2}
      className={classes.row}
      data-index={place}
      data-active={isActive || undefined}
      data-marked={isMarked || undefined}
      data-wrap={wrap || undefined}
      data-testid="log-row"
      data-loaded={entry !== undefined}
    >
      {entry ? (
        <div role="presentation" className={classes.columns} data-toggles={index}>
          <span role="gridcell">
            <button
              type="button"
              tabIndex={-1}
              className={classes.fold}
              aria-expanded={isUnfolded}
              aria-label={t(isUnfolded ? 'logs.list.fold' : 'logs.list.unfold')}
              data-testid="unfold"
            >
              {isUnfolded ? <IconChevronDown size={13} /> : <IconChevronRight size={13} />}
            </button>
          </span>
          <Cells {...props} entry={entry} />
        </div>
      ) : (
        <div role="presentation" className={classes.columns}>
          <span role="gridcell" />
          <span role="gridcell" className={classes.waiting}>
            <span className="hf-visually-hidden">{t('logs.list.loading')}</span>
          </span>
        </div>
      )}
      {entry && isUnfolded && (
        <div role="gridcell" className={classes.details}>
          <EntryDetails
            entry={entry}
            sourceName={props.sourceNames.get(entry.sourceId)}
            searched={props.searched}
            onAround={props.onAround}
            onPattern={props.onPattern}
          />
        </div>
      )}
    </div>
  );
});

function Cells({ entry, sourceNames, searched, isMarked, wrap }: Props & { entry: LogEntry }) {
  const { t, format } = useTexts();
  const { atMs, lines } = entry;
  const iso = new Date(atMs).toISOString();
  const name = sourceNames.get(entry.sourceId) ?? '';
  return (
    <>
      <span role="gridcell" className={classes.time} data-estimated={!entry.hasOwnTime || undefined}>
        <time dateTime={iso} title={entry.hasOwnTime ? format.exact(iso) : t('logs.list.noTime')}>
          {format.moment(atMs)}
        </time>
      </span>
      <span role="gridcell">
        <LevelMark level={entry.level ?? 'NONE'} />
      </span>
      <span role="gridcell" className={classes.source} title={name}>
        {name}
      </span>
      <span role="gridcell" className={`${classes.source} ${classes.logger}`} title={entry.logger ?? ''}>
        {entry.logger}
      </span>
      <span role="gridcell" className={classes.line}>
        {isMarked && (
          <IconFocus2 size={14} role="img" aria-label={t('logs.list.marked')} className={classes.markedShape} />
        )}
        <span className={classes.lineText}>
          <MarkedText text={firstLine(entry.text, wrap ? entry.text.length : LINE_CHARACTERS)} searched={searched} />
        </span>
        {lines > 1 && <span className={classes.lines}>{t('logs.list.lines', { lines: format.number(lines) })}</span>}
      </span>
    </>
  );
}
