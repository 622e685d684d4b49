import { Drawer } from '@mantine/core';
import { useTexts } from '@/i18n';
import { useValue } from '@/value';
import { closeRestore, restoreFlow } from './flow';
import { PreviewStep } from './PreviewStep';
import classes from './restore.module.css';
import { RunStep } from './RunStep';
import { StepHeader } from './StepHeader';
import { WhatStep } from './WhatStep';

/** The three steps of a restore, in a side panel. */
export function RestorePanel() {
  const { t } = useTexts();
  const flow = useValue(restoreFlow);
  return (
    <Drawer
      opened={flow !== null}
      onClose={closeRestore}
      position="right"
      size={600}
      title={t('restore.title')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      closeOnClickOutside={false}
      classNames={{ content: classes.panel, body: classes.panelBody }}
      data-testid="restore-panel"
    >
      {flow && (
        <>
          <StepHeader step={flow.step} />
          {flow.step === 'what' && <WhatStep flow={flow} />}
          {flow.step === 'preview' && <PreviewStep flow={flow} />}
          {flow.step === 'run' && <RunStep flow={flow} />}
        </>
      )}
    </Drawer>
  );
}
