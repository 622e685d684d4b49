import { Button, Text } from '@mantine/core';
import type { PartialPreview, PartialTableInfo } from '@shared/recovery';
import { ToneIcon } from '@/components/ToneIcon';
import { useTexts } from '@/i18n';
import restore from '@/restore/restore.module.css';
import { addParents, type TableChoice } from './flow';
import classes from './partial.module.css';
import { cellWords, mending } from './words';

interface Props {
  preview: PartialPreview;
  choices: ReadonlyMap<string, TableChoice>;
  tables: readonly PartialTableInfo[];
}

const MOST_LISTED = 8;

/** References that would be broken, and what to add so that they are not. */
export function Violations({ preview, choices, tables }: Props) {
  const texts = useTexts();
  const { t } = texts;
  const { newViolations } = preview;
  const { add, widen } = mending(preview, choices, tables);
  return (
    <div className={`${restore.verdict} hf-tone-bad`} role="alert" data-testid="new-violations">
      <ToneIcon tone="bad" size={22} />
      <div>
        <Text fw={600}>{t('partial.violations')}</Text>
        <ul className={`${classes.violations} hf-selectable`}>
          {newViolations.slice(0, MOST_LISTED).map(({ table, rowid, parent }, index) => (
            // a row that refers to two missing rows is listed twice
            // oxlint-disable-next-line react/no-array-index-key
            <li key={index}>{t('partial.violation', { table, row: cellWords(rowid, texts) ?? '—', parent })}</li>
          ))}
        </ul>
        {newViolations.length > MOST_LISTED && (
          <Text c="dimmed">{t('partial.violationsMore', { count: newViolations.length - MOST_LISTED })}</Text>
        )}
        {add.length > 0 && (
          <>
            <Button mt="xs" variant="default" onClick={() => addParents(add)} data-testid="add-parents">
              {t('partial.addTables', { tables: add.join(', ') })}
            </Button>
            <Text c="dimmed" size="xs" mt={4}>
              {t('partial.addTablesDetail')}
            </Text>
          </>
        )}
        {widen.length > 0 && <Text mt={4}>{t('partial.widen', { tables: widen.join(', ') })}</Text>}
      </div>
    </div>
  );
}
