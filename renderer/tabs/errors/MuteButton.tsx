import { Button, NumberInput, Popover, Stack, Text } from '@mantine/core';
import { IconBellZ } from '@tabler/icons-react';
import { useState } from 'react';
import type { ErrorGroup } from '@shared/error-groups';
import { useTexts } from '@/i18n';
import { mute } from './actions';
import classes from './details.module.css';

const MINUTES = { hour: 60, day: 24 * 60, week: 7 * 24 * 60 } as const;
const CHOICES = ['hour', 'day', 'week'] as const;
const MOST_RATE = 1_000_000;

/** Mutes an error for a time, or until there are more than so many an hour. */
export function MuteButton({ group }: { group: ErrorGroup }) {
  const { t } = useTexts();
  const [isOpen, setOpen] = useState(false);
  const choose = (minutes: number | null, untilPerHour: number | null): void => {
    setOpen(false);
    void mute(group, { minutes, untilPerHour });
  };
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-start" width={260} trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconBellZ size={15} aria-hidden />}
          onClick={() => setOpen(!isOpen)}
          data-testid="mute-error"
        >
          {t('errors.group.mute')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('errors.group.mute')}>
        <Stack gap="xs">
          <Text size="xs" c="dimmed">
            {t('errors.group.muteEffect')}
          </Text>
          {CHOICES.map((choice) => (
            <Button
              key={choice}
              variant="default"
              justify="flex-start"
              onClick={() => choose(MINUTES[choice], null)}
              data-testid={`mute-${choice}`}
            >
              {t(`errors.group.muteFor.${choice}`)}
            </Button>
          ))}
          <UntilRate least={usualRate(group)} onChoose={(rate) => choose(null, rate)} />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

/** Twice as many as in its worst hour, so that what is usual stays muted. */
const usualRate = ({ hours }: ErrorGroup): number => Math.min(MOST_RATE, Math.max(10, 2 * Math.max(0, ...hours)));

function UntilRate({ least, onChoose }: { least: number; onChoose: (rate: number) => void }) {
  const { t } = useTexts();
  const [rate, setRate] = useState<number | string>(least);
  const isValid = typeof rate === 'number' && Number.isInteger(rate) && rate >= 1 && rate <= MOST_RATE;
  return (
    <form
      className={classes.rate}
      onSubmit={(event) => {
        event.preventDefault();
        if (isValid) onChoose(rate);
      }}
    >
      <NumberInput
        label={t('errors.group.muteRate')}
        value={rate}
        onChange={setRate}
        min={1}
        max={MOST_RATE}
        allowDecimal={false}
        hideControls
        data-testid="mute-rate"
      />
      <Button type="submit" disabled={!isValid} data-testid="mute-until-rate">
        {t('errors.group.muteRateGo')}
      </Button>
    </form>
  );
}
