/** Whether a rule is what it was. */
import { replaceEqualDeep } from '@tanstack/react-query';
import type { AlertRule } from '@shared/alerting';

/** True when a rule that came with Holdfast differs from what it was, apart from being switched off. */
export function isChanged({ config, initialConfig }: AlertRule): boolean {
  if (!initialConfig) return false;
  const initial = { ...initialConfig, enabled: config.enabled };
  // gives back the first when the second says the same, whatever the order of its names
  return replaceEqualDeep(config, initial) !== config;
}
