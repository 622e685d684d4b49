import { Select, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { SEVERITIES } from '@shared/errors';
import { useTexts } from '@/i18n';
import { useValue } from '@/value';
import classes from './errors.module.css';
import { type GroupFilter, groupFilter, STATE_CHOICES } from './filter';
import { useErrorApplications } from './queries';

const ANY = '';
/** Holdfast itself, as the filter names it. */
const OWN = 'holdfast';

/** What is listed. `types` are the most frequent ones. */
export function GroupFilters({ types }: { types: readonly string[] }) {
  const { t, shared } = useTexts();
  const filter = useValue(groupFilter);
  const applications = useErrorApplications().data ?? [];
  const change = (part: Partial<GroupFilter>): void => groupFilter.update((now) => ({ ...now, ...part }));
  const shownTypes = filter.type !== null && !types.includes(filter.type) ? [filter.type, ...types] : types;
  const orNull = (chosen: string | null): string | null => (chosen === ANY ? null : chosen);
  return (
    <div className={classes.filters} role="search">
      <TextInput
        aria-label={t('errors.filter.search')}
        placeholder={t('errors.filter.search')}
        leftSection={<IconSearch size={14} aria-hidden />}
        className={classes.search ?? ''}
        value={filter.search}
        maxLength={200}
        onChange={(event) => change({ search: event.currentTarget.value })}
        data-testid="filter-errors-search"
      />
      <Select
        aria-label={t('errors.filter.application')}
        w={150}
        value={filter.applicationId ?? ANY}
        data={[
          { value: ANY, label: t('errors.filter.anyApplication') },
          { value: OWN, label: 'Holdfast' },
          ...applications.map(({ id, name }) => ({ value: id, label: name })),
        ]}
        onChange={(chosen) => change({ applicationId: orNull(chosen) })}
        data-testid="filter-errors-application"
      />
      <Select
        aria-label={t('errors.filter.state')}
        w={118}
        value={filter.state}
        data={STATE_CHOICES.map((value) => ({ value, label: t(`errors.filter.states.${value}`) }))}
        onChange={(chosen) => change({ state: STATE_CHOICES.find((state) => state === chosen) ?? 'unresolved' })}
        data-testid="filter-errors-state"
      />
      <Select
        aria-label={t('errors.filter.severity')}
        w={118}
        value={filter.severity ?? ANY}
        data={[
          { value: ANY, label: t('errors.filter.anySeverity') },
          ...SEVERITIES.toReversed().map((value) => ({ value, label: shared(`severity.${value}`) })),
        ]}
        onChange={(chosen) => change({ severity: SEVERITIES.find((one) => one === chosen) ?? null })}
        data-testid="filter-errors-severity"
      />
      <Select
        aria-label={t('errors.filter.type')}
        w={118}
        searchable
        value={filter.type ?? ANY}
        data={[
          { value: ANY, label: t('errors.filter.anyType') },
          ...[...new Set(shownTypes)].filter((type) => type !== ANY).map((type) => ({ value: type, label: type })),
        ]}
        onChange={(chosen) => change({ type: orNull(chosen) })}
        data-testid="filter-errors-type"
      />
    </div>
  );
}
