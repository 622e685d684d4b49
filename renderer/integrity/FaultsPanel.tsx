import { Text } from '@mantine/core';
import type { IntegrityRecord } from '@shared/integrity';
import { CopyButton } from '@/components/CopyButton';
import { Panel } from '@/components/Panel';
import { useTexts } from '@/i18n';
import classes from './integrity.module.css';
import { MOST_FAULTS } from './words';

/** What SQLite said is wrong with the file. */
export function FaultsPanel({ check: { faults } }: { check: IntegrityRecord }) {
  const { t } = useTexts();
  return (
    <Panel
      title={t('integrity.faults')}
      aside={<CopyButton text={faults.join('\n')} what={t('integrity.copyFaults')} />}
      testId="faults"
    >
      <Text size="xs" c="dimmed" mb={6}>
        {t('integrity.faultsEffect', { count: MOST_FAULTS })}
      </Text>
      {/* a scrollable area must be reached by keys */}
      <ul className={`${classes.faults} hf-selectable`} tabIndex={0} aria-label={t('integrity.faults')}>
        {faults.map((fault) => (
          <li key={fault}>{fault}</li>
        ))}
      </ul>
    </Panel>
  );
}
