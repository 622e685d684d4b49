import { Button, Group, Text, Title } from '@mantine/core';
import {
  IconArrowBackUp,
  IconClockShield,
  IconFileImport,
  IconRosetteDiscountCheck,
  IconShieldPlus,
} from '@tabler/icons-react';
import { addSample, guardDatabase } from '@/commands';
import { usePending } from '@/components/usePending';
import { useTexts } from '@/i18n';
import classes from './status.module.css';

const PROMISES = [
  { key: 'backUp', Icon: IconClockShield },
  { key: 'prove', Icon: IconRosetteDiscountCheck },
  { key: 'restore', Icon: IconArrowBackUp },
] as const;

/** What Holdfast does, and two ways to begin. */
export function FirstRun() {
  const { t } = useTexts();
  const [guard, guarding] = usePending(guardDatabase);
  const [sample, sampling] = usePending(addSample);
  return (
    <div className={classes.welcome} data-testid="first-run">
      <div>
        <Title order={2} fz={24}>
          {t('firstRun.title')}
        </Title>
        <Text size="md" c="dimmed" mt={4}>
          {t('firstRun.subtitle')}
        </Text>
      </div>
      <ul className={classes.promises}>
        {PROMISES.map(({ key, Icon }) => (
          <li key={key}>
            <Icon size={26} stroke={1.5} className="hf-tone-busy" aria-hidden />
            <Text size="md">{t(`firstRun.${key}`)}</Text>
          </li>
        ))}
      </ul>
      <Group gap="sm">
        <Button
          size="sm"
          leftSection={<IconShieldPlus size={17} />}
          loading={guarding}
          onClick={() => void guard()}
          data-testid="guard-database"
        >
          {t('guard.button')}
        </Button>
        <Button size="sm" variant="default" loading={sampling} onClick={() => void sample()} data-testid="use-sample">
          {t('firstRun.sample')}
        </Button>
      </Group>
      <Group gap={8} wrap="nowrap">
        <IconFileImport size={18} stroke={1.5} className="hf-tone-muted" aria-hidden />
        <Text c="dimmed">{t('firstRun.drop')}</Text>
      </Group>
    </div>
  );
}
