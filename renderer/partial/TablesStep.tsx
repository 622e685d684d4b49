import { Button, Skeleton, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { PartialTableInfo } from '@shared/recovery';
import { ErrorNotice } from '@/components/ErrorNotice';
import { JobLine } from '@/components/JobLine';
import { useTexts } from '@/i18n';
import restore from '@/restore/restore.module.css';
import { useApp, useDatabase } from '@/store';
import { closePartial, leavePartial, loadTables, type PartialFlow, requestOf, showPartialPreview } from './flow';
import classes from './partial.module.css';
import { TableCard } from './TableCard';
import { obstacleWords } from './words';

/** With fewer tables than this nobody has to look for one. */
const SEARCHED_FROM = 12;

/** Step 1: which tables, and what is done to their rows. */
export function TablesStep({ flow }: { flow: PartialFlow }) {
  const { t, format } = useTexts();
  const name = useDatabase(flow.input.databaseId)?.database.name ?? '';
  const { tables, refused } = flow;
  return (
    <div className={restore.step} data-testid="partial-tables">
      <Text size="md" fw={600}>
        {t('partial.heading', { name, time: format.exact(flow.input.contentAt) })}
      </Text>
      {(tables.state === 'idle' || tables.state === 'loading') && <Opening flow={flow} />}
      {tables.state === 'failed' && (
        <ErrorNotice
          thrown={tables.thrown}
          context={{ databaseId: flow.input.databaseId, retry: () => void loadTables() }}
          withDetail
        />
      )}
      {refused?.table === '' && <ErrorNotice thrown={refused.thrown} withDetail />}
      {tables.state === 'ready' && <Tables flow={flow} tables={tables.value} />}
      <Footer flow={flow} />
    </div>
  );
}

function Opening({ flow }: { flow: PartialFlow }) {
  const { t } = useTexts();
  const { databaseId } = flow.input;
  const job = useApp(({ jobs }) => jobs.find((one) => one.kind === 'inspect' && one.databaseId === databaseId) ?? null);
  return (
    <div>
      {job && <JobLine job={job} withSubject={false} />}
      <Text c="dimmed" mb="sm">
        {t(flow.token === null ? 'partial.opening' : 'partial.loading')}
      </Text>
      <Skeleton height={220} aria-busy aria-label={t('partial.loading')} />
    </div>
  );
}

function Tables({ flow, tables }: { flow: PartialFlow; tables: PartialTableInfo[] }) {
  const { t } = useTexts();
  const [wanted, find] = useState('');
  const text = wanted.trim().toLowerCase();
  const shown = tables.filter(({ table }) => table.toLowerCase().includes(text));
  const possible = shown.filter(({ obstacle }) => obstacle === null);
  const others = shown.filter(({ obstacle }) => obstacle !== null);
  if (tables.length === 0) return <Text c="dimmed">{t('partial.none')}</Text>;
  return (
    <>
      {tables.length >= SEARCHED_FROM && (
        <TextInput
          leftSection={<IconSearch size={14} aria-hidden />}
          aria-label={t('partial.find')}
          placeholder={t('partial.find')}
          value={wanted}
          onChange={(event) => find(event.currentTarget.value)}
          data-testid="find-table"
        />
      )}
      {shown.length === 0 && <Text c="dimmed">{t('partial.nothingFound', { text: wanted.trim() })}</Text>}
      <ul className={classes.tables} aria-label={t('partial.list')}>
        {possible.map((info) => (
          <TableCard key={info.table} flow={flow} info={info} />
        ))}
      </ul>
      {others.length > 0 && <Others flow={flow} tables={others} />}
    </>
  );
}

/** Tables whose rows cannot be restored by themselves, each with the reason, and the way that is left. */
function Others({ flow, tables }: { flow: PartialFlow; tables: PartialTableInfo[] }) {
  const texts = useTexts();
  const { t } = texts;
  const { whole } = flow.input;
  return (
    <section className={restore.box} data-testid="not-possible">
      <Text fw={600}>{t('partial.notPossible')}</Text>
      <Text c="dimmed">{t('partial.notPossibleDetail')}</Text>
      <ul className={classes.obstacles}>
        {tables.map((info) => (
          <li key={info.table} className="hf-selectable" data-table={info.table}>
            <strong>{info.table}</strong> {obstacleWords(info, texts)}
          </li>
        ))}
      </ul>
      {whole && (
        <Button variant="default" size="compact-sm" onClick={() => leavePartial(whole)} data-testid="restore-whole">
          {t('partial.whole')}
        </Button>
      )}
    </section>
  );
}

function Footer({ flow }: { flow: PartialFlow }) {
  const { t } = useTexts();
  const { back } = flow.input;
  const count = flow.choices.size;
  return (
    <div className={restore.footer}>
      <Button variant="default" onClick={back ? () => leavePartial(back) : closePartial}>
        {t(back ? 'common.back' : 'common.close')}
      </Button>
      <Text c="dimmed" className={classes.chosen} aria-live="polite">
        {count === 0 ? t('partial.chooseOne') : t('partial.chosen', { count })}
      </Text>
      <Button
        disabled={flow.tables.state !== 'ready' || requestOf(flow) === null}
        onClick={() => void showPartialPreview()}
        data-testid="partial-preview"
      >
        {t('partial.next')}
      </Button>
    </div>
  );
}
