import { Text } from '@mantine/core';
import { IconFileSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTexts, currentTexts } from '@/i18n';
import { notifyRefused } from '@/notify';
import { openRestore } from '@/restore/flow';
import classes from './DropOverlay.module.css';

const carriesFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;

/** Covers the window while a file is dragged over it, and takes the file that is dropped. */
export function DropOverlay() {
  const { t } = useTexts();
  const [over, setOver] = useState(false);
  useEffect(() => followDrag(setOver), []);
  return (
    <>
      <input
        type="file"
        className="hf-visually-hidden"
        tabIndex={-1}
        aria-hidden
        data-testid="file-input"
        onChange={(event) => {
          takeFiles(event.currentTarget.files);
          event.currentTarget.value = '';
        }}
      />
      {over && (
        <div className={classes.overlay} role="status" data-testid="drop-overlay">
          <div className={classes.frame}>
            <IconFileSearch size={48} stroke={1.4} aria-hidden />
            <Text size="xl" fw={600}>
              {t('drop.title')}
            </Text>
            <Text size="md">{t('drop.detail')}</Text>
            <Text size="sm" c="dimmed">
              {t('drop.kinds')}
            </Text>
          </div>
        </div>
      )}
    </>
  );
}

/** Listens for files dragged over the window; a drop anywhere is taken, never opened in place of the window. */
function followDrag(setOver: (over: boolean) => void): () => void {
  const listeners = new AbortController();
  const listen = (type: 'dragenter' | 'dragover' | 'dragleave' | 'drop', handle: (event: DragEvent) => void): void =>
    window.addEventListener(
      type,
      (event) => {
        event.preventDefault();
        handle(event);
      },
      { signal: listeners.signal },
    );
  listen('dragenter', (event) => setOver(carriesFiles(event)));
  listen('dragover', (event) => {
    if (event.dataTransfer) event.dataTransfer.dropEffect = carriesFiles(event) ? 'copy' : 'none';
  });
  // leaving the window has no related target; going from one element to another has
  listen('dragleave', (event) => {
    if (event.relatedTarget === null) setOver(false);
  });
  listen('drop', (event) => {
    setOver(false);
    if (carriesFiles(event)) takeFiles(event.dataTransfer?.files ?? null);
  });
  return () => listeners.abort();
}

function takeFiles(files: FileList | null): void {
  const file = files?.[0];
  if (!files || !file) return;
  const { t } = currentTexts();
  const path = window.holdfast.pathForFile(file);
  if (path === '') {
    notifyRefused(t('drop.noPath', { name: file.name }), t('drop.noPathDetail'));
    return;
  }
  if (files.length > 1)
    notifyRefused(t('drop.onlyOne', { name: file.name }), t('drop.onlyOneDetail', { count: files.length - 1 }));
  openRestore({ kind: 'file', file: path });
}
