import { Button, Stack, Text } from '@mantine/core';
import type { ErrorCode } from '@shared/errors';
import type { ErrorEvent, ErrorGroup } from '@shared/error-groups';
import { describeError } from '@shared/text';
import { offeredAction } from '@/error-actions';
import { useNow } from '@/format/now';
import { useTexts } from '@/i18n';
import { reportError } from '@/notify';

/** What to do: the words of the code for Holdfast's own errors, else what the event tells. */
export function GroupTodo({ group, event }: { group: ErrorGroup; event: ErrorEvent | null }) {
  const { t, format } = useTexts();
  const now = useNow();
  return (
    <Stack gap={4} align="flex-start">
      {group.returnedAt !== null && (
        <Text>{t('errors.group.returnedAt', { time: format.relative(group.returnedAt, now) })}</Text>
      )}
      {group.code !== null ? <OfCode code={group.code} group={group} /> : <OfApplication group={group} event={event} />}
    </Stack>
  );
}

function OfCode({ code, group }: { code: ErrorCode; group: ErrorGroup }) {
  const { shared } = useTexts();
  const words = describeError(shared, { code, params: group.params });
  const offered = offeredAction({ code }, { databaseId: group.databaseId }, reportError);
  return (
    <>
      <Text>{words.meaning}</Text>
      <Text fw={500}>{words.action}</Text>
      {offered && offered.action !== 'open-errors' && (
        <Button size="compact-sm" variant="light" mt={4} onClick={offered.run} data-testid="error-group-action">
          {offered.label}
        </Button>
      )}
    </>
  );
}

function OfApplication({ group, event }: { group: ErrorGroup; event: ErrorEvent | null }) {
  const { t } = useTexts();
  const handled = event?.handled ?? null;
  const place = group.culprit ?? event?.transaction ?? null;
  const hasOwnCalls = event?.thrown.some(({ frames }) => frames.some(({ inApp }) => inApp)) ?? false;
  return (
    <>
      <Text>
        {t(handled === null ? 'errors.group.unsaid' : handled ? 'errors.group.handled' : 'errors.group.unhandled')}
      </Text>
      {place !== null && (
        <Text className="hf-selectable" style={{ overflowWrap: 'anywhere' }}>
          {t('errors.group.where', { place })}
        </Text>
      )}
      {hasOwnCalls && <Text fw={500}>{t('errors.group.lookAt')}</Text>}
    </>
  );
}
