import { Button, Group, Text } from '@mantine/core';
import type { FileInspection } from '@shared/models';
import { describeError } from '@shared/text';
import { errorViewOf } from '@/api';
import { guardDatabase } from '@/commands';
import { CheckList } from '@/components/CheckList';
import { JobLine } from '@/components/JobLine';
import { Mark } from '@/components/Mark';
import { PathText } from '@/components/PathText';
import { usePending } from '@/components/usePending';
import { type Texts, useTexts } from '@/i18n';
import { useApp } from '@/store';
import { addToPoints } from './choose-file';
import { checkAgain, type DroppedItem, leaveOut, restoreDropped, saveDropped } from './dropped';
import { PassphraseForm } from './PassphraseForm';
import classes from './restore.module.css';
import { formatWords, verdictOf } from './Summaries';

/** One file of several: what it is, which database it belongs to, and what can be done with it. */
export function DroppedFile({ item }: { item: DroppedItem }) {
  const { file, inspection } = item;
  return (
    <li className={classes.box} data-testid="dropped-file" data-file={file} data-state={inspection.state}>
      <div className={classes.droppedHead}>
        <PathText path={file} oneLine />
        <State item={item} />
      </div>
      {inspection.state === 'loading' && <Checking file={file} />}
      {inspection.state === 'failed' && <Refused item={item} thrown={inspection.thrown} />}
      {inspection.state === 'ready' && <Known item={item} inspection={inspection.value} />}
      {(inspection.state === 'idle' || inspection.state === 'loading') && (
        <Group justify="flex-end">
          <LeaveOut item={item} />
        </Group>
      )}
    </li>
  );
}

function State({ item: { inspection } }: { item: DroppedItem }) {
  const { t } = useTexts();
  switch (inspection.state) {
    case 'idle':
      return <Mark tone="muted">{t('dropped.waiting')}</Mark>;
    case 'loading':
      return <Mark tone="busy">{t('inspect.running')}</Mark>;
    case 'failed':
      return isLocked(inspection.thrown) ? (
        <Mark tone="warn">{t('dropped.locked')}</Mark>
      ) : (
        <Mark tone="bad">{t('dropped.refused')}</Mark>
      );
    case 'ready': {
      const { tone, words } = verdictOf(inspection.value);
      return <Mark tone={tone}>{t(words)}</Mark>;
    }
  }
}

const isLocked = (thrown: unknown): boolean =>
  ['PASSPHRASE_NEEDED', 'PASSPHRASE_WRONG'].includes(errorViewOf(thrown).code);

function Checking({ file }: { file: string }) {
  const job = useApp((state) => state.jobs.find((one) => one.kind === 'inspect' && one.subject === file) ?? null);
  return job && <JobLine job={job} withSubject={false} />;
}

/** Why a file cannot be used, in its place; of an encrypted one the question for its passphrase. */
function Refused({ item, thrown }: { item: DroppedItem; thrown: unknown }) {
  const { t, shared } = useTexts();
  const error = errorViewOf(thrown);
  if (isLocked(thrown)) {
    return (
      <>
        <PassphraseForm
          file={item.file}
          wrong={error.code === 'PASSPHRASE_WRONG'}
          onEnter={(passphrase) => checkAgain(item.file, passphrase)}
          inList
        />
        <Group justify="flex-end" mt="xs">
          <LeaveOut item={item} />
        </Group>
      </>
    );
  }
  const words = describeError(shared, error);
  return (
    <div role="alert" data-testid="dropped-refused">
      <Text className="hf-selectable">{words.what}</Text>
      <Text className="hf-selectable" c="dimmed">
        {words.meaning} {words.action}
      </Text>
      {error.code === 'CHAIN_BROKEN' && <Text c="dimmed">{t('inspect.brokenChain')}</Text>}
      <Group justify="flex-end" mt="xs" gap="xs">
        <LeaveOut item={item} />
        <Button variant="default" size="compact-sm" onClick={() => checkAgain(item.file)}>
          {t('dropped.again')}
        </Button>
      </Group>
    </div>
  );
}

function Known({ item, inspection }: { item: DroppedItem; inspection: FileInspection }) {
  const texts = useTexts();
  const { t, format } = texts;
  return (
    <>
      <Text>
        {formatWords(inspection, texts)}
        {' · '}
        {format.exact(inspection.contentAt)}
        {' · '}
        {format.bytes(inspection.contentBytes)}
      </Text>
      <Text c="dimmed" className="hf-selectable" data-testid="dropped-belongs">
        {belongingWords(inspection, texts)}
      </Text>
      <details className={classes.folded}>
        <summary>{t('dropped.checks')}</summary>
        <CheckList checks={inspection.checks} />
      </details>
      <Actions item={item} inspection={inspection} />
    </>
  );
}

/** Which database a file belongs to, and how that is known. */
export function belongingWords({ candidates, takenOf }: FileInspection, { t }: Texts): string {
  const [best] = candidates;
  if (best) return t('dropped.belongs', { name: best.name, why: t(`restore.why.${best.why}`) });
  return takenOf ? t('dropped.takenOf', { ...takenOf }) : t('dropped.belongsNowhere');
}

function Actions({ item, inspection }: { item: DroppedItem; inspection: FileInspection }) {
  const { t } = useTexts();
  const [save, saving] = usePending(saveDropped);
  const [guard, guarding] = usePending(guardDatabase);
  const [add, adding] = usePending(addToPoints);
  const { format, encrypted, proved } = inspection;
  const isOwn = format === 'holdfast-backup' || format === 'holdfast-changes';
  return (
    <Group justify="flex-end" gap="xs" mt="xs">
      <LeaveOut item={item} />
      {proved && (
        <>
          {isOwn && !encrypted && (
            <Button variant="default" size="compact-sm" loading={adding} onClick={() => void add(item.file)}>
              {t('dropped.addToPoints')}
            </Button>
          )}
          {format === 'sqlite' && !encrypted && (
            <Button variant="default" size="compact-sm" loading={guarding} onClick={() => void guard(item.file)}>
              {t('restore.guardThis')}
            </Button>
          )}
          <Button variant="default" size="compact-sm" loading={saving} onClick={() => void save(item)}>
            {t('restore.saveCopy')}
          </Button>
          <Button size="compact-sm" onClick={() => restoreDropped(item)} data-testid="restore-dropped">
            {t('dropped.restore')}
          </Button>
        </>
      )}
    </Group>
  );
}

function LeaveOut({ item }: { item: DroppedItem }) {
  const { t } = useTexts();
  return (
    <Button
      variant="subtle"
      color="gray"
      size="compact-sm"
      aria-label={t('dropped.leaveOutFile', { file: item.file })}
      onClick={() => leaveOut(item)}
    >
      {t('dropped.leaveOut')}
    </Button>
  );
}
