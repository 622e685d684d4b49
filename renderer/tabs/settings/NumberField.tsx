import { NumberInput } from '@mantine/core';
import { type KeyboardEvent, useState } from 'react';

interface Props {
  id: string;
  value: number;
  least: number;
  most: number;
  /** Digits after the point; a whole number when it is left out. */
  decimals?: number;
  onChange: (value: number) => Promise<unknown>;
  testId: string;
}

/** A number, applied when the field is left; what is out of bounds is not taken. */
export function NumberField({ id, value, least, most, decimals = 0, onChange, testId }: Props) {
  // null while nothing is typed: the setting is shown
  const [draft, setDraft] = useState<string | number | null>(null);
  const commit = async (): Promise<void> => {
    const valid =
      typeof draft === 'number' && (decimals > 0 || Number.isInteger(draft)) && draft >= least && draft <= most;
    if (valid && draft !== value) await onChange(draft);
    setDraft(null);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') void commit();
    if (event.key === 'Escape') setDraft(null);
  };
  return (
    <NumberInput
      id={id}
      w={96}
      min={least}
      max={most}
      allowDecimal={decimals > 0}
      decimalScale={decimals}
      allowNegative={false}
      clampBehavior="none"
      hideControls
      value={draft ?? value}
      error={typeof draft === 'number' && (draft < least || draft > most)}
      onChange={setDraft}
      onBlur={() => void commit()}
      onKeyDown={onKey}
      data-testid={testId}
    />
  );
}
