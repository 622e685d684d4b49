import { Button, Drawer } from '@mantine/core';
import { type FormEvent, type ReactNode, useEffect, useRef } from 'react';
import { ErrorNotice } from '@/components/ErrorNotice';
import { useTexts } from '@/i18n';
import classes from './forms.module.css';

interface EditorProps {
  title: string;
  /** Null while closed. */
  children: ReactNode | null;
  onClose: () => void;
  testId: string;
  size?: number;
}

/** Edits something at the side; nothing changes until it is saved. */
export function Editor({ title, children, onClose, testId, size = 560 }: EditorProps) {
  const { t } = useTexts();
  return (
    <Drawer
      opened={children !== null}
      onClose={onClose}
      position="right"
      size={size}
      title={title}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      data-testid={testId}
    >
      {children}
    </Drawer>
  );
}

interface FormProps {
  children: ReactNode;
  /** What a try gave; shown above the buttons. */
  result?: ReactNode;
  /** Why saving was refused. */
  refused: unknown;
  onTry?: () => void;
  tryLabel?: string;
  trying?: boolean;
  onSave: () => void;
  saving: boolean;
  onClose: () => void;
}

/** Fields, what a try gave, and the buttons, which stay in sight. */
export function EditorForm({
  children,
  result,
  refused,
  onTry,
  tryLabel,
  trying = false,
  onSave,
  saving,
  onClose,
}: FormProps) {
  const { t } = useTexts();
  const told = useRef<HTMLDivElement>(null);
  const hasResult = Boolean(result) || refused !== null;
  useEffect(() => {
    if (hasResult) told.current?.scrollIntoView({ block: 'nearest' });
  }, [hasResult]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onSave();
  };
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      {children}
      <div ref={told} aria-live="polite" className={classes.result}>
        {result}
        {refused !== null && <ErrorNotice thrown={refused} />}
      </div>
      <div className={classes.foot}>
        {onTry && (
          <Button variant="light" loading={trying} onClick={onTry} data-testid="editor-try">
            {tryLabel ?? t('performance.form.try')}
          </Button>
        )}
        <Button variant="default" onClick={onClose} className={classes.end}>
          {t('common.cancel')}
        </Button>
        <Button type="submit" loading={saving} data-testid="editor-save">
          {t('performance.form.save')}
        </Button>
      </div>
    </form>
  );
}
