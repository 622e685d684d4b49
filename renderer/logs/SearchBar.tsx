import { ActionIcon, Switch, TextInput, Tooltip } from '@mantine/core';
import { IconRegex, IconSearch, IconX } from '@tabler/icons-react';
import { type RefObject, useEffect, useState } from 'react';
import { describeError } from '@shared/text';
import { errorViewOf } from '@/api';
import { useTexts } from '@/i18n';
import { useValue } from '@/value';
import classes from './logs.module.css';
import { SavedSearches } from './SavedSearches';
import { changeFilters, logFilters } from './store';

/** Typing goes on as long as keys come faster. */
const TYPED_MS = 250;
const MOST_CHARACTERS = 500;

interface Props {
  field: RefObject<HTMLInputElement | null>;
  /** Why the search was refused; null when it was not. */
  refused: unknown;
  follow: boolean;
  onFollow: (follow: boolean) => void;
}

/** What is searched for, saved searches, and whether new lines are followed. */
export function SearchBar({ field, refused, follow, onFollow }: Props) {
  const { t, shared } = useTexts();
  const filters = useValue(logFilters);
  // null while nothing is typed: what is searched for is shown
  const [typed, setTyped] = useState<string | null>(null);
  const commit = (): void => {
    if (typed !== null) changeFilters({ text: typed });
    setTyped(null);
  };
  useEffect(() => {
    if (typed === null) return;
    const timer = setTimeout(() => {
      changeFilters({ text: typed });
      setTyped(null);
    }, TYPED_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const clear = (): void => {
    setTyped(null);
    changeFilters({ text: '' });
    field.current?.focus();
  };
  const value = typed ?? filters.text;
  const words = refused !== null && typed === null ? describeError(shared, errorViewOf(refused)) : null;
  return (
    <div className={classes.bar} role="search">
      <TextInput
        ref={field}
        className={classes.search}
        aria-label={t('logs.search')}
        placeholder={t(filters.isRegex ? 'logs.expression' : 'logs.words')}
        leftSection={<IconSearch size={14} />}
        rightSectionWidth={value === '' ? 30 : 56}
        rightSection={
          <span className={classes.inField}>
            {value !== '' && (
              <ActionIcon size="sm" aria-label={t('logs.clear')} onClick={clear}>
                <IconX size={14} />
              </ActionIcon>
            )}
            <Tooltip label={t('logs.regex')}>
              <ActionIcon
                size="sm"
                variant={filters.isRegex ? 'light' : 'subtle'}
                color={filters.isRegex ? 'tide' : 'gray'}
                aria-label={t('logs.regex')}
                aria-pressed={filters.isRegex}
                onClick={() => changeFilters({ isRegex: !filters.isRegex, text: value })}
                data-testid="log-regex"
              >
                <IconRegex size={14} />
              </ActionIcon>
            </Tooltip>
          </span>
        }
        value={value}
        maxLength={MOST_CHARACTERS}
        spellCheck={false}
        error={words && `${words.what} ${words.action}`}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit();
          if (event.key === 'Escape' && value !== '') clear();
        }}
        data-testid="log-search"
      />
      <SavedSearches />
      <Switch
        label={t('logs.follow')}
        checked={follow}
        onChange={(event) => onFollow(event.currentTarget.checked)}
        data-testid="log-follow"
      />
    </div>
  );
}
