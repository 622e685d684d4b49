import { expect, test } from 'vitest';
import { chooseRuntime } from '../../../scripts/setup/choose-runtime.mjs';

const fresh = { platform: 'linux', arch: 'x64', officialRunnable: false, fallbackReady: false } as const;
const mac = { ...fresh, platform: 'darwin', arch: 'arm64' } as const;

test.each([
  ['a fresh clone tries the download', fresh, 'download'],
  ['an installed Electron is used as it is', { ...fresh, officialRunnable: true }, 'use-official'],
  [
    'an installed Electron wins over a prepared replacement',
    { ...fresh, officialRunnable: true, fallbackReady: true },
    'use-official',
  ],
  ['a prepared replacement saves the download attempt', { ...fresh, fallbackReady: true }, 'fallback'],
  [
    'HOLDFAST_RUNTIME=official tries the download again',
    { ...fresh, fallbackReady: true, wanted: 'official' },
    'download',
  ],
  ['a failed download leads to the replacement', { ...fresh, officialDownloadOk: false }, 'fallback'],
  [
    'HOLDFAST_RUNTIME=official forbids the replacement',
    { ...fresh, officialDownloadOk: false, wanted: 'official' },
    'stop',
  ],
  [
    'HOLDFAST_RUNTIME=fallback ignores an installed Electron',
    { ...fresh, officialRunnable: true, wanted: 'fallback' },
    'fallback',
  ],
  ['a download that left nothing runnable stops', { ...fresh, officialDownloadOk: true }, 'stop'],
  ['a Mac tries the download', mac, 'download'],
  ['a Mac has no replacement', { ...mac, officialDownloadOk: false }, 'stop'],
  ['a Mac cannot ask for the replacement', { ...mac, wanted: 'fallback' }, 'stop'],
  ['linux-arm64 has no replacement', { ...fresh, arch: 'arm64', officialDownloadOk: false }, 'stop'],
] as const)('%s', (_name, probes, action) => {
  const choice = chooseRuntime(probes);
  expect(choice.action).toBe(action);
  expect(choice.reason).not.toBe('');
});

test('a stop says what to do', () => {
  expect(chooseRuntime({ ...mac, officialDownloadOk: false }).reason).toContain('check the network or proxy');
});
