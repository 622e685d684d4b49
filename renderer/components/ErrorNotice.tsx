import { Button, Code, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { describeError } from '@shared/text';
import { errorViewOf } from '@/api';
import { type ErrorContext, offeredAction } from '@/error-actions';
import { useTexts } from '@/i18n';
import { reportError } from '@/notify';
import { CopyButton } from './CopyButton';
import classes from './ErrorNotice.module.css';
import { ToneIcon } from './ToneIcon';

interface Props {
  thrown: unknown;
  context?: ErrorContext;
  /** Show the technical text too. */
  withDetail?: boolean;
  /** More buttons beside the error's own. */
  children?: ReactNode;
}

/** An error in its place: what happened, what it means for the data, what to do next. */
export function ErrorNotice({ thrown, context = {}, withDetail = false, children }: Props) {
  const { t, shared } = useTexts();
  const error = errorViewOf(thrown);
  const words = describeError(shared, error);
  const offered = offeredAction(error, context, reportError);
  return (
    <div className={classes.root} role="alert" data-testid="error-notice">
      <ToneIcon tone="bad" size={20} label={t('errors.error')} />
      <Stack gap={6} className="hf-selectable" style={{ minWidth: 0 }}>
        <Text fw={600}>{words.what}</Text>
        <Text>{words.meaning}</Text>
        <Text>{words.action}</Text>
        {(offered || children) && (
          <Group gap="xs" mt={4}>
            {offered && (
              <Button variant="default" onClick={offered.run}>
                {offered.label}
              </Button>
            )}
            {children}
          </Group>
        )}
        {withDetail && error.detail && (
          <Group gap="xs" align="flex-start" wrap="nowrap">
            <Code block className={classes.detail}>
              {error.detail}
            </Code>
            <CopyButton text={`${error.code}\n${error.detail}`} what={t('errors.detail')} />
          </Group>
        )}
      </Stack>
    </div>
  );
}
