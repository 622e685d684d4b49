// An application with @sentry/node as it comes: sends what its arguments name, and ends.
//   node sentry-client.mjs DSN SCENARIO…
import * as Sentry from '@sentry/node';

const [dsn, ...scenarios] = process.argv.slice(2);
Sentry.init({ dsn, release: 'shop@1.0', environment: 'test' });
Sentry.setTag('region', 'eu');
Sentry.addBreadcrumb({ category: 'cart', message: 'loaded', level: 'info' });

function pay(order) {
  throw new TypeError(`order ${order} cannot be paid`, { cause: new Error('no connection') });
}

const SCENARIOS = {
  handled() {
    try {
      pay(1);
    } catch (error) {
      Sentry.captureException(error);
    }
  },
  message: () => Sentry.captureMessage('the stock is low', 'warning'),
  large() {
    Sentry.setExtra('report', 'x'.repeat(100_000));
    Sentry.captureException(new RangeError('a large one'));
    Sentry.setExtra('report', null);
  },
  // more than the SDK has in hand at once: it gives the rest up, and says so when the process ends
  burst() {
    for (let n = 0; n < 150; n++) Sentry.captureException(new Error(`burst ${n}`));
  },
  rejection: () => void Promise.reject(new Error('nobody waits for this')),
  uncaught: () => setTimeout(() => pay(2)),
};

for (const name of scenarios) {
  SCENARIOS[name]();
  await Sentry.flush(10_000);
}
