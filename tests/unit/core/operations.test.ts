import { expect, test } from 'vitest';
import { OperationMeter } from '../../../electron/core/operations';

function scene() {
  const told: [string, number][] = [];
  const meter = new OperationMeter({
    record: (key, value) => void told.push([key, value]),
    observe: (key, value) => void told.push([key, value]),
    merge: () => undefined,
  });
  return { meter, told };
}

test('an operation tells its time and whether it failed; the average of the latter is the error rate', () => {
  const { meter, told } = scene();
  meter.add('backup', 1_200, true);
  meter.add('backup', 300, false);
  expect(told).toEqual([
    ['operation.time:backup', 1_200],
    ['operation.errors:backup', 0],
    ['operation.time:backup', 300],
    ['operation.errors:backup', 1],
  ]);
});

test('throughput is told once a minute, also when a minute was quiet, and not for a time that was slept through', () => {
  const { meter, told } = scene();
  meter.tick(0);
  for (let count = 0; count < 3; count++) meter.add('probe', 5, true);
  told.length = 0;
  meter.tick(30_000);
  expect(told).toEqual([]);
  meter.tick(60_000);
  meter.tick(120_000);
  expect(told).toEqual([
    ['operation.rate:probe', 3],
    ['operation.rate:probe', 0],
  ]);
  meter.add('probe', 5, true);
  meter.tick(3_600_000);
  meter.tick(3_660_000);
  expect(told.filter(([key]) => key.startsWith('operation.rate')).at(-1)).toEqual(['operation.rate:probe', 0]);
});
