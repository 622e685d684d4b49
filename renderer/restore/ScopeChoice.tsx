import { SegmentedControl, Text } from '@mantine/core';
import { useId } from 'react';
import { useTexts } from '@/i18n';
import { chooseScope, type RestoreScope } from './flow';

const SCOPES = ['whole', 'rows'] as const satisfies readonly RestoreScope[];

/** The whole database, or chosen tables and rows. */
export function ScopeChoice({ scope }: { scope: RestoreScope }) {
  const { t } = useTexts();
  const id = useId();
  return (
    <div>
      <Text size="xs" fw={500} mb={4} id={id}>
        {t('partial.scope.label')}
      </Text>
      <SegmentedControl
        aria-labelledby={id}
        value={scope}
        onChange={(value) => chooseScope(value === 'rows' ? 'rows' : 'whole')}
        data={SCOPES.map((value) => ({ value, label: t(`partial.scope.${value}`) }))}
        data-testid="restore-scope"
      />
    </div>
  );
}
