/** Alerts, from the rule that is made to the message that is clicked, and the channels that carry it. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import type { RuleConfig } from '@shared/alerting';
import { expect, test } from './fixtures';
import type { Holdfast } from './launch';

/** A measurement every few seconds, a message some seconds later. */
const FIRES = { timeout: 30_000 };

/** A rule that is out of bounds on any machine: some memory is always in use. */
const ALWAYS: RuleConfig = {
  preset: null,
  name: 'Memory is in use',
  enabled: true,
  metric: 'memory.used',
  aggregate: 'last',
  windowSeconds: 0,
  direction: 'above',
  levels: [{ severity: 'CRITICAL', trigger: 0.001, clear: 0.0005, andBelow: null }],
  forSeconds: 0,
  keepSeconds: 0,
  noDataSeconds: 0,
  channelIds: null,
};

const settings = async (page: Page): Promise<void> => page.getByTestId('tab-settings').click();

/** An address of this machine that takes messages. */
async function receiver(): Promise<{
  url: string;
  received: { body: string; authorization: string }[];
  close: () => void;
}> {
  const received: { body: string; authorization: string }[] = [];
  const take = async (request: IncomingMessage): Promise<void> => {
    let body = '';
    for await (const part of request) body += String(part);
    received.push({ body, authorization: request.headers.authorization ?? '' });
  };
  const server = createServer((request, response) => {
    take(request).then(
      () => response.end('ok'),
      () => response.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/alerts`, received, close: () => void server.close() };
}

/** A port of this machine on which nothing listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Makes the first run a lived-in one: Status shows alerts only then. */
const furnish = (holdfast: Holdfast): Promise<unknown> => holdfast.request('databases:add-sample', undefined);

test('a rule made in Settings raises an alert that explains itself, and ends with the rule', async ({
  holdfast,
  page,
}) => {
  await furnish(holdfast);
  await settings(page);
  await page.getByTestId('new-rule').click();
  await page.getByTestId('rule-name').fill('Memory is in use');
  await page.getByTestId('rule-metric').click();
  await page.locator('[role=option][value="memory.used"]').click();
  await page.getByTestId('rule-aggregate').click();
  await page.locator('[role=option][value="last"]').click();
  await page.getByTestId('rule-for').click();
  await page.locator('[role=option][value="0"]:visible').click();
  await page.getByTestId('level-trigger-MEDIUM').fill('0.1');
  await page.getByTestId('level-clear-MEDIUM').fill('0.1');
  await page.getByTestId('save-rule').click();
  await expect(page.getByTestId('level-clear-MEDIUM')).toHaveAttribute('aria-invalid', 'true');
  expect((await holdfast.request('rules:list', undefined)).some(({ config }) => config.preset === null)).toBe(false);

  await page.getByTestId('level-clear-MEDIUM').fill('0.05');
  await expect(page.getByTestId('rule-in-words')).toContainText('Memory in use, above 0.1%');
  await page.getByTestId('simulate').click();
  await expect(page.getByTestId('simulation-result')).toBeVisible();
  await page.getByTestId('save-rule').click();
  await expect(page.getByTestId('rule-editor')).toBeHidden();

  await page.getByTestId('tab-status').click();
  const row = page.getByTestId('alert-row').filter({ hasText: 'Memory is in use' });
  await expect(row).toHaveAttribute('data-state', 'firing', FIRES);
  await row.getByTestId('alert-title').click();
  const details = page.getByTestId('alert-details');
  await expect(details.getByTestId('evaluated')).toContainText('above 0.1%');
  await expect(details.locator('[data-testid=alert-event][data-kind=fired]')).toBeVisible();
  await details.getByTestId('acknowledge').click();
  await expect(details.locator('[data-testid=alert-event][data-kind=acknowledged]')).toBeVisible();
  await expect(details.getByTestId('acknowledge')).toBeHidden();

  await details.getByTestId('edit-rule-of-alert').click();
  await page.getByTestId('remove-rule').click();
  await page.getByTestId('confirm-yes').click();
  await expect(page.getByTestId('rule-editor')).toBeHidden();
  await page.getByTestId('tab-status').click();
  await expect(row).toHaveCount(0);
  await page.getByTestId('all-alerts').click();
  await expect(page.locator('[data-testid=history-row][data-state=resolved]')).toContainText('Memory is in use');
});

test('the message of a critical alert opens its details, and is counted beside Status', async ({
  holdfast,
  page,
  notifications,
}) => {
  await furnish(holdfast);
  await holdfast.request('rules:save', { config: ALWAYS });
  await expect(page.getByTestId('tab-status')).toContainText('1', FIRES);
  await page.getByTestId('tab-performance').click();
  await expect.poll(() => notifications.displayed(), FIRES).toBe(1);
  const told = await notifications.clickNewest();
  expect(told.title).toContain('Memory is in use');
  expect(told.urgency).toBe('critical');
  const details = page.getByTestId('alert-details');
  await expect(details).toContainText('Memory is in use');
  await expect(details.locator('[data-testid=alert-event][data-kind=delivered]')).toBeVisible(FIRES);

  await details.getByTestId('snooze').click();
  await page.getByTestId('choice-1h').click();
  await expect(details.getByTestId('end-snooze')).toBeVisible();
  await expect(page.getByTestId('tab-status')).not.toContainText('1');
});

test('alerts are paused from the palette, and told again with one press', async ({ holdfast, page }) => {
  await furnish(holdfast);
  const pausedUntil = async () => (await holdfast.request('state:get', undefined)).alertsPausedUntil;
  await page.keyboard.press('Control+k');
  await page.keyboard.type('Pause alerts: 1 hour');
  await page.keyboard.press('Enter');
  await page.getByTestId('tab-status').click();
  await expect(page.getByTestId('alerts-paused')).toBeVisible();
  const left = Date.parse((await pausedUntil()) ?? '') - Date.now();
  expect(left).toBeGreaterThan(55 * 60_000);
  expect(left).toBeLessThanOrEqual(60 * 60_000);
  await page.getByTestId('resume-alerts').click();
  await expect(page.getByTestId('alerts-paused')).toBeHidden();
  expect(await pausedUntil()).toBeNull();
});

test('the desktop is tested where it is set up', async ({ page, notifications }) => {
  await settings(page);
  await page.getByTestId('test-channel-native').click();
  await expect(page.getByTestId('test-result')).toHaveAttribute('data-sent', 'true');
  await expect.poll(() => notifications.displayed()).toBe(1);
});

test('a webhook is added, tested with its token and listed in its log; the token is never shown', async ({
  holdfast,
  page,
}) => {
  const { url, received, close } = await receiver();
  try {
    await settings(page);
    await page.getByTestId('add-channel').click();
    await page.getByTestId('add-webhook').click();
    await page.getByTestId('save-channel').click();
    await expect(page.getByTestId('channel-url')).toHaveAttribute('aria-invalid', 'true');
    await page.getByTestId('channel-name').fill('Pager');
    await page.getByTestId('channel-url').fill(url);
    await page.getByTestId('channel-secret').fill('s3cret-t0ken');
    await page.getByTestId('save-and-test').click();
    const editor = page.getByTestId('channel-editor');
    await expect(editor.getByTestId('test-result')).toHaveAttribute('data-sent', 'true');
    expect(received.map(({ authorization }) => authorization)).toEqual(['Bearer s3cret-t0ken']);
    expect(JSON.parse(received[0]!.body)).toBeTruthy();
    await expect(page.getByTestId('channel-secret')).toHaveValue('');
    await page.keyboard.press('Escape');
    await expect(editor).toBeHidden();

    const channels = await holdfast.request('channels:list', undefined);
    const channel = channels.find(({ config }) => config.name === 'Pager')!;
    expect(channel.hasSecret).toBe(true);
    expect(JSON.stringify(channels)).not.toContain('s3cret');
    const row = page.locator(`[data-channel="${channel.id}"]`);
    await expect(row).toHaveAttribute('data-state', 'working');
    await row.getByTestId('channel-log').click();
    await expect(page.locator('[data-testid=delivery][data-state=sent]')).toHaveCount(1);
  } finally {
    close();
  }
});

test('a channel that does not work says why, where it was tested', async ({ page }) => {
  const port = await freePort();
  await settings(page);
  await page.getByTestId('add-channel').click();
  await page.getByTestId('add-email').click();
  await page.getByTestId('channel-name').fill('On call');
  await page.getByTestId('channel-host').fill('127.0.0.1');
  await page.getByTestId('channel-port').fill(String(port));
  await page.getByTestId('channel-from').fill('holdfast@example.com');
  await page.getByTestId('channel-to').fill('admin@example.com');
  await page.getByTestId('save-and-test').click();
  const result = page.getByTestId('channel-editor').getByTestId('test-result');
  await expect(result).toHaveAttribute('data-sent', 'false', FIRES);
  await expect(result).toContainText(`port ${port}`);
  await page.getByTestId('remove-channel').click();
  await page.getByTestId('confirm-yes').click();
  await expect(page.getByTestId('channel-row')).toHaveCount(1);
});

test('the local endpoint says where it listens, and its examples hold', async ({ holdfast, page }) => {
  const port = await freePort();
  const endpoint = page.getByTestId('settings-endpoint');
  await settings(page);
  await page.getByTestId('endpoint-port').fill(String(port));
  await page.getByTestId('endpoint-port').press('Enter');
  await expect(page.getByTestId('endpoint-state')).toContainText(`http://127.0.0.1:${port}`);
  await expect(endpoint).toContainText(`targets: ['127.0.0.1:${port}']`);
  const { tokenFile } = await holdfast.request('endpoint:get', undefined);
  await expect(endpoint).toContainText(`Bearer $(cat '${tokenFile}')`);
  const token = readFileSync(tokenFile, 'utf8').trim();
  const answer = await fetch(`http://127.0.0.1:${port}/health`, { headers: { Authorization: `Bearer ${token}` } });
  expect(answer.headers.get('content-type')).toContain('application/health+json');

  await endpoint.getByRole('switch').press('Space');
  await expect(page.getByTestId('endpoint-state')).toHaveText('Switched off');
});
