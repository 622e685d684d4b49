import { Button, Group, Modal, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import type { RestorePoint } from '@shared/models';
import { cleanUp } from '@/commands';
import { StampText } from '@/components/TimeText';
import { usePending } from '@/components/usePending';
import { useTexts } from '@/i18n';
import { useApp } from '@/store';
import classes from './backups.module.css';
import { leaveText } from './keep-text';

interface Props {
  databaseId: string;
  name: string;
  leaving: RestorePoint[];
}

/** What the next clean-up deletes: how many, and on demand which and why. */
export function Leaving({ databaseId, name, leaving }: Props) {
  const { t } = useTexts();
  const [open, setOpen] = useState(false);
  return (
    <div className={classes.leaving} data-testid="leaving">
      <Text size="xs">{t('backups.leavingCount', { count: leaving.length })}</Text>
      <Button variant="default" size="compact-xs" onClick={() => setOpen(true)} data-testid="show-leaving">
        {t('backups.showLeaving')}
      </Button>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title={t('cleanUp.title', { count: leaving.length, name })}
        size={720}
        closeButtonProps={{ 'aria-label': t('common.close') }}
        data-testid="leaving-list"
      >
        <LeavingList leaving={leaving} databaseId={databaseId} done={() => setOpen(false)} />
      </Modal>
    </div>
  );
}

function LeavingList({ leaving, databaseId, done }: Omit<Props, 'name'> & { done: () => void }) {
  const texts = useTexts();
  const { t, shared, format } = texts;
  const policy = useApp((state) => state.settings.retention);
  const [clean, cleaning] = usePending(cleanUp);
  const size = format.bytes(leaving.reduce((sum, point) => sum + point.sizeBytes, 0));
  return (
    <Stack gap="sm">
      <Text>{t('cleanUp.effect', { size })}</Text>
      <Table.ScrollContainer minWidth={0} mah={340} className={classes.leavingRows}>
        <Table stickyHeader verticalSpacing={5} horizontalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('backups.time')}</Table.Th>
              <Table.Th>{t('backups.kind')}</Table.Th>
              <Table.Th className={classes.right}>{t('backups.size')}</Table.Th>
              <Table.Th>{t('cleanUp.reason')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {leaving.map((point) => (
              <Table.Tr key={point.id} title={point.file}>
                <Table.Td style={{ whiteSpace: 'nowrap' }}>
                  <StampText iso={point.createdAt} />
                </Table.Td>
                <Table.Td>{shared(`kind.${point.kind}`)}</Table.Td>
                <Table.Td className={classes.right}>{format.bytes(point.sizeBytes)}</Table.Td>
                <Table.Td>
                  <Text size="xs">{[leaveText(point, policy, texts), ...copyStays(point)].join('; ')}</Text>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Group justify="flex-end">
        <Button variant="default" onClick={done} data-autofocus>
          {t('common.cancel')}
        </Button>
        <Button
          color="var(--hf-danger-fill)"
          loading={cleaning}
          onClick={() => void cleanAndClose()}
          data-testid="clean-up"
        >
          {t('cleanUp.confirm')}
        </Button>
      </Group>
    </Stack>
  );

  async function cleanAndClose(): Promise<void> {
    await clean(databaseId);
    done();
  }

  function copyStays({ copies }: RestorePoint): string[] {
    const names = copies.filter(({ state }) => state === 'copied').map(({ destination }) => destination);
    return names.length > 0 ? [t('cleanUp.copyStays', { names: names.join(', ') })] : [];
  }
}
