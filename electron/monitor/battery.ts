/** Whether the machine runs on battery, without a desktop to ask: from Linux's power supplies. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const POWER_SUPPLIES = '/sys/class/power_supply';

/**
 * True when a battery discharges and no mains supply is online. False on machines without a battery, and where it cannot
 * be told: work that waits for power that never comes would be work that is never done.
 */
export function onBattery(folder = POWER_SUPPLIES): boolean {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return false;
  }
  const supplies = names.map((name) => {
    const read = (attribute: string): string => {
      try {
        return readFileSync(join(folder, name, attribute), 'utf8').trim();
      } catch {
        return '';
      }
    };
    // A mouse or a phone has a battery of its own, with the scope `Device`.
    return { type: read('type'), scope: read('scope'), online: read('online'), status: read('status') };
  });
  const own = supplies.filter(({ scope }) => scope !== 'Device');
  if (own.some(({ type, online }) => type !== 'Battery' && online === '1')) return false;
  return own.some(({ type, status }) => type === 'Battery' && status === 'Discharging');
}
