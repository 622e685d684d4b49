import { Switch, Text } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import classes from './settings.module.css';

interface Props {
  label: string;
  /** What the setting does, in a sentence. */
  effect: ReactNode;
  /** Id of the control, when the label may stand for it. */
  controlId?: string;
  children: ReactNode;
}

/** One setting: what it is, what it does, its control. */
export function SettingRow({ label, effect, controlId, children }: Props) {
  return (
    <div className={classes.row}>
      <div style={{ minWidth: 0 }}>
        <Text component={controlId ? 'label' : 'div'} {...(controlId ? { htmlFor: controlId } : {})} fw={500}>
          {label}
        </Text>
        <Text size="xs" c="dimmed" component="div">
          {effect}
        </Text>
      </div>
      {children}
    </div>
  );
}

interface SwitchRowProps {
  label: string;
  effect: string;
  checked: boolean;
  onChange: (checked: boolean) => Promise<boolean>;
}

/** A setting that is on or off. */
export function SwitchRow({ label, effect, checked, onChange }: SwitchRowProps) {
  const id = useId();
  return (
    <SettingRow label={label} effect={effect} controlId={id}>
      <Switch id={id} checked={checked} onChange={(event) => void onChange(event.currentTarget.checked)} />
    </SettingRow>
  );
}
