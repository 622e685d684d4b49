import { Drawer } from '@mantine/core';
import { useTexts } from '@/i18n';
import restore from '@/restore/restore.module.css';
import { StepHeader } from '@/restore/StepHeader';
import { useValue } from '@/value';
import { closePartial, partialFlow } from './flow';
import { RowPreviewStep } from './RowPreviewStep';
import { RowRunStep } from './RowRunStep';
import { TablesStep } from './TablesStep';

/** The three steps of a restore of tables and rows, in a side panel. */
export function PartialPanel() {
  const { t } = useTexts();
  const flow = useValue(partialFlow);
  return (
    <Drawer
      opened={flow !== null}
      onClose={closePartial}
      position="right"
      size={860}
      title={t('partial.title')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      closeOnClickOutside={false}
      classNames={{ content: restore.panel, body: restore.panelBody }}
      data-testid="partial-panel"
    >
      {flow && (
        <>
          <StepHeader step={flow.step} />
          {flow.step === 'what' && <TablesStep flow={flow} />}
          {flow.step === 'preview' && <RowPreviewStep flow={flow} />}
          {flow.step === 'run' && <RowRunStep flow={flow} />}
        </>
      )}
    </Drawer>
  );
}
