import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { type GpuFigures, GpuReader } from '../../../electron/monitor/gpu';
import { NvidiaReader, parseNvidia } from '../../../electron/monitor/nvidia';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});
function machine() {
  const folder = mkdtempSync(join(os.tmpdir(), 'holdfast-gpu-'));
  folders.push(folder);
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), `${text}\n`);
  };
  const amd = (card: string, values: Record<string, string>) => {
    for (const [name, text] of Object.entries(values)) write(`class/drm/${card}/device/${name}`, text);
  };
  const nvidia = (address: string, status: string) => {
    const device = `bus/pci/devices/${address}`;
    write(`${device}/vendor`, '0x10de');
    write(`${device}/class`, '0x030000');
    write(`${device}/power/runtime_status`, status);
  };
  /** A program that notes that it was started, and what of it. */
  const tool = (body: string) => {
    const program = join(folder, 'nvidia-smi');
    writeFileSync(program, `#!/bin/sh\necho "$@" >> ${folder}/started\n${body}\n`);
    chmodSync(program, 0o755);
    return program;
  };
  const starts = () =>
    existsSync(`${folder}/started`) ? readFileSync(`${folder}/started`, 'utf8').trim().split('\n').length : 0;
  return { sys: folder, write, amd, nvidia, tool, starts };
}
const AMD = {
  gpu_busy_percent: '37',
  mem_info_vram_used: '1000',
  mem_info_vram_total: '4000',
  'hwmon/hwmon3/temp1_input': '51000',
  'power/runtime_status': 'active',
};
const reader = (sys: string, program = '/nowhere/nvidia-smi') => {
  const failures: unknown[] = [];
  return { gpu: new GpuReader({ sys, program, failed: (thrown) => failures.push(thrown) }), failures };
};
/** Reads at one time until there is something. */
const read = (gpu: GpuReader, atMs: number, live = false): Promise<GpuFigures[]> =>
  vi.waitFor(() => {
    const found = gpu.read(live, atMs);
    expect(found).not.toEqual([]);
    return found;
  });

test('what a driver tells, of cards that are awake', async () => {
  const { sys, amd, write } = machine();
  amd('card0', AMD);
  amd('card1', { ...AMD, product_name: 'Radeon Pro', gpu_busy_percent: '0' });
  amd('card2', { ...AMD, product_name: 'Radeon Pro' });
  amd('card3', { ...AMD, 'power/runtime_status': 'suspended' });
  amd('card4', { 'hwmon/hwmon5/temp1_input': '40000' });
  write('class/drm/card0-HDMI-A-1/status', 'connected');
  amd('card5', { vendor: '0x8086' });
  const { gpu, failures } = reader(sys);
  expect(await read(gpu, 0)).toEqual([
    { name: 'card0', busy: 0.37, memory: 0.25, celsius: 51 },
    { name: 'Radeon Pro', busy: 0, memory: 0.25, celsius: 51 },
    { name: 'Radeon Pro 2', busy: 0.37, memory: 0.25, celsius: 51 },
    { name: 'card4', busy: null, memory: null, celsius: 40 },
  ]);
  expect(failures).toEqual([]);
});

test('figures are read seldom, sooner for somebody who watches, and grow old', async () => {
  const { sys, amd } = machine();
  amd('card0', AMD);
  const { gpu } = reader(sys);
  await read(gpu, 0);
  amd('card0', { gpu_busy_percent: '90' });
  const busy = (atMs: number, live: boolean) => gpu.read(live, atMs)[0]?.busy;
  expect(busy(4_000, true)).toBe(0.37);
  expect(busy(29_000, false)).toBe(0.37);
  await vi.waitFor(() => expect(busy(29_000, true)).toBe(0.9));
  gpu.rest();
  expect(gpu.read(true, 29_001)).toEqual([]);
});

test('a machine without graphics starts nothing', async () => {
  const { sys, tool, starts } = machine();
  const { gpu, failures } = reader(sys, tool('exit 1'));
  for (let atMs = 0; atMs < 3_600_000; atMs += 600_000) {
    gpu.read(true, atMs);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(starts()).toBe(0);
  expect(failures).toEqual([]);
});

test('NVIDIA: asked through its program, at most every 30 s', async () => {
  const { sys, nvidia, tool, starts } = machine();
  nvidia('0000:01:00.0', 'active');
  const { gpu } = reader(sys, tool('echo "RTX 4070, 12, 2048, 8192, 55"; echo "T4, [N/A], 1, 4, [N/A]"'));
  const expected = [
    { name: 'RTX 4070', busy: 0.12, memory: 0.25, celsius: 55 },
    { name: 'T4', busy: null, memory: 0.25, celsius: null },
  ];
  expect(await read(gpu, 0, true)).toEqual(expected);
  expect(gpu.read(true, 29_000)).toEqual(expected);
  expect(starts()).toBe(1);
  gpu.read(false, 31_000);
  expect(starts()).toBe(1);
  gpu.read(true, 31_000);
  await vi.waitFor(() => expect(starts()).toBe(2));
});

test('NVIDIA: a device that sleeps is left asleep, with all others', async () => {
  const { sys, nvidia, tool, starts } = machine();
  nvidia('0000:01:00.0', 'active');
  nvidia('0000:02:00.0', 'suspended');
  const devices = ['0000:01:00.0', '0000:02:00.0'].map((name) => join(sys, 'bus/pci/devices', name));
  const program = tool('echo "A, 1, 1, 2, 3"');
  const asks = new NvidiaReader(program);
  expect(await asks.read(devices)).toEqual([]);
  expect(starts()).toBe(0);
  nvidia('0000:02:00.0', 'active');
  expect(await asks.read(devices)).toHaveLength(1);
});

test('NVIDIA: a program that hangs is killed, one that fails or is not there rests', async () => {
  const { sys, tool, starts } = machine();
  let nowMs = 0;
  const hanging = new NvidiaReader(tool('exec sleep 1000'), 100, () => nowMs);
  expect(await hanging.read([sys])).toEqual([]);
  expect(starts()).toBe(1);
  expect(await hanging.read([sys])).toEqual([]);
  expect(starts()).toBe(1);
  nowMs = 11 * 60_000;
  tool('echo "A, 1, 1, 2, 3"');
  expect(await hanging.read([sys])).toHaveLength(1);
  expect(await new NvidiaReader('/nowhere/nvidia-smi').read([sys])).toEqual([]);
  const stopped = new NvidiaReader(tool('exec sleep 1000'));
  const answer = stopped.read([sys]);
  await vi.waitFor(() => expect(starts()).toBe(3));
  stopped.stop();
  expect(await answer).toEqual([]);
});

test('lines that are no devices are left out', () => {
  expect(parseNvidia('NVIDIA-SMI has failed\n\n')).toEqual([]);
});
