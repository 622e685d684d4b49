/** Performance: live charts, one range for all of them, and what people set up to be watched. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { guard, makeOrders } from './support';

/** A sample, a closed minute or a probe may take its time on a busy machine. */
const MEASURED = { timeout: 30_000 };
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

const VIEWS = ['Machine', 'Services', 'Applications', 'Business'] as const;

/** Opens one of the views. */
async function openView(page: Page, view: (typeof VIEWS)[number]): Promise<void> {
  await page.getByTestId('tab-performance').click();
  await page.getByTestId('performance-views').getByText(view, { exact: true }).click();
}

/** A small web service of this machine; `status` can be changed while it runs. */
async function startService(): Promise<{ url: string; answer: { status: number; body: string }; server: Server }> {
  const answer = { status: 200, body: 'well' };
  const server = createServer((_request, response) => {
    response.writeHead(answer.status, { 'Content-Type': 'text/plain; version=0.0.4' }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, answer, server };
}

/** A port that nobody listens on now. */
async function freePort(): Promise<number> {
  const { url, server } = await startService();
  await new Promise((resolve) => server.close(resolve));
  return Number(new URL(url).port);
}

test('live charts fill themselves and say what they show', async ({ page }) => {
  await page.getByTestId('tab-performance').click();
  const cpu = page.getByTestId('chart-cpu');
  await expect(cpu).toHaveAttribute('data-state', 'ready', MEASURED);
  await expect(page.getByTestId('metric-tile').first()).toContainText('%');
  await expect(page.getByTestId('plot-cpu')).toHaveAttribute('aria-label', /^Processor load.*average [\d.]+%/);
  // nothing is drawn below the part that can be seen
  const processes = page.getByTestId('processes');
  await processes.scrollIntoViewIfNeeded();
  await expect(processes.getByRole('row')).not.toHaveCount(1, MEASURED);
  await expect(processes.getByText('Holdfast', { exact: true }).first()).toBeVisible(MEASURED);
});

test('a sample a second while live charts are seen', async ({ holdfast, page }) => {
  const pause = async (): Promise<number> => {
    const times = (await holdfast.request('metrics:history', undefined)).map(({ atMs }) => atMs);
    return (times.at(-1) ?? 0) - (times.at(-2) ?? 0);
  };
  await page.getByTestId('tab-performance').click();
  await expect.poll(pause, MEASURED).toBeLessThan(3_000);
  await page.getByTestId('tab-status').click();
  await expect.poll(pause, MEASURED).toBeGreaterThan(3_000);
});

test('one range for all charts: dragging zooms, keys move, and there is a way back', async ({ page }) => {
  await page.getByTestId('tab-performance').click();
  await expect(page.getByTestId('chart-cpu')).toHaveAttribute('data-state', 'ready', MEASURED);
  const plot = page.getByTestId('plot-cpu');
  const box = (await plot.boundingBox())!;
  const window = page.getByTestId('range-window');
  await expect(window).toHaveCount(0);

  await page.mouse.move(box.x + box.width * 0.4, box.y + 80);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.9, box.y + 80, { steps: 4 });
  await page.mouse.up();
  await expect(window).toBeVisible();
  const zoomed = await window.textContent();

  await plot.focus();
  await page.keyboard.press('-');
  await expect(window).not.toHaveText(zoomed ?? '');
  await page.getByTestId('range-back').click();
  await expect(window).toHaveText(zoomed ?? '');
  await page.getByTestId('range-reset').click();
  await expect(window).toHaveCount(0);

  // a week has no more than these minutes: the chart says so, and stays where it can be used
  await page.getByTestId('performance-ranges').getByText('7 d', { exact: true }).click();
  await expect(plot).toBeVisible();
  await page.getByTestId('performance-ranges').getByText('Live', { exact: true }).click();
  await expect(page.getByTestId('chart-cpu')).toHaveAttribute('data-state', 'ready', MEASURED);
});

test('a chart leaves as a picture and as figures', async ({ holdfast, page, folder }) => {
  await page.getByTestId('tab-performance').click();
  await expect(page.getByTestId('chart-cpu')).toHaveAttribute('data-state', 'ready', MEASURED);
  const picture = path.join(folder, 'chart.png');
  await holdfast.stubDialogs(picture);
  await page.getByTestId('export-cpu').click();
  await page.getByRole('menuitem', { name: /PNG/ }).click();
  await expect(page.getByText(picture)).toBeVisible();
  expect(readFileSync(picture).subarray(0, 4)).toEqual(PNG);

  const figures = path.join(folder, 'chart.csv');
  await holdfast.stubDialogs(figures);
  await page.getByTestId('export-cpu').click();
  await page.getByRole('menuitem', { name: /CSV/ }).click();
  await expect(page.getByText(figures)).toBeVisible();
  expect(readFileSync(figures, 'utf8').split('\n')[0]).toContain('cpu.busy');
});

test('a service is tried before it is kept, watched, paused, taken back and removed', async ({ page }) => {
  const service = await startService();
  try {
    await openView(page, 'Services');
    await page.getByTestId('add-probe').click();
    await page.getByTestId('editor-save').click();
    await expect(page.getByText('Enter an address that begins with')).toBeVisible();

    service.answer.status = 503;
    await page.getByTestId('probe-url').fill(service.url);
    await page.getByTestId('probe-name').fill('Shop');
    await page.getByTestId('editor-try').click();
    await expect(page.getByTestId('probe-result')).toContainText('503');
    service.answer.status = 200;
    await page.getByTestId('editor-try').click();
    await expect(page.getByTestId('probe-result')).toHaveAttribute('data-ok', 'true');
    await page.getByTestId('editor-save').click();
    const row = page.getByTestId('probe-Shop');
    await expect(row).toHaveAttribute('data-state', 'up', MEASURED);

    await page.getByTestId('probe-menu-Shop').click();
    await page.getByRole('menuitem', { name: 'Pause' }).click();
    await expect(row).toHaveAttribute('data-state', 'paused');
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect(row).not.toHaveAttribute('data-state', 'paused');

    await row.getByRole('button').first().click();
    await expect(page.getByRole('img', { name: /of the last \d+ tries succeeded/ })).toBeVisible();
    await page.getByTestId('probe-menu-Shop').click();
    await page.getByRole('menuitem', { name: 'Remove…' }).click();
    await page.getByTestId('confirm-yes').click();
    await expect(row).toHaveCount(0);
  } finally {
    service.server.close();
  }
});

test('an application pushes, another is fetched; both have charts', async ({ holdfast, page }) => {
  const service = await startService();
  service.answer.body = '# TYPE jobs_waiting gauge\njobs_waiting 7\n';
  try {
    // a port of its own: the usual one may be another Holdfast's
    const port = await freePort();
    const address = `http://127.0.0.1:${port}`;
    await holdfast.request('settings:set', { endpoint: { enabled: true, port } });
    const endpoint = () => holdfast.request('endpoint:get', undefined);
    await expect.poll(async () => (await endpoint()).address).toBe(address);
    const { tokenFile } = await endpoint();
    await openView(page, 'Applications');
    await page.getByTestId('connect-application-open').click();
    await expect(page.getByTestId('connect-application')).toContainText(`${address}/v1/metrics`);
    await expect(page.getByTestId('connect-application')).toContainText(tokenFile);

    await page.getByTestId('connect-way').getByText('Fetch from it (Prometheus)').click();
    await page.getByTestId('scrape-url').fill(service.url);
    await page.getByTestId('scrape-name').fill('worker');
    await page.getByTestId('editor-try').click();
    await expect(page.getByTestId('scrape-result')).toContainText('jobs_waiting');
    await page.getByTestId('editor-save').click();

    const answer = await fetch(`${address}/v1/metrics`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${readFileSync(tokenFile, 'utf8').trim()}`,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify({
        resourceMetrics: [
          {
            resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
            scopeMetrics: [
              {
                metrics: [
                  {
                    name: 'queue_length',
                    gauge: { dataPoints: [{ asDouble: 3, timeUnixNano: `${Date.now()}000000` }] },
                  },
                ],
              },
            ],
          },
        ],
      }),
    });
    expect(answer.status).toBe(200);
    for (const name of ['worker', 'shop']) {
      await page.getByTestId(`application-${name}`).click(MEASURED);
      await expect(page.getByTestId(`application-${name}`)).toContainText('Receiving', MEASURED);
      await expect(page.locator(`[data-testid^="chart-app-${name}"]`).first()).toBeVisible(MEASURED);
    }
  } finally {
    service.server.close();
  }
});

test('a figure comes from a query: dry run, target, value and the rows behind it', async ({
  holdfast,
  page,
  folder,
}) => {
  await guard(holdfast, makeOrders(folder, 'orders.db', 250));
  await openView(page, 'Business');
  await page.getByTestId('add-figure').click();
  await page.getByTestId('business-sql').fill('DROP TABLE orders');
  await page.getByTestId('editor-try').click();
  await expect(page.getByTestId('error-notice')).toContainText('not a plain reading one');
  await page.getByTestId('business-sql').fill('SELECT count(*) FROM orders');
  await page.getByTestId('editor-try').click();
  await expect(page.getByTestId('business-result')).toContainText('Gives 250');

  await page.getByTestId('business-name').fill('Orders');
  await page.getByTestId('business-direction').click();
  await page.locator('[role=option][value=at-least]').click();
  await page.getByTestId('business-target').fill('300');
  await page.getByLabel('Rows behind the number').fill('SELECT id, item FROM orders ORDER BY id');
  await page.getByTestId('editor-save').click();
  const card = page.getByTestId('figure-Orders');
  await expect(card).toContainText('250', MEASURED);
  await expect(card).toHaveAttribute('data-met', 'false');
  await expect(card).toContainText('Missed: at least 300');

  await page.getByTestId('rows-Orders').click();
  await expect(page.getByTestId('business-rows')).toContainText('item 17');
});

test('a figure that fits a database is set up with one click, and suggested no more', async ({ holdfast, page }) => {
  await holdfast.request('databases:add-sample', undefined);
  await openView(page, 'Business');
  const suggestion = page.getByTestId('suggest-approval-rate');
  await suggestion.click(MEASURED);
  await expect(page.getByTestId('figure-Approval rate')).toContainText('%', MEASURED);
  await expect(suggestion).toHaveCount(0);
});

test('views and ranges are reached by keys alone', async ({ page }) => {
  await page.getByTestId('tab-performance').click();
  await page.getByTestId('performance-views').getByRole('radio', { name: 'Machine' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByTestId('add-probe')).toBeVisible();
  await page.getByTestId('performance-ranges').getByRole('radio', { name: 'Live' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(page.getByTestId('performance-ranges').getByRole('radio', { name: '15 min' })).toBeChecked();
});
