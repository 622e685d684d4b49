import { Button, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { BusinessConfig, BusinessStatus } from '@shared/monitoring';
import { ErrorNotice } from '@/components/ErrorNotice';
import { usePending } from '@/components/usePending';
import { useTexts } from '@/i18n';
import { useApp } from '@/store';
import { useBusinessPresets } from '../queries';
import { addSuggested } from './actions';
import classes from './business.module.css';

/** Figures that fit the tables of the guarded databases; one click sets one up. */
export function Suggestions({ figures }: { figures: readonly BusinessStatus[] }) {
  const databases = useApp((state) => state.databases);
  return databases.map(({ database }) => (
    <DatabaseSuggestions key={database.id} databaseId={database.id} name={database.name} figures={figures} />
  ));
}

interface Props {
  databaseId: string;
  name: string;
  figures: readonly BusinessStatus[];
}

function DatabaseSuggestions({ databaseId, name, figures }: Props) {
  const { t } = useTexts();
  const presets = useBusinessPresets(databaseId);
  if (presets.isError) {
    return <ErrorNotice thrown={presets.error} context={{ databaseId, retry: () => void presets.refetch() }} />;
  }
  const set = figures.filter(({ config }) => config.databaseId === databaseId).map(({ config }) => config.preset);
  const open = (presets.data ?? []).filter(({ preset }) => !set.includes(preset));
  if (open.length === 0) return null;
  return (
    <div className={classes.suggestions}>
      <Text size="xs" c="dimmed">
        {t('performance.business.suggested', { database: name })}
      </Text>
      {open.map((config) => (
        <Suggestion key={config.preset ?? config.name} config={config} />
      ))}
    </div>
  );
}

function Suggestion({ config }: { config: BusinessConfig }) {
  const [add, adding] = usePending(addSuggested);
  return (
    <Button
      variant="default"
      leftSection={<IconPlus size={14} />}
      loading={adding}
      title={config.sql}
      onClick={() => void add(config)}
      data-testid={`suggest-${config.preset ?? config.name}`}
    >
      {config.name}
    </Button>
  );
}
