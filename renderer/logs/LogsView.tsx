import { useLayoutEffect, useRef, useState } from 'react';
import { usePlace } from '@/navigation';
import { useValue } from '@/value';
import { AroundView } from './AroundView';
import classes from './logs.module.css';
import { useLogSources, useSourceNames } from './queries';
import { SearchView } from './SearchView';
import { SourcesDrawer, type SourcesShown } from './SourcesDrawer';
import { logsAround, takePlace, wrapLines } from './store';

/** The log files that are followed: searched, counted over time, read; and the lines around a moment. */
export function LogsView() {
  const place = usePlace();
  const around = useValue(logsAround);
  const wrap = useValue(wrapLines);
  const { data: sources = [] } = useLogSources();
  const names = useSourceNames(sources);
  const [shown, setShown] = useState<SourcesShown | null>(null);
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => takePlace(place), [place]);
  return (
    <div
      className={classes.view}
      data-testid="logs-view"
      onKeyDown={(event) => {
        if (event.key !== '/' || isTyped(event.target) || !field.current) return;
        event.preventDefault();
        field.current.focus();
        field.current.select();
      }}
    >
      {around ? (
        <AroundView around={around} names={names} wrap={wrap} />
      ) : (
        <SearchView sources={sources} names={names} field={field} onSources={setShown} />
      )}
      <SourcesDrawer shown={shown} sources={sources} onShow={setShown} />
    </div>
  );
}

const isTyped = (target: EventTarget): boolean =>
  target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
