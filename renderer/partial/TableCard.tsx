import { Checkbox, Stack, Text } from '@mantine/core';
import type { PartialTableInfo } from '@shared/recovery';
import { useTexts } from '@/i18n';
import { FilterFields } from './FilterFields';
import { changeChoice, type PartialFlow, type TableChoice, toggleTable } from './flow';
import classes from './partial.module.css';
import { countWords } from './words';

/** A table whose rows can be restored; once it is chosen, what is done to them and to which. */
export function TableCard({ flow, info }: { flow: PartialFlow; info: PartialTableInfo }) {
  const texts = useTexts();
  const { table } = info;
  const choice = flow.choices.get(table);
  return (
    <li
      className={classes.table}
      data-chosen={choice !== undefined || undefined}
      data-testid="partial-table"
      data-table={table}
    >
      <div className={classes.tableHead}>
        <Checkbox
          label={table}
          checked={choice !== undefined}
          onChange={(event) => toggleTable(table, event.currentTarget.checked)}
          classNames={{ label: classes.tableName }}
        />
        <Text c="dimmed">{countWords(info, texts)}</Text>
      </div>
      {choice && <Options flow={flow} info={info} choice={choice} />}
    </li>
  );
}

const ACTIONS = ['insert', 'update', 'remove'] as const;

function Options({ flow, info, choice }: { flow: PartialFlow; info: PartialTableInfo; choice: TableChoice }) {
  const { t, format } = useTexts();
  const { table } = info;
  const none = !(choice.insert || choice.update || choice.remove);
  return (
    <Stack gap="sm" className={classes.options}>
      <Stack gap={6} role="group" aria-label={t('partial.actions', { table })}>
        {ACTIONS.map((action) => (
          <Checkbox
            key={action}
            size="xs"
            label={t(`partial.${action}`)}
            description={
              action === 'remove'
                ? t('partial.removeDetail', { table, time: format.exact(flow.input.contentAt) })
                : undefined
            }
            checked={choice[action]}
            onChange={(event) => changeChoice(table, { [action]: event.currentTarget.checked })}
            data-testid={`partial-${action}`}
          />
        ))}
        {none && (
          <Text size="xs" className="hf-tone-bad" role="alert">
            {t('partial.noAction')}
          </Text>
        )}
      </Stack>
      <FilterFields
        table={table}
        columns={info.columns}
        filter={choice.filter}
        refused={flow.refused?.table === table ? flow.refused.thrown : null}
        onChange={(filter) => changeChoice(table, { filter })}
      />
    </Stack>
  );
}
