import { Button, Text, Tooltip } from '@mantine/core';
import { IconArrowMerge } from '@tabler/icons-react';
import type { ErrorGroup } from '@shared/error-groups';
import { usePending } from '@/components/usePending';
import { useTexts } from '@/i18n';
import { merge } from './actions';
import classes from './errors.module.css';

/** What can be done with the entries that are selected; nothing while none is. */
export function MergeBar({ groups, onClear }: { groups: readonly ErrorGroup[]; onClear: () => void }) {
  const { t } = useTexts();
  const [run, running] = usePending(merge);
  if (groups.length === 0) return null;
  const apart = new Set(groups.map(({ applicationId }) => applicationId)).size > 1;
  const refusal = groups.length < 2 ? t('errors.groups.mergeOne') : apart ? t('errors.groups.mergeApart') : null;
  const mergeAll = async (): Promise<void> => {
    if ((await run(groups)) !== null) onClear();
  };
  return (
    <div className={classes.mergeBar} data-testid="merge-bar">
      <Text fw={600}>{t('errors.groups.selected', { count: groups.length })}</Text>
      <Text size="xs" c="dimmed" style={{ flex: 1 }}>
        {refusal ?? t('errors.groups.mergeEffect')}
      </Text>
      <Tooltip label={refusal ?? t('errors.groups.mergeEffect')}>
        <Button
          size="compact-sm"
          leftSection={<IconArrowMerge size={14} aria-hidden />}
          disabled={refusal !== null}
          loading={running}
          onClick={() => void mergeAll()}
          data-testid="merge-error-groups"
        >
          {t('errors.groups.merge')}
        </Button>
      </Tooltip>
      <Button variant="subtle" color="gray" size="compact-sm" onClick={onClear}>
        {t('errors.groups.unselect')}
      </Button>
    </div>
  );
}
