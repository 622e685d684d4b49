import { expect, it } from 'vitest';
import { portOf } from '../../../electron/desktop/port';

it.each([
  ['47601', 47_601],
  ['1024', 1_024],
  ['65535', 65_535],
  ['1023', undefined],
  ['65536', undefined],
  ['80.5', undefined],
  ['', undefined],
  ['port', undefined],
  [undefined, undefined],
])('HOLDFAST_PORT=%s is %s', (value, port) => {
  expect(portOf(value === undefined ? {} : { HOLDFAST_PORT: value })).toBe(port);
});
