import { Text } from '@mantine/core';
import { Fragment } from 'react';
import classes from './PathText.module.css';

/** A path that can be selected. `oneLine` keeps the end of it, which tells files apart. */
export function PathText({ path, oneLine = false }: { path: string; oneLine?: boolean }) {
  if (!oneLine) {
    return (
      <Text component="span" size="xs" ff="monospace" className={`hf-selectable ${classes.wrapped}`}>
        <Breakable path={path} />
      </Text>
    );
  }
  const cut = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  return (
    <span className={`hf-selectable ${classes.oneLine}`} title={path}>
      <span className={classes.folder}>{path.slice(0, cut + 1)}</span>
      <span className={classes.file}>{path.slice(cut + 1)}</span>
    </span>
  );
}

/** A path that breaks after its separators first. */
function Breakable({ path }: { path: string }) {
  const parts = path.split(/(?<=[/\\])/);
  return parts.map((part, index) => (
    <Fragment key={`${index} ${part}`}>
      {part}
      <wbr />
    </Fragment>
  ));
}
