import { Button, Kbd, Tooltip } from '@mantine/core';
import { IconArrowBackUp, IconCheck, IconCircleCheck, IconFileText } from '@tabler/icons-react';
import type { ErrorGroup } from '@shared/error-groups';
import { usePending } from '@/components/usePending';
import { useTexts } from '@/i18n';
import { navigate } from '@/navigation';
import { acknowledge, reopen, resolve } from './actions';
import classes from './details.module.css';
import { MuteButton } from './MuteButton';

const ICON = 15;

/** What can be done about an error. Each can be taken back. */
export function GroupButtons({ group }: { group: ErrorGroup }) {
  const { t } = useTexts();
  const [run, running] = usePending((action: (of: ErrorGroup) => Promise<boolean>) => action(group));
  const { state } = group;
  return (
    <div className={classes.buttons} role="group" aria-label={t('errors.group.actions')}>
      {state === 'open' && (
        <Tooltip label={t('errors.group.acknowledgeEffect')}>
          <Button
            size="compact-sm"
            leftSection={<IconCheck size={ICON} aria-hidden />}
            rightSection={<Kbd size="xs">E</Kbd>}
            loading={running}
            onClick={() => void run(acknowledge)}
            data-testid="acknowledge-error"
          >
            {t('errors.group.acknowledge')}
          </Button>
        </Tooltip>
      )}
      {state !== 'resolved' && (
        <Tooltip label={t('errors.group.resolveEffect')}>
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<IconCircleCheck size={ICON} aria-hidden />}
            rightSection={<Kbd size="xs">R</Kbd>}
            loading={running}
            onClick={() => void run(resolve)}
            data-testid="resolve-error"
          >
            {t('errors.group.resolveIt')}
          </Button>
        </Tooltip>
      )}
      {state !== 'resolved' && <MuteButton group={group} />}
      {state !== 'open' && (
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconArrowBackUp size={ICON} aria-hidden />}
          loading={running}
          onClick={() => void run(reopen)}
          data-testid="reopen-error"
        >
          {t('errors.group.reopen')}
        </Button>
      )}
      <Button
        variant="subtle"
        color="gray"
        size="compact-sm"
        leftSection={<IconFileText size={ICON} aria-hidden />}
        onClick={() =>
          navigate({ tab: 'errors', errorGroupId: group.id, logsAt: { atMs: Date.parse(group.lastSeenAt) } })
        }
        data-testid="log-around-error"
      >
        {t('errors.group.logAround')}
      </Button>
    </div>
  );
}
