import { UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './SideList.module.css';

interface Props {
  /** Of the list, for those who hear it. */
  label: string;
  /** Above the list: what adds to it. */
  action: ReactNode;
  entries: ReactNode;
  /** Height of what stays above while the page is scrolled. */
  belowPx: number;
  /** The page of the chosen one: its parts stand below each other. */
  children: ReactNode;
}

/** Things by their names at the side, and the page of one of them. */
export function SideList({ label, action, entries, belowPx, children }: Props) {
  return (
    <div className={classes.columns}>
      <div className={classes.side} style={{ top: belowPx }}>
        {action}
        <nav aria-label={label}>{entries}</nav>
      </div>
      <div className={classes.page}>{children}</div>
    </div>
  );
}

interface EntryProps {
  name: string;
  isChosen: boolean;
  onChoose: () => void;
  testId: string;
  /** A line or two below the name. */
  children: ReactNode;
}

export function SideEntry({ name, isChosen, onChoose, testId, children }: EntryProps) {
  return (
    <UnstyledButton
      className={classes.entry}
      aria-current={isChosen}
      onClick={onChoose}
      data-testid={testId}
      data-name={name}
    >
      <b>{name}</b>
      {children}
    </UnstyledButton>
  );
}

/** What is said of an entry, small. */
export const SideNote = ({ children }: { children: ReactNode }) => <span className={classes.note}>{children}</span>;
