import { Drawer, Skeleton } from '@mantine/core';
import type { DataRuleStatus } from '@shared/integrity';
import { ErrorNotice } from '@/components/ErrorNotice';
import { useTexts } from '@/i18n';
import { ResultTable } from '@/tabs/performance/business/ResultTable';
import { useDataRuleRows } from './queries';

/** The rows that break a rule now. */
export function RowsDrawer({ rule, onClose }: { rule: DataRuleStatus | null; onClose: () => void }) {
  const { t } = useTexts();
  return (
    <Drawer
      opened={rule !== null}
      onClose={onClose}
      position="right"
      size={820}
      title={rule ? t('dataRules.rowsOf', { name: rule.config.name }) : ''}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      data-testid="data-rule-rows"
    >
      {rule && <Rows id={rule.id} />}
    </Drawer>
  );
}

function Rows({ id }: { id: string }) {
  const rows = useDataRuleRows(id);
  if (rows.isError) return <ErrorNotice thrown={rows.error} context={{ retry: () => void rows.refetch() }} />;
  if (!rows.data) return <Skeleton height={320} aria-busy />;
  return <ResultTable result={rows.data} height="calc(100dvh - 130px)" />;
}
