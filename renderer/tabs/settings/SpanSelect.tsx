import { Select } from '@mantine/core';
import { spanWords } from '@/alerts/rule-words';
import { useTexts } from '@/i18n';

interface Props {
  label: string;
  description?: string;
  value: number;
  /** Seconds to choose from; what is set already is among them in any case. */
  choices: readonly number[];
  /** Word for no time at all. */
  zero?: string;
  disabled?: boolean;
  error?: string | undefined;
  onChange: (seconds: number) => void;
  testId?: string;
}

/** A span of time, chosen from those that people use. */
export function SpanSelect({ label, description, value, choices, zero, disabled, error, onChange, testId }: Props) {
  const texts = useTexts();
  const offered = [...new Set([...choices, value])].sort((a, b) => a - b);
  return (
    <Select
      label={label}
      description={description}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      value={String(value)}
      data={offered.map((seconds) => ({
        value: String(seconds),
        label: seconds === 0 && zero ? zero : spanWords(seconds, texts),
      }))}
      disabled={disabled ?? false}
      error={error}
      onChange={(chosen) => onChange(Number(chosen ?? value))}
      data-testid={testId}
    />
  );
}
