/** The Errors tab: an application is connected, its errors arrive, and everything that can be done about one, with the way back. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { dress, faults, LOOKS, picture } from './look';

test.describe.configure({ timeout: 90_000 });

/** Sends what a Sentry SDK sends of an error that was thrown in `place` of the application's own code. */
async function throwIn(dsn: string, place: string, type: string, value: string): Promise<void> {
  const { origin, username, pathname } = new URL(dsn);
  const eventId = randomUUID().replaceAll('-', '');
  const frames = [
    { function: 'dispatch', module: 'framework', filename: 'framework.py', lineno: 9, in_app: false },
    {
      ...{ function: place, module: 'shop', filename: 'shop.py', lineno: 4, in_app: true },
      ...{ pre_context: [`def ${place}():`], context_line: '    raise it', post_context: [] },
    },
  ];
  const event = {
    ...{
      event_id: eventId,
      timestamp: Date.now() / 1000,
      level: 'error',
      release: 'shop@2.4.1',
      tags: { plan: 'pro' },
    },
    exception: { values: [{ type, value, mechanism: { type: 'x', handled: false }, stacktrace: { frames } }] },
    breadcrumbs: { values: [{ category: 'http', message: 'GET /cart', level: 'info' }] },
  };
  const envelope = [{ event_id: eventId }, { type: 'event' }, event].map((part) => JSON.stringify(part)).join('\n');
  const answer = await fetch(`${origin}/api${pathname}/envelope/?sentry_key=${username}`, {
    method: 'POST',
    body: envelope,
  });
  expect(answer.status).toBe(200);
}

const group = (page: Page, title: string): Locator =>
  page.locator(`[data-testid="error-group"][data-title="${title}"]`);
const undo = (page: Page): Promise<void> => page.getByRole('button', { name: 'Undo' }).last().click();

/** Adds an application and gives its DSN. */
async function addApplication(page: Page, name: string): Promise<string> {
  await page.getByTestId('tab-errors').click();
  await page.getByTestId('errors-view-applications').click();
  await page.getByTestId('add-error-application').click();
  await page.getByTestId('error-application-name').fill(name);
  await page.getByTestId('save-error-application').click();
  await expect(page.getByTestId('error-arrival')).toHaveAttribute('data-state', 'waiting');
  return (await page.getByTestId('error-application-dsn').textContent()) ?? '';
}

const CART = 'KeyError: no cart 17';
const PRICE = 'ValueError: price is -3';

test('an application is connected, and its error is looked at, decided about, and comes back', async ({
  holdfast,
  page,
}) => {
  const dsn = await addApplication(page, 'Shop');
  await expect(page.getByTestId('error-application-code')).toContainText(`sentry_sdk.init(dsn="${dsn}")`);
  await throwIn(dsn, 'open_cart', 'KeyError', 'no cart 17');
  await expect(page.getByTestId('error-arrival')).toHaveAttribute('data-state', 'first');
  await page.getByTestId('show-application-errors').click();

  // the same but for its number is the same error
  await throwIn(dsn, 'open_cart', 'KeyError', 'no cart 17');
  const cart = group(page, CART);
  await expect(cart).toContainText('2 times');
  await expect(cart).toHaveAttribute('data-trend', 'new');
  await expect(page.getByTestId('error-sentence')).toContainText('1 error that nobody has looked at');
  await expect(page.getByTestId('tab-errors')).toContainText('1 problem or error needs attention');

  // its details, by keyboard
  await cart.getByTestId('error-group-title').focus();
  await page.keyboard.press('Enter');
  const details = page.getByTestId('error-group-details');
  await expect(details.getByTestId('grouped-because')).toHaveAttribute('data-by', 'stack');
  await expect(details.getByTestId('stack-frame')).toHaveCount(1);
  await details.getByTestId('library-frames').click();
  await expect(details.getByTestId('stack-frame').nth(1)).toContainText('dispatch');
  await expect(details).toContainText('raise it');
  await expect(details.getByTestId('breadcrumbs')).toContainText('GET /cart');
  await details.getByTestId('older-event').click();
  await expect(details.getByTestId('event-number')).toContainText('Event 2 of 2');

  // decided about, and taken back
  const state = details.getByTestId('error-group-state');
  await page.keyboard.press('e');
  await expect(state).toHaveAttribute('data-state', 'acknowledged');
  await expect(page.getByTestId('error-sentence')).toHaveAttribute('data-wrong', 'false');
  await undo(page);
  await expect(state).toHaveAttribute('data-state', 'open');
  await expect(cart).toHaveAttribute('data-trend', 'new');
  await details.getByTestId('mute-error').click();
  await page.getByTestId('mute-rate').fill('50');
  await page.getByTestId('mute-until-rate').click();
  await expect(state).toContainText('Muted until more than 50 an hour');
  await page.keyboard.press('r');
  await expect(state).toHaveAttribute('data-state', 'resolved');
  await page.keyboard.press('Escape');
  await expect(details).toBeHidden();
  await expect(cart).toHaveCount(0);

  await throwIn(dsn, 'open_cart', 'KeyError', 'no cart 17');
  await expect(cart).toHaveAttribute('data-trend', 'returned');
  await expect(cart).toHaveAttribute('data-state', 'open');

  // what the lines around it say
  await cart.getByTestId('error-group-title').click();
  await details.getByTestId('log-around-error').click();
  await expect(details).toBeHidden();
  await expect(page.getByTestId('errors-views').getByRole('radio', { name: 'Logs' })).toBeChecked();
  await page.getByTestId('errors-view-errors').click();

  // the local endpoint is closed: so it says, and where that is changed
  const { endpoint } = (await holdfast.request('state:get', undefined)).settings;
  await holdfast.request('settings:set', { endpoint: { ...endpoint, enabled: false } });
  await page.getByTestId('errors-view-applications').click();
  await expect(page.getByTestId('error-endpoint-closed')).toBeVisible();
  await expect(page.getByTestId('error-arrival')).toHaveAttribute('data-state', 'closed');
  await page.getByTestId('open-endpoint-setting').click();
  await expect(page.getByTestId('settings-endpoint')).toBeInViewport();
});

test('errors become one and are taken apart, are filtered and written out; the budget; how it looks', async ({
  holdfast,
  page,
  folder,
}) => {
  const { dsn } = await holdfast.request('error-applications:save', { name: 'Shop' });
  await throwIn(dsn ?? '', 'open_cart', 'KeyError', 'no cart 17');
  await throwIn(dsn ?? '', 'set_price', 'ValueError', 'price is -3');
  await page.getByTestId('tab-errors').click();
  const rows = page.getByTestId('error-group');
  await expect(rows).toHaveCount(2);

  // merged into the older one, and apart again
  for (const title of [CART, PRICE]) await group(page, title).getByTestId('select-error-group').check();
  await page.getByTestId('merge-error-groups').click();
  await expect(rows).toHaveCount(1);
  await undo(page);
  await expect(rows).toHaveCount(2);
  for (const title of [CART, PRICE]) await group(page, title).getByTestId('select-error-group').check();
  await page.getByTestId('merge-error-groups').click();
  await expect(rows).toHaveCount(1);
  await page.getByTestId('error-group-title').click();
  await expect(page.getByTestId('error-part')).toHaveCount(2);
  await page.getByTestId('split-error').first().click();
  await expect(page.getByTestId('error-part')).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(rows).toHaveCount(2);

  await page.getByTestId('filter-errors-search').fill('cart');
  await expect(rows).toHaveCount(1);
  const file = path.join(folder, 'errors.json');
  await holdfast.stubDialogs(file);
  await page.getByTestId('export-errors').click();
  await page.getByTestId('export-errors-json').click();
  await expect(page.getByText('The errors were written.')).toBeVisible();
  expect(readFileSync(file, 'utf8')).toContain('no cart 17');
  expect(readFileSync(file, 'utf8')).not.toContain('price is -3');
  await page.getByTestId('filter-errors-search').fill('');
  await expect(rows).toHaveCount(2);

  await expect(page.getByTestId('error-budget')).toContainText('at most 1% may fail');
  await expect(page.getByTestId('budget-request')).toContainText('Within the objective');
  await expect(page.getByTestId('errors-by-type')).toContainText('KeyError');
  for (const looks of LOOKS) {
    await dress(holdfast, page, looks);
    await picture(page, `errors-list-${looks.theme}-${looks.language}`);
    await group(page, CART).getByTestId('error-group-title').click();
    await expect(page.getByTestId('error-event')).toBeVisible();
    await picture(page, `errors-details-${looks.theme}-${looks.language}`);
    expect(await faults(page), `details in ${looks.theme}`).toEqual([]);
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('error-group-details')).toBeHidden();
    expect(await faults(page), `errors in ${looks.theme}`).toEqual([]);
    await page.getByTestId('errors-view-applications').click();
    await expect(page.getByTestId('error-application-dsn')).toBeVisible();
    await picture(page, `errors-applications-${looks.theme}-${looks.language}`);
    expect(await faults(page), `applications in ${looks.theme}`).toEqual([]);
    await page.getByTestId('errors-view-errors').click();
  }
});
