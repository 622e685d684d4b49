import { Button, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { DataRuleConfig, DataRuleStatus } from '@shared/integrity';
import type { TextKey } from '@shared/text';
import { ErrorNotice } from '@/components/ErrorNotice';
import { usePending } from '@/components/usePending';
import { useTexts } from '@/i18n';
import { addSuggested } from './actions';
import { useDataRulePresets } from './queries';
import classes from './rules.module.css';

interface Props {
  databaseId: string;
  rules: readonly DataRuleStatus[];
}

/** Rules that fit the tables of the database; one click sets one up. */
export function Suggestions({ databaseId, rules }: Props) {
  const { t } = useTexts();
  const presets = useDataRulePresets(databaseId);
  if (presets.isError) {
    return <ErrorNotice thrown={presets.error} context={{ databaseId, retry: () => void presets.refetch() }} />;
  }
  const set = new Set(rules.map(({ config }) => config.preset));
  const open = (presets.data ?? []).filter(({ preset }) => !set.has(preset));
  if (open.length === 0) return null;
  return (
    <div className={classes.suggested}>
      <Text size="xs" c="dimmed" mb={6}>
        {t('dataRules.suggested')}
      </Text>
      <ul className={classes.suggestions}>
        {open.map((config) => (
          <Suggestion key={config.preset ?? config.name} config={config} />
        ))}
      </ul>
    </div>
  );
}

function Suggestion({ config }: { config: DataRuleConfig }) {
  const { t, shared } = useTexts();
  const [add, adding] = usePending(addSuggested);
  return (
    <li title={config.sql}>
      <div style={{ minWidth: 0 }}>
        <Text fw={500}>{config.name}</Text>
        <Text size="xs" c="dimmed">
          {shared(`dataRulePreset.${config.preset}.effect` as TextKey)}
        </Text>
      </div>
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<IconPlus size={14} />}
        loading={adding}
        aria-label={`${t('dataRules.suggest')}: ${config.name}`}
        onClick={() => void add(config)}
        data-testid={`suggest-${config.preset ?? config.name}`}
      >
        {t('dataRules.suggest')}
      </Button>
    </li>
  );
}
