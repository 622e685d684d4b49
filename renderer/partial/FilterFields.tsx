import { ActionIcon, Button, SegmentedControl, Select, Stack, Text, Textarea, TextInput, Tooltip } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { describeError } from '@shared/text';
import { errorViewOf } from '@/api';
import { useTexts } from '@/i18n';
import {
  type Condition,
  type Filter,
  filterSql,
  newCondition,
  type Operator,
  OPERATORS,
  switchMode,
  takesValue,
} from './filter';
import classes from './partial.module.css';

interface Props {
  table: string;
  columns: string[];
  filter: Filter;
  /** Why the condition was refused; null while it was not. */
  refused: unknown;
  onChange: (filter: Filter) => void;
}

const MODES = ['all', 'simple', 'sql'] as const satisfies readonly Filter['mode'][];

/** Which rows of a table: all, by simple conditions, or by a condition in SQL. */
export function FilterFields({ table, columns, filter, refused, onChange }: Props) {
  const { t, shared } = useTexts();
  const refusal = refused === null ? null : describeError(shared, errorViewOf(refused)).what;
  return (
    <Stack gap={6} align="flex-start">
      <SegmentedControl
        aria-label={t('partial.filter.label', { table })}
        value={filter.mode}
        onChange={(mode) => onChange(switchMode(filter, modeOf(mode), columns[0] ?? ''))}
        data={MODES.map((mode) => ({ value: mode, label: t(`partial.filter.${mode}`) }))}
        data-testid="filter-mode"
      />
      {filter.mode === 'simple' && (
        <Conditions columns={columns} filter={filter} refusal={refusal} onChange={onChange} />
      )}
      {filter.mode === 'sql' && (
        <Textarea
          size="xs"
          w="100%"
          label={t('partial.filter.sqlLabel')}
          description={t('partial.filter.columns', { columns: columns.join(', ') })}
          classNames={{ input: classes.sql }}
          autosize
          minRows={2}
          maxRows={8}
          maxLength={5000}
          spellCheck={false}
          value={filter.sql}
          error={refusal ?? (filterSql(filter) === null ? t('partial.filter.missing') : undefined)}
          onChange={(event) => onChange({ ...filter, sql: event.currentTarget.value })}
          data-testid="filter-sql"
        />
      )}
    </Stack>
  );
}

const modeOf = (text: string): Filter['mode'] => MODES.find((mode) => mode === text) ?? 'all';

interface ConditionsProps extends Pick<Props, 'columns' | 'filter' | 'onChange'> {
  refusal: string | null;
}

function Conditions({ columns, filter, refusal, onChange }: ConditionsProps) {
  const { t } = useTexts();
  const { conditions } = filter;
  const change = (id: number, part: Partial<Condition>): void =>
    onChange({ ...filter, conditions: conditions.map((one) => (one.id === id ? { ...one, ...part } : one)) });
  const remove = (id: number): void => onChange({ ...filter, conditions: conditions.filter((one) => one.id !== id) });
  const words = refusal ?? (filterSql(filter) === null ? t('partial.filter.missing') : null);
  return (
    <Stack gap={6} w="100%">
      {conditions.map((condition, index) => (
        <ConditionLine
          key={condition.id}
          condition={condition}
          columns={columns}
          joined={conditions.length === 1 ? null : index > 0}
          onChange={(part) => change(condition.id, part)}
          onRemove={conditions.length > 1 ? () => remove(condition.id) : null}
        />
      ))}
      <Button
        variant="subtle"
        size="compact-xs"
        leftSection={<IconPlus size={13} />}
        style={{ alignSelf: 'flex-start' }}
        onClick={() => onChange({ ...filter, conditions: [...conditions, newCondition(columns[0] ?? '')] })}
      >
        {t('partial.filter.add')}
      </Button>
      {words && (
        <Text size="xs" className="hf-tone-bad" role="alert" data-testid="filter-fault">
          {words}
        </Text>
      )}
    </Stack>
  );
}

interface LineProps {
  condition: Condition;
  columns: string[];
  /** Joined to the one before by "and"; null while there is one only. */
  joined: boolean | null;
  onChange: (part: Partial<Condition>) => void;
  onRemove: (() => void) | null;
}

function ConditionLine({ condition, columns, joined, onChange, onRemove }: LineProps) {
  const { t } = useTexts();
  const { column, operator, value } = condition;
  return (
    <div className={classes.condition} data-testid="condition">
      <Text size="xs" c="dimmed" w={joined === null ? 0 : 44}>
        {joined ? t('partial.filter.and') : ''}
      </Text>
      <Select
        aria-label={t('partial.filter.column')}
        data={columns}
        value={column}
        searchable={columns.length > 8}
        onChange={(chosen) => onChange({ column: chosen ?? column })}
        data-testid="condition-column"
      />
      <Select
        aria-label={t('partial.filter.operator')}
        data={OPERATORS.map((one) => ({ value: one, label: t(`partial.filter.operators.${one}`) }))}
        value={operator}
        onChange={(chosen) => onChange({ operator: operatorOf(chosen) ?? operator })}
        data-testid="condition-operator"
      />
      {takesValue(operator) && (
        <TextInput
          aria-label={t('partial.filter.value')}
          placeholder={t('partial.filter.value')}
          value={value}
          maxLength={1000}
          onChange={(event) => onChange({ value: event.currentTarget.value })}
          className={classes.value}
          data-testid="condition-value"
        />
      )}
      {onRemove && (
        <Tooltip label={t('partial.filter.remove', { column })}>
          <ActionIcon aria-label={t('partial.filter.remove', { column })} onClick={onRemove}>
            <IconX size={15} />
          </ActionIcon>
        </Tooltip>
      )}
    </div>
  );
}

const operatorOf = (text: string | null): Operator | undefined => OPERATORS.find((one) => one === text);
