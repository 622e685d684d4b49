/** Keys of the list of errors: arrows move, Enter opens (the button's own), E acknowledges, R resolves. */
import type { KeyboardEvent, RefObject } from 'react';
import { flushSync } from 'react-dom';
import type { ErrorGroup } from '@shared/error-groups';
import { acknowledge, resolve } from './actions';

interface Pages {
  page: number;
  pages: number;
  onPage: (page: number) => void;
}

/** What E and R do with a group; nothing where it is done already. True when the key was for it. */
export function actOnKey(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>,
  group: ErrorGroup,
): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const key = event.key.toLowerCase();
  if (key === 'e' && group.state === 'open') void acknowledge(group);
  else if (key === 'r' && group.state !== 'resolved') void resolve(group);
  else return false;
  return true;
}

/** Follows keys in the rows of `list`, of which `shown` are drawn. */
export function rowKeys(
  list: RefObject<HTMLUListElement | null>,
  shown: readonly ErrorGroup[],
  { page, pages, onPage }: Pages,
): (event: KeyboardEvent) => void {
  const focusRow = (index: number): void =>
    list.current?.children[index]?.querySelector<HTMLElement>('[data-testid="error-group-title"]')?.focus();
  const move = (index: number): void => {
    if (index >= 0 && index < shown.length) return focusRow(index);
    const next = index < 0 ? page - 1 : page + 1;
    if (next < 1 || next > pages) return;
    // its rows must be there to be focused
    flushSync(() => onPage(next));
    focusRow(index < 0 ? (list.current?.children.length ?? 1) - 1 : 0);
  };
  return (event) => {
    const row = event.target instanceof HTMLElement ? event.target.closest('li') : null;
    const index = row ? shown.findIndex(({ id }) => id === row.dataset['group']) : -1;
    const group = shown[index];
    if (!group) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') move(index + (event.key === 'ArrowDown' ? 1 : -1));
    else if (!actOnKey(event, group)) return;
    event.preventDefault();
  };
}
