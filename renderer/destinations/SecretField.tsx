import { Button, Input, PasswordInput, Text, Textarea } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useTexts } from '@/i18n';
import classes from './destinations.module.css';

interface Props {
  label: string;
  description?: string;
  /** True when one is kept already: it is never shown, only replaced. */
  stored: boolean;
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
  /** Several lines, as keys are. */
  multiline?: boolean;
  /** Instead of the plain field, once something is to be entered. */
  children?: ReactNode;
  testId: string;
}

/** A secret: what is stored is never shown, only that it is, and can be replaced. */
export function SecretField(props: Props) {
  const { label, stored, onChange, testId } = props;
  const { t } = useTexts();
  const [replacing, setReplacing] = useState(false);
  if (stored && !replacing) {
    return (
      <Input.Wrapper label={label} labelElement="div" size="xs">
        <div className={classes.stored} data-testid={`${testId}-stored`}>
          <IconLock size={15} stroke={1.6} aria-hidden className="hf-tone-muted" />
          <Text size="xs" c="dimmed">
            {t('destinations.secretStored')}
          </Text>
          <Button
            variant="default"
            size="compact-xs"
            aria-label={t('destinations.secretReplaceOf', { what: label })}
            onClick={() => setReplacing(true)}
            data-testid={`${testId}-replace`}
          >
            {t('destinations.secretReplace')}
          </Button>
        </div>
      </Input.Wrapper>
    );
  }
  const keep = (): void => {
    onChange('');
    setReplacing(false);
  };
  return (
    <div>
      {props.children ?? <Field {...props} />}
      {stored && (
        <Button variant="subtle" color="gray" size="compact-xs" mt={2} px={0} onClick={keep}>
          {t('destinations.secretKeep')}
        </Button>
      )}
    </div>
  );
}

function Field({ label, description, value, onChange, error, multiline = false, testId }: Props) {
  const { t } = useTexts();
  const common = {
    size: 'xs',
    label,
    description,
    inputWrapperOrder: ['label', 'input', 'description', 'error'] as ('label' | 'input' | 'description' | 'error')[],
    value,
    error,
    spellCheck: false,
    autoComplete: 'off',
    'data-testid': testId,
  };
  return multiline ? (
    <Textarea
      {...common}
      minRows={3}
      maxRows={6}
      autosize
      maxLength={100_000}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  ) : (
    <PasswordInput
      {...common}
      maxLength={1_000}
      visibilityToggleButtonProps={{ 'aria-label': t('destinations.show', { what: label }) }}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
