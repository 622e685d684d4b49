import { Text } from '@mantine/core';
import { IconFileSearch, IconFiles } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTexts, currentTexts } from '@/i18n';
import { notifyRefused } from '@/notify';
import { addDropped, droppedFiles, MOST_FILES } from '@/restore/dropped';
import { closeRestore, openRestore } from '@/restore/flow';
import { closePartial } from '@/partial/flow';
import classes from './DropOverlay.module.css';

/** Files that are dragged; 0 for anything else. */
function filesDragged({ dataTransfer }: DragEvent): number {
  if (!dataTransfer?.types.includes('Files')) return 0;
  // Some desktops tell how many there are only when they are dropped.
  return Math.max(1, [...dataTransfer.items].filter(({ kind }) => kind === 'file').length);
}

/** Covers the window while files are dragged over it, and takes those that are dropped. */
export function DropOverlay() {
  const { t } = useTexts();
  const [over, setOver] = useState(0);
  useEffect(() => followDrag(setOver), []);
  return (
    <>
      <input
        type="file"
        multiple
        className="hf-visually-hidden"
        tabIndex={-1}
        aria-hidden
        data-testid="file-input"
        onChange={(event) => {
          takeFiles(event.currentTarget.files);
          event.currentTarget.value = '';
        }}
      />
      {over > 0 && (
        <div className={classes.overlay} role="status" data-testid="drop-overlay">
          <div className={classes.frame}>
            {over > 1 ? (
              <IconFiles size={48} stroke={1.4} aria-hidden />
            ) : (
              <IconFileSearch size={48} stroke={1.4} aria-hidden />
            )}
            <Text size="xl" fw={600}>
              {over > 1 ? t('drop.several', { count: over }) : t('drop.title')}
            </Text>
            <Text size="md">{t(over > 1 ? 'drop.severalDetail' : 'drop.detail')}</Text>
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
function followDrag(setOver: (files: number) => void): () => void {
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
  listen('dragenter', (event) => setOver(filesDragged(event)));
  listen('dragover', (event) => {
    if (event.dataTransfer) event.dataTransfer.dropEffect = filesDragged(event) > 0 ? 'copy' : 'none';
  });
  // leaving the window has no related target; going from one element to another has
  listen('dragleave', (event) => {
    if (event.relatedTarget === null) setOver(0);
  });
  listen('drop', (event) => {
    setOver(0);
    if (filesDragged(event) > 0) takeFiles(event.dataTransfer?.files ?? null);
  });
  return () => listeners.abort();
}

/** One file opens the steps of a restore; several, or one more while there is a list, are listed. */
function takeFiles(files: FileList | null): void {
  const { t } = currentTexts();
  const paths: string[] = [];
  for (const file of files ?? []) {
    const path = window.holdfast.pathForFile(file);
    if (path === '') notifyRefused(t('drop.noPath', { name: file.name }), t('drop.noPathDetail'));
    else paths.push(path);
  }
  const [first] = paths;
  if (first === undefined) return;
  closePartial();
  if (paths.length === 1 && droppedFiles.get().length === 0) {
    openRestore({ kind: 'file', file: first });
    return;
  }
  closeRestore();
  if (addDropped(paths) > 0) notifyRefused(t('dropped.tooMany', { count: MOST_FILES }), t('dropped.tooManyDetail'));
}
