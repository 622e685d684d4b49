import { Button, Skeleton } from '@mantine/core';
import { IconListCheck, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { DataRuleStatus } from '@shared/integrity';
import type { GuardedDatabase } from '@shared/models';
import { EmptyState } from '@/components/EmptyState';
import { ErrorNotice } from '@/components/ErrorNotice';
import { Panel } from '@/components/Panel';
import { useTexts } from '@/i18n';
import { refreshRules } from './actions';
import { useDataRules } from './queries';
import { RowsDrawer } from './RowsDrawer';
import { RuleEditor } from './RuleEditor';
import { RuleRow } from './RuleRow';
import classes from './rules.module.css';
import { Suggestions } from './Suggestions';

/** The business rules of one database, those that fit it, and the form for one of one's own. */
export function RulesPanel({ database }: { database: GuardedDatabase }) {
  const { t } = useTexts();
  const query = useDataRules();
  const [edited, setEdited] = useState<DataRuleStatus | 'new' | null>(null);
  const [rowsOf, setRowsOf] = useState<DataRuleStatus | null>(null);
  const rules = (query.data ?? []).filter(({ config }) => config.databaseId === database.id);
  const add = (beside: boolean) => (
    <Button
      {...(beside ? { variant: 'default', size: 'compact-sm' } : {})}
      leftSection={<IconPlus size={14} />}
      onClick={() => setEdited('new')}
      data-testid="add-data-rule"
    >
      {t('dataRules.add')}
    </Button>
  );
  return (
    <Panel title={t('dataRules.title')} aside={rules.length > 0 && add(true)} testId="data-rules">
      {query.isError && <ErrorNotice thrown={query.error} context={{ retry: () => void query.refetch() }} />}
      {query.isPending && <Skeleton height={90} aria-busy />}
      {query.isSuccess && rules.length === 0 && (
        <EmptyState
          icon={<IconListCheck size={36} stroke={1.3} />}
          title={t('dataRules.none')}
          detail={t('dataRules.noneDetail')}
          compact
        >
          {add(false)}
        </EmptyState>
      )}
      {rules.length > 0 && (
        <ul className={classes.rules}>
          {rules.map((rule) => (
            <RuleRow key={rule.id} rule={rule} onEdit={() => setEdited(rule)} onRows={() => setRowsOf(rule)} />
          ))}
        </ul>
      )}
      {query.isSuccess && <Suggestions databaseId={database.id} rules={rules} />}
      <RuleEditor
        databaseId={database.id}
        edited={edited}
        onClose={() => setEdited(null)}
        onSaved={() => {
          setEdited(null);
          refreshRules();
        }}
      />
      <RowsDrawer rule={rowsOf} onClose={() => setRowsOf(null)} />
    </Panel>
  );
}
