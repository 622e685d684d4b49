import type { Settings } from '@shared/settings';
import { expect, test } from 'vitest';
import { EndpointKeeper } from '../../../electron/core/endpoint';

function scene() {
  const settings: Settings['endpoint'] = { enabled: true, port: 47_600 };
  const log: string[] = [];
  let taken = new Set<number>();
  const keeper = new EndpointKeeper({
    tokenFile: '/home/token',
    settings: () => settings,
    async listen(port) {
      if (taken.has(port)) throw Object.assign(new Error('in use'), { code: 'EADDRINUSE' });
      log.push(`open ${port}`);
      return {
        address: `http://127.0.0.1:${port}`,
        close: async () => {
          log.push(`close ${port}`);
        },
      };
    },
    onFailure: (error) => void log.push(`failed ${error.code}`),
    onSettled: () => void log.push('settled'),
  });
  return { keeper, settings, log, take: (...ports: number[]) => (taken = new Set(ports)) };
}

test('follows the settings to another port, off and on', async () => {
  const { keeper, settings, log } = scene();
  await keeper.follow();
  settings.port = 47_601;
  await Promise.all([keeper.follow(), keeper.follow()]);
  expect(keeper.info().address).toBe('http://127.0.0.1:47601');
  settings.enabled = false;
  await keeper.follow();
  expect(keeper.info()).toEqual({ address: null, tokenFile: '/home/token', error: null });
  expect(log).toEqual(['open 47600', 'settled', 'close 47600', 'open 47601', 'settled', 'close 47601', 'settled']);
});

test('a port that is taken is said, and a free one settles it', async () => {
  const { keeper, settings, log, take } = scene();
  take(47_600);
  await keeper.follow();
  expect(keeper.info()).toMatchObject({
    address: null,
    error: { code: 'ENDPOINT_UNAVAILABLE', params: { port: 47_600 } },
  });
  expect(keeper.state()).toEqual({ wanted: true, port: 47_600, address: null });
  settings.port = 47_602;
  await keeper.follow();
  expect(keeper.info()).toMatchObject({ address: 'http://127.0.0.1:47602', error: null });
  expect(log).toEqual(['failed ENDPOINT_UNAVAILABLE', 'open 47602', 'settled']);
});

test('a port given by hand stays whatever the settings say, and a taken one rejects', async () => {
  const { keeper, settings, log, take } = scene();
  take(9_000);
  await expect(keeper.openAt(9_000)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await keeper.openAt(9_001);
  settings.port = 47_603;
  await keeper.follow();
  expect(keeper.info().address).toBe('http://127.0.0.1:9001');
  await keeper.close();
  expect(log).toEqual(['open 9001', 'close 9001']);
});
