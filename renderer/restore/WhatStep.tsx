import { Button, Group, Text } from '@mantine/core';
import { IconDeviceFloppy, IconShieldPlus } from '@tabler/icons-react';
import { errorViewOf } from '@/api';
import { guardDatabase, saveCopy } from '@/commands';
import { ErrorNotice } from '@/components/ErrorNotice';
import { usePending } from '@/components/usePending';
import { useTexts } from '@/i18n';
import { chooseFile } from './choose-file';
import { otherDatabase } from './belonging';
import { closeRestore, inspectAgain, type RestoreFlow, showPreview, showTables, sourceOf } from './flow';
import { OtherDatabaseBox } from './OtherDatabaseBox';
import { PassphraseForm } from './PassphraseForm';
import { ScopeChoice } from './ScopeChoice';
import { SourceChoice } from './SourceChoice';
import { FileSummary, InspectionProgress, MomentSummary, PointSummary } from './Summaries';
import classes from './restore.module.css';
import { TargetChoice } from './TargetChoice';

/** Step 1: what would be restored, and into which database. */
export function WhatStep({ flow }: { flow: RestoreFlow }) {
  const { t } = useTexts();
  const [save, saving] = usePending(saveCopy);
  const [guard, guarding] = usePending(guardDatabase);
  const source = sourceOf(flow);
  const { input, inspection } = flow;
  const other = otherDatabase(flow);
  const plainFile = inspection.state === 'ready' && inspection.value.format === 'sqlite' ? inspection.value.file : null;

  const guardFile = async (file: string): Promise<void> => {
    if (await guard(file)) closeRestore();
  };
  return (
    <div className={classes.step}>
      {input.kind === 'point' && <PointSummary point={input.point} />}
      {input.kind === 'moment' && <MomentSummary {...input} />}
      {input.kind === 'file' && inspection.state === 'loading' && <InspectionProgress file={input.file} />}
      {inspection.state === 'failed' && input.kind === 'file' && (
        <NotInspected file={input.file} thrown={inspection.thrown} />
      )}
      {inspection.state === 'ready' && <FileSummary inspection={inspection.value} />}
      {input.kind === 'point' && <SourceChoice point={input.point} chosenId={flow.destinationId} />}
      {source && <TargetChoice flow={flow} />}
      {other && <OtherDatabaseBox other={other} />}
      {source && flow.targetId && <ScopeChoice scope={flow.scope} />}
      {source && (
        <div className={classes.footer}>
          <Group gap="xs">
            <Button
              variant="default"
              leftSection={<IconDeviceFloppy size={15} />}
              loading={saving}
              onClick={() => void save(source)}
              data-testid="save-copy"
            >
              {t('restore.saveCopy')}
            </Button>
            {plainFile && (
              <Button
                variant="default"
                leftSection={<IconShieldPlus size={15} />}
                loading={guarding}
                onClick={() => void guardFile(plainFile)}
                data-testid="guard-dropped"
              >
                {t('restore.guardThis')}
              </Button>
            )}
          </Group>
          <Button
            disabled={!flow.targetId}
            onClick={() => (flow.scope === 'rows' ? showTables() : void showPreview())}
            data-testid="show-preview"
          >
            {t(flow.scope === 'rows' ? 'partial.scope.next' : 'restore.next')}
          </Button>
        </div>
      )}
    </div>
  );
}

/** Why a file could not be identified; of an encrypted one the question for its passphrase. */
function NotInspected({ file, thrown }: { file: string; thrown: unknown }) {
  const { t } = useTexts();
  const { code } = errorViewOf(thrown);
  if (code === 'PASSPHRASE_NEEDED' || code === 'PASSPHRASE_WRONG') {
    return <PassphraseForm file={file} wrong={code === 'PASSPHRASE_WRONG'} onEnter={inspectAgain} />;
  }
  return (
    <>
      <ErrorNotice
        thrown={thrown}
        context={{ retry: () => inspectAgain(), chooseFile: () => void chooseFile() }}
        withDetail
      />
      {code === 'CHAIN_BROKEN' && <Text data-testid="broken-chain">{t('inspect.brokenChain')}</Text>}
    </>
  );
}
