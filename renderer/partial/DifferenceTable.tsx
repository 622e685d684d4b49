import { Table, Text } from '@mantine/core';
import { IconArrowBackUp, IconArrowRight, IconMinus, IconPlus } from '@tabler/icons-react';
import type { Cell, PartialTablePreview, RowDifference } from '@shared/recovery';
import { Mark } from '@/components/Mark';
import { useTexts } from '@/i18n';
import classes from './partial.module.css';
import { cellWords } from './words';

/** Rows that are drawn; the counts above are of all. */
const MOST_ROWS = 200;
/** Columns of a row that comes or goes as a whole; the key is shown beside them. */
const MOST_COLUMNS = 8;

const SHAPES = { insert: IconPlus, update: IconArrowBackUp, remove: IconMinus } as const;
const TONES = { insert: 'hf-tone-ok', update: 'hf-tone-busy', remove: 'hf-tone-bad' } as const;

/** The rows of one table that change, one by one: the key, and of each column that differs its value now and then. */
export function DifferenceTable({ preview }: { preview: PartialTablePreview }) {
  const { t } = useTexts();
  const { table, obstacle, differences, truncated, notes } = preview;
  const shown = differences.slice(0, MOST_ROWS);
  return (
    <section aria-label={t('partial.differences', { table })}>
      {obstacle && (
        <Text component="div" mb={4} data-testid="preview-obstacle">
          <Mark tone="bad">
            {table}: {t(`partial.obstacle.${obstacle}`)}
          </Mark>
        </Text>
      )}
      {!obstacle && (
        <Text fw={600} mb={4}>
          {shown.length === 0 ? t('partial.noDifferences', { table }) : t('partial.differences', { table })}
        </Text>
      )}
      {shown.length > 0 && (
        // a scrollable area must be reached by keys
        <div className={classes.scroll} tabIndex={0} role="group" aria-label={t('partial.differences', { table })}>
          <Table verticalSpacing={3} horizontalSpacing="sm" fz="xs" stickyHeader data-testid="differences">
            <Table.Thead>
              <Table.Tr>
                <Table.Th w={120}>{t('partial.change')}</Table.Th>
                <Table.Th>{t('partial.key')}</Table.Th>
                <Table.Th>{t('partial.values')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {shown.map((difference, index) => (
                // keys of several columns that may be NULL tell no rows apart
                // oxlint-disable-next-line react/no-array-index-key
                <DifferenceRow key={index} preview={preview} difference={difference} />
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
      {(truncated || differences.length > MOST_ROWS) && (
        <Text size="xs" c="dimmed" mt={4} data-testid="more-differences">
          {t('partial.truncated', { count: shown.length })}
        </Text>
      )}
      {notes.length > 0 && (
        <ul className={classes.notes} data-testid="partial-notes">
          {notes.map(({ note, names }) => (
            <li key={note}>{t(`partial.notes.${note}`, { names: names.join(', ') })}</li>
          ))}
        </ul>
      )}
    </section>
  );
}

function DifferenceRow({ preview, difference }: { preview: PartialTablePreview; difference: RowDifference }) {
  const { t } = useTexts();
  const { change, key } = difference;
  const Shape = SHAPES[change];
  return (
    <Table.Tr data-change={change}>
      <Table.Td className={TONES[change]}>
        <span className={classes.change}>
          <Shape size={14} stroke={2.4} aria-hidden />
          {t(`partial.changes.${change}`)}
        </span>
      </Table.Td>
      <Table.Td className="hf-selectable">
        {key.map((cell, index) => (
          <span key={preview.keyColumns[index] ?? index}>
            {index > 0 && ', '}
            <Value cell={cell} />
          </span>
        ))}
      </Table.Td>
      <Table.Td className="hf-selectable">
        {change === 'update' ? (
          <ChangedColumns columns={preview.columns} difference={difference} />
        ) : (
          <WholeRow preview={preview} difference={difference} />
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function ChangedColumns({ columns, difference }: { columns: string[]; difference: RowDifference }) {
  const { t } = useTexts();
  const { now, then, changed } = difference;
  return changed.map((index) => (
    <div key={index} className={classes.pair}>
      <span className={classes.column}>{columns[index]}</span>
      <span>
        <span className="hf-visually-hidden">{t('partial.from')}: </span>
        <Value cell={now?.[index] ?? null} old />
      </span>
      <IconArrowRight size={12} aria-hidden className="hf-tone-muted" />
      <span>
        <span className="hf-visually-hidden">{t('partial.to')}: </span>
        <Value cell={then?.[index] ?? null} />
      </span>
    </div>
  ));
}

/** Values of a row that comes or goes, without its key. */
function WholeRow({ preview, difference }: { preview: PartialTablePreview; difference: RowDifference }) {
  const { t } = useTexts();
  const { columns, keyColumns } = preview;
  const row = difference.then ?? difference.now ?? [];
  const others = columns.flatMap((column, index) =>
    keyColumns.includes(column) ? [] : [{ column, cell: row[index] ?? null }],
  );
  const left = others.length - MOST_COLUMNS;
  return (
    <div className={classes.row}>
      {others.slice(0, MOST_COLUMNS).map(({ column, cell }) => (
        <span key={column} className={classes.part}>
          <span className={classes.column}>{column}</span> <Value cell={cell} old={difference.change === 'remove'} />
        </span>
      ))}
      {left > 0 && <span className="hf-tone-muted">{t('partial.moreColumns', { count: left })}</span>}
    </div>
  );
}

/** A value; one that goes is struck through. */
function Value({ cell, old = false }: { cell: Cell; old?: boolean }) {
  const texts = useTexts();
  const words = cellWords(cell, texts);
  if (words === null) return <span className="hf-tone-muted">NULL</span>;
  const Element = old ? 'del' : 'span';
  return (
    <Element className={classes.cell} title={words.length > 40 ? words : undefined}>
      {words === '' ? '""' : words}
    </Element>
  );
}
