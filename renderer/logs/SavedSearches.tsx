import { Button, Menu, Modal, Stack, Text, TextInput } from '@mantine/core';
import { IconBookmark, IconChevronDown, IconPencil, IconTrash } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import type { SavedSearch } from '@shared/logs';
import { useTexts } from '@/i18n';
import { useValue } from '@/value';
import { removeSearch, saveSearch } from './actions';
import { filtersOf, queryToSave } from './filters';
import classes from './logs.module.css';
import { useSavedSearches } from './queries';
import { logFilters } from './store';

const MOST_NAME = 80;

/** Searches under a name: opened, saved, renamed and removed. */
export function SavedSearches() {
  const { t } = useTexts();
  const { data: searches = [] } = useSavedSearches();
  const [named, setNamed] = useState<SavedSearch | 'new' | null>(null);
  return (
    <>
      <Menu position="bottom-end" width={300}>
        <Menu.Target>
          <Button
            variant="default"
            leftSection={<IconBookmark size={14} />}
            rightSection={<IconChevronDown size={13} />}
            data-testid="saved-searches"
          >
            {t('logs.saved.label')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {searches.length === 0 && <Menu.Label>{t('logs.saved.none')}</Menu.Label>}
          {searches.map((search) => (
            <div key={search.id} className={classes.saved} role="none">
              <Menu.Item
                onClick={() => logFilters.update((before) => filtersOf(search.query, before))}
                data-testid={`search-${search.name}`}
              >
                {search.name}
              </Menu.Item>
              <Menu.Item
                className={classes.small}
                aria-label={t('logs.saved.rename', { name: search.name })}
                onClick={() => setNamed(search)}
                data-testid={`rename-${search.name}`}
              >
                <IconPencil size={14} />
              </Menu.Item>
              <Menu.Item
                className={classes.small}
                aria-label={t('logs.saved.remove', { name: search.name })}
                onClick={() => void removeSearch(search)}
                data-testid={`forget-${search.name}`}
              >
                <IconTrash size={14} />
              </Menu.Item>
            </div>
          ))}
          <Menu.Divider />
          <Menu.Item onClick={() => setNamed('new')} data-testid="save-search">
            {t('logs.saved.save')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal
        opened={named !== null}
        onClose={() => setNamed(null)}
        title={t(named === 'new' ? 'logs.saved.title' : 'logs.saved.renameTitle')}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        {named && <NameForm search={named === 'new' ? null : named} onClose={() => setNamed(null)} />}
      </Modal>
    </>
  );
}

function NameForm({ search, onClose }: { search: SavedSearch | null; onClose: () => void }) {
  const { t } = useTexts();
  const filters = useValue(logFilters);
  const [name, setName] = useState(search?.name ?? '');
  const [strict, setStrict] = useState(false);
  const isNamed = name.trim() !== '' && name.trim().length <= MOST_NAME;
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setStrict(true);
    if (!isNamed) return;
    const query = search ? search.query : queryToSave(filters);
    if (await saveSearch({ ...(search && { id: search.id }), name: name.trim(), query })) onClose();
  };
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack gap="sm">
        <TextInput
          label={t('logs.saved.name')}
          value={name}
          maxLength={MOST_NAME}
          error={strict && !isNamed ? t('logs.saved.nameFault') : null}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
          data-testid="search-name"
        />
        {!search && (
          <Text size="xs" c="dimmed">
            {t('logs.saved.timeNote')}
          </Text>
        )}
        <Button type="submit" style={{ justifySelf: 'end', alignSelf: 'flex-end' }} data-testid="search-save">
          {t('logs.saved.confirm')}
        </Button>
      </Stack>
    </form>
  );
}
