/** What nobody plans: mistakes in Holdfast itself, a job that is killed, a machine that slept. */
import { renameSync } from 'node:fs';
import { expect, test } from './fixtures';
import type { Holdfast } from './launch';
import { guard, JOB_ENDS, makeOrders, points } from './support';

const problems = async (holdfast: Holdfast) => holdfast.request('problems:list', { includeResolved: false });

test('a mistake that nobody catches is recorded, and Holdfast goes on', async ({ holdfast, page }) => {
  await holdfast.app.evaluate(() => {
    setImmediate(() => {
      throw new Error('thrown to nobody');
    });
    setImmediate(() => {
      void Promise.reject(new TypeError('rejected to nobody'));
    });
  });
  await expect.poll(async () => (await problems(holdfast)).map(({ code }) => code)).toContain('INTERNAL');
  await expect
    .poll(async () =>
      (await problems(holdfast)).reduce((sum, { code, count }) => sum + (code === 'INTERNAL' ? count : 0), 0),
    )
    .toBe(2);
  await page.getByTestId('tab-errors').click();
  await expect(page.locator('[data-testid="problem-row"][data-code="INTERNAL"]').first()).toBeVisible();
});

test('a job whose process is killed is told as such, and the next one succeeds', async ({ holdfast, page, folder }) => {
  const id = await guard(holdfast, makeOrders(folder, 'orders.db', 50_000));
  const before = (await points(holdfast, id)).length;
  await holdfast.app.evaluate(({ app }) => {
    // The first job process that appears from now on.
    const timer = setInterval(() => {
      const job = app
        .getAppMetrics()
        .find((metric) => metric.name === 'Holdfast job' || metric.serviceName === 'Holdfast job');
      if (!job) return;
      clearInterval(timer);
      process.kill(job.pid, 'SIGKILL');
    }, 1);
  });
  await page.getByTestId('back-up-now-orders').click();
  await expect
    .poll(async () => (await problems(holdfast)).map(({ code }) => code), JOB_ENDS)
    .toEqual(['CHILD_CRASHED']);
  expect(await points(holdfast, id)).toHaveLength(before);

  await page.getByTestId('back-up-now-orders').click();
  await expect.poll(async () => (await points(holdfast, id)).length, JOB_ENDS).toBe(before + 1);
  await expect(page.getByTestId('database-card-orders')).toHaveAttribute('data-protection', 'protected', JOB_ENDS);
});

test('after sleep Holdfast looks at once: a database that vanished meanwhile is missed', async ({
  holdfast,
  page,
  folder,
}) => {
  const file = makeOrders(folder, 'orders.db', 10);
  await guard(holdfast, file);
  renameSync(file, `${file}.gone`);
  expect(await problems(holdfast)).toEqual([]);
  // In a turn of its own, as the system sends it: what is evaluated may come in the midst of anything.
  await holdfast.app.evaluate(({ powerMonitor }) => void setImmediate(() => powerMonitor.emit('resume')));
  await expect.poll(async () => (await problems(holdfast)).map(({ code }) => code)).toEqual(['DATABASE_MISSING']);
  await expect(page.getByTestId('sentence')).toContainText('orders');
});
