import { Drawer, Text } from '@mantine/core';
import { useTexts } from '@/i18n';
import { partialFlow } from '@/partial/flow';
import { useValue } from '@/value';
import { DroppedFile } from './DroppedFile';
import { closeDropped, droppedFiles } from './dropped';
import { restoreFlow } from './flow';
import classes from './restore.module.css';

/** Several files that were dropped, in a side panel; it makes way for the steps of the one that is restored. */
export function DropPanel() {
  const { t } = useTexts();
  const items = useValue(droppedFiles);
  const restoring = useValue(restoreFlow) !== null;
  const rows = useValue(partialFlow) !== null;
  const done = items.filter(({ inspection }) => inspection.state === 'ready' || inspection.state === 'failed').length;
  return (
    <Drawer
      opened={items.length > 0 && !restoring && !rows}
      onClose={closeDropped}
      position="right"
      size={680}
      title={t('dropped.title')}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      closeOnClickOutside={false}
      // the key that closes the steps of a restore would close the list that comes back then, too
      closeOnEscape={false}
      onKeyDown={(event) => {
        if (event.key === 'Escape') closeDropped();
      }}
      data-testid="drop-panel"
    >
      <Text
        c="dimmed"
        mb="sm"
        role="status"
        className={classes.takesFocus}
        tabIndex={-1}
        data-autofocus
        data-testid="drop-progress"
      >
        {done < items.length
          ? t('dropped.progress', { done, total: items.length })
          : t('dropped.allDone', { count: items.length })}
      </Text>
      <ul className={classes.dropped}>
        {items.map((item) => (
          <DroppedFile key={item.file} item={item} />
        ))}
      </ul>
    </Drawer>
  );
}
