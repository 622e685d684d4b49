import { Group, Radio, Text } from '@mantine/core';
import { DESTINATION_KIND_ORDER } from './draft';
import type { DestinationKind } from '@shared/destinations';
import { useTexts } from '@/i18n';
import classes from './destinations.module.css';
import { KindIcon } from './KindIcon';

interface Props {
  kind: DestinationKind;
  onChange: (kind: DestinationKind) => void;
}

/** What a new destination is; each kind says in a sentence what it is good for. */
export function KindChoice({ kind, onChange }: Props) {
  const { t } = useTexts();
  const choose = (chosen: string): void => {
    const next = DESTINATION_KIND_ORDER.find((one) => one === chosen);
    if (next) onChange(next);
  };
  return (
    <Radio.Group size="xs" label={t('destinations.choose')} value={kind} onChange={choose}>
      <div className={classes.kinds}>
        {DESTINATION_KIND_ORDER.map((one) => (
          <Radio.Card
            key={one}
            value={one}
            className={classes.kind}
            aria-label={`${t(`destinations.kindName.${one}`)}. ${t(`destinations.kindEffect.${one}`)}`}
            data-testid={`destination-kind-${one}`}
          >
            <Group gap="sm" wrap="nowrap" align="flex-start">
              <span className={classes.icon}>
                <KindIcon kind={one} />
              </span>
              <div>
                <Text fw={500}>{t(`destinations.kindName.${one}`)}</Text>
                <Text size="xs" c="dimmed">
                  {t(`destinations.kindEffect.${one}`)}
                </Text>
              </div>
            </Group>
          </Radio.Card>
        ))}
      </div>
    </Radio.Group>
  );
}
