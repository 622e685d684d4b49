import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { onBattery } from '../../../electron/monitor/battery';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-power-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function supply(name: string, attributes: Record<string, string>): void {
  mkdirSync(join(folder, name));
  for (const [key, value] of Object.entries(attributes)) writeFileSync(join(folder, name, key), `${value}\n`);
}
const mains = (online: string) => supply('AC', { type: 'Mains', online });
const battery = (status: string) => supply('BAT0', { type: 'Battery', status, scope: 'System' });
const mouse = () => supply('hid-mouse', { type: 'Battery', status: 'Discharging', scope: 'Device' });

it.each<[string, () => void, boolean]>([
  ['a machine without a battery', () => mains('1'), false],
  ['nothing known', () => undefined, false],
  ['a laptop on mains', () => [mains('1'), battery('Charging')], false],
  ['a laptop on mains whose battery still discharges', () => [mains('1'), battery('Discharging')], false],
  ['a laptop on battery', () => [mains('0'), battery('Discharging')], true],
  ['a tablet without a mains entry', () => battery('Discharging'), true],
  ['a full battery', () => [mains('0'), battery('Full')], false],
  ['the battery of a mouse', () => [mains('1'), mouse()], false],
  ['the battery of a mouse at a machine that names no mains', () => mouse(), false],
])('%s', (_name, build, expected) => {
  build();
  expect(onBattery(folder)).toBe(expected);
});

it('is false where there is no such folder', () => {
  expect(onBattery(join(folder, 'none'))).toBe(false);
});
