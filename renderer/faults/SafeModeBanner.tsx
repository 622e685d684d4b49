import { Button, Code, Group, Text } from '@mantine/core';
import { useState } from 'react';
import type { SafeMode } from '@shared/error-groups';
import { describeError } from '@shared/text';
import { call } from '@/api';
import { StampText } from '@/components/TimeText';
import { ToneIcon } from '@/components/ToneIcon';
import { usePending } from '@/components/usePending';
import { currentTexts, useTexts } from '@/i18n';
import { attempt, notifyDone } from '@/notify';
import { useApp } from '@/store';
import classes from './faults.module.css';

/** Why nothing runs, and the way back. Nothing outside of safe mode. */
export function SafeModeBanner() {
  const safeMode = useApp((state) => state.safeMode);
  return safeMode ? <Banner safeMode={safeMode} /> : null;
}

function Banner({ safeMode: { since, crashes, detail } }: { safeMode: SafeMode }) {
  const { t, shared } = useTexts();
  const [isOpen, setOpen] = useState(false);
  const [leave, leaving] = usePending(leaveSafeMode);
  const words = describeError(shared, { code: 'CRASH_LOOP', params: { count: crashes } });
  return (
    <section className={classes.safe} aria-label={t('faults.safe.label')} data-testid="safe-mode">
      <ToneIcon tone="bad" size={20} />
      <div className="hf-selectable">
        <Text fw={600}>{words.what}</Text>
        <Text>
          {words.meaning} {words.action}
        </Text>
        <Group gap="xs">
          <Text c="dimmed">
            <StampText iso={since} />
          </Text>
          <Button
            variant="subtle"
            size="compact-xs"
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
            data-testid="safe-mode-details"
          >
            {t(isOpen ? 'faults.hideDetail' : 'faults.showDetail')}
          </Button>
        </Group>
      </div>
      <Button loading={leaving} onClick={() => void leave()} data-testid="leave-safe-mode">
        {t('faults.safe.leave')}
      </Button>
      {isOpen && (
        <Code block className={`${classes.safeDetail} hf-selectable`} data-testid="safe-mode-detail">
          {detail === '' ? t('faults.safe.noDetail') : detail}
        </Code>
      )}
    </section>
  );
}

async function leaveSafeMode(): Promise<void> {
  const { t } = currentTexts();
  const left = await attempt(() => call('safe-mode:leave'));
  if (left !== undefined) notifyDone(t('faults.safe.left'), { detail: t('faults.safe.leftDetail') });
}
