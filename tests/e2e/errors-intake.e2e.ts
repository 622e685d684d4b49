/** An application is connected, and its errors are seen: from the DSN that is copied to the message that is clicked. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { pythonEnvelope } from '../helpers/sentry-wire';
import { root } from './launch';

const CLIENT = path.join(root, 'tests/helpers/sentry-client.mjs');
/** An application starts and ends, and an error is written, on a machine that is busy with other things. */
const ARRIVES = { timeout: 30_000 };

/** Runs an application that sends with @sentry/node; gives how it ended. */
const run = (dsn: string, ...scenarios: string[]): Promise<number> =>
  new Promise((resolve) => {
    const child = execFile(process.execPath, [CLIENT, dsn, ...scenarios], () => resolve(child.exitCode ?? -1));
  });

/** Posts what sentry-python puts on the wire; gives the status of the answer. */
async function sendAsPython(dsn: string, encoding: string, pack: (bytes: Buffer) => Buffer): Promise<number> {
  const { username, host, pathname } = new URL(dsn);
  const answer = await fetch(`http://${host}/api${pathname}/envelope/`, {
    method: 'POST',
    body: new Uint8Array(pack(pythonEnvelope(dsn))),
    headers: {
      'content-encoding': encoding,
      'content-type': 'application/x-sentry-envelope',
      'x-sentry-auth': `Sentry sentry_key=${username}, sentry_version=7, sentry_client=sentry.python/2.20.0`,
    },
  });
  return answer.status;
}

const errors = async (page: Page, view: 'errors' | 'applications'): Promise<void> => {
  await page.getByTestId('tab-errors').click();
  await page.getByTestId(`errors-view-${view}`).click();
};

test('errors of an application that uses @sentry/node arrive, group and alert', async ({
  holdfast,
  page,
  notifications,
}) => {
  await errors(page, 'applications');
  await page.getByTestId('add-error-application').click();
  await page.getByTestId('error-application-name').fill('shop');
  await page.getByTestId('save-error-application').click();
  await expect(page.getByTestId('error-arrival')).toHaveAttribute('data-state', 'waiting');
  const dsn = await page.getByTestId('error-application-dsn').innerText();
  expect(dsn).toMatch(/^http:\/\/[\w-]+@127\.0\.0\.1:\d+\/\d+$/);

  expect(await run(dsn, 'handled', 'message')).toBe(0);
  await expect(page.getByTestId('error-arrival')).toHaveAttribute('data-state', 'first', ARRIVES);
  await errors(page, 'errors');
  const groups = page.getByTestId('error-group');
  await expect(groups.filter({ hasText: 'order 1 cannot be paid' })).toHaveCount(1);
  await expect(groups.filter({ hasText: 'the stock is low' })).toHaveCount(1);

  // the same again is the same group
  expect(await run(dsn, 'handled')).toBe(0);
  const counts = async (): Promise<Record<string, number>> => {
    const filter = { applicationId: null, states: null, severities: null, type: null, search: null, fromMs: null };
    const found = await holdfast.request('errors:groups', { filter, limit: 10 });
    return Object.fromEntries(found.groups.map(({ title, count }) => [title, count]));
  };
  await expect.poll(counts, ARRIVES).toEqual({ 'TypeError: order 1 cannot be paid': 2, 'the stock is low': 1 });

  // sentry-python packs what it sends, one way or the other: both are the same error
  for (const [encoding, pack] of [['gzip', gzipSync] as const, ['br', brotliCompressSync] as const]) {
    expect(await sendAsPython(dsn, encoding, pack)).toBe(200);
  }
  const python = groups.filter({ hasText: 'CheckoutFailed' });
  await expect(python).toHaveCount(1, ARRIVES);
  await expect
    .poll(async () => Object.entries(await counts()), ARRIVES)
    .toContainEqual([expect.stringContaining('CheckoutFailed'), 2]);
  const alerts = async (): Promise<unknown[]> =>
    (await holdfast.request('alerts:list', { includeResolved: false })).map(({ params }) => params['error']);
  await expect.poll(alerts, ARRIVES).toContainEqual(expect.stringContaining('CheckoutFailed'));

  await notifications.clear();
  expect(await run(dsn, 'uncaught')).toBe(1);
  const fatal = groups.filter({ hasText: 'order 2 cannot be paid' });
  await expect(fatal).toHaveCount(1, ARRIVES);
  await expect.poll(() => notifications.displayed(), ARRIVES).toBe(1);
  const told = await notifications.clickNewest();
  expect([told.title, told.urgency]).toEqual([expect.stringContaining('order 2 cannot be paid'), 'critical']);
  const alert = page.getByTestId('alert-details');
  await expect(alert).toContainText('shop');
  await alert.getByRole('button', { name: 'Open' }).click();
  await expect(page.getByTestId('error-group-details')).toContainText('order 2 cannot be paid');
});
