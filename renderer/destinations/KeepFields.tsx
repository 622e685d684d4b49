import { Input, TextInput } from '@mantine/core';
import { useTexts } from '@/i18n';
import classes from './destinations.module.css';
import { KEPT_KINDS } from './draft';
import { BELOW, type FieldProps } from './fields';

/** How many restore points stay at the destination. */
export function KeepFields({ draft: { keep }, change, fault }: FieldProps) {
  const { t } = useTexts();
  const wrong = fault('keep');
  return (
    <Input.Wrapper
      role="group"
      aria-label={t('destinations.keep')}
      label={t('destinations.keep')}
      labelElement="div"
      size="xs"
      description={t('destinations.keepEffect')}
      error={wrong}
      inputWrapperOrder={BELOW}
    >
      <div className={classes.counts}>
        {KEPT_KINDS.map((kind) => (
          <TextInput
            key={kind}
            label={t(`destinations.kept.${kind}`)}
            value={keep[kind]}
            inputMode="numeric"
            maxLength={4}
            error={wrong !== undefined}
            onChange={(event) => change({ keep: { ...keep, [kind]: event.currentTarget.value } })}
            data-testid={`destination-keep-${kind}`}
          />
        ))}
      </div>
    </Input.Wrapper>
  );
}
