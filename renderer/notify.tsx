/** Toasts: the one place that tells of things done and of errors that belong to no place of their own. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { describeError } from '@shared/text';
import { errorViewOf } from './api';
import { ToneIcon } from './components/ToneIcon';
import { type ErrorContext, offeredAction } from './error-actions';
import { currentTexts } from './i18n';

const DONE_MS = 6000;
const ERROR_MS = 15_000;

export interface DoneOptions {
  /** A toast with the same id replaces the one before. */
  id?: string;
  detail?: string;
  action?: { label: string; run: () => void };
}

/** Tells that something was done. */
export function notifyDone(title: string, options: DoneOptions = {}): void {
  const id = options.id ?? crypto.randomUUID();
  const { action } = options;
  const runAction = (): void => {
    notifications.hide(id);
    action?.run();
  };
  const content = {
    id,
    icon: <ToneIcon tone="ok" size={18} />,
    title,
    message: (
      <Group gap="sm" wrap="nowrap" justify="space-between">
        <Text className="hf-selectable" c="dimmed">
          {options.detail ?? ''}
        </Text>
        {action && (
          <Button variant="default" size="compact-xs" onClick={runAction} style={{ flexShrink: 0 }}>
            {action.label}
          </Button>
        )}
      </Group>
    ),
    autoClose: DONE_MS,
    closeButtonProps: { 'aria-label': currentTexts().t('common.close') },
  };
  // a toast with this id that is still there keeps its place and its time
  notifications.hide(id);
  notifications.show(content);
}

/** Tells that something the user did was not taken, and why; nothing went wrong. */
export function notifyRefused(title: string, detail: string): void {
  notifications.show({
    icon: <ToneIcon tone="warn" size={18} />,
    title,
    message: <Text c="dimmed">{detail}</Text>,
    role: 'alert',
    autoClose: DONE_MS,
    closeButtonProps: { 'aria-label': currentTexts().t('common.close') },
  });
}

/** Tells what went wrong, what it means for the data, and offers what to do. */
export function reportError(thrown: unknown, context: ErrorContext = {}): void {
  const error = errorViewOf(thrown);
  const { shared, t } = currentTexts();
  const id = `error-${error.code}-${context.databaseId ?? ''}`;
  const words = describeError(shared, error);
  const offered = offeredAction(error, context, reportError);
  notifications.hide(id);
  notifications.show({
    id,
    icon: <ToneIcon tone={error.code === 'CANCELLED' ? 'muted' : 'bad'} size={18} label={t('errors.error')} />,
    title: <span className="hf-selectable">{words.what}</span>,
    message: (
      <Stack gap={6} align="flex-start" className="hf-selectable">
        <Text c="dimmed">{words.meaning}</Text>
        <Text>{words.action}</Text>
        {offered && (
          <Button
            variant="default"
            size="compact-xs"
            onClick={() => {
              notifications.hide(id);
              offered.run();
            }}
          >
            {offered.label}
          </Button>
        )}
      </Stack>
    ),
    role: 'alert',
    autoClose: ERROR_MS,
    closeButtonProps: { 'aria-label': t('common.close') },
  });
}

/** Runs something that may fail and reports the failure; undefined when it failed. */
export async function attempt<T>(action: () => Promise<T>, context: ErrorContext = {}): Promise<T | undefined> {
  try {
    return await action();
  } catch (thrown) {
    reportError(thrown, { retry: () => void attempt(action, context), ...context });
    return undefined;
  }
}
