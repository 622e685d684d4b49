/** An outbox in a process of its own, so that a test can kill it: store file, port of the mail server, keys to write. */
import { createTranslator } from '@shared/text';
import { guardedRequest } from '../../../electron/net/guarded-request';
import { createCarriers } from '../../../electron/notify/carriers';
import { createOutbox } from '../../../electron/notify/outbox';
import { createVault } from '../../../electron/secrets/vault';
import { openStore } from '../../../electron/store/open';

const [file = '', port = '', ...keys] = process.argv.slice(2);
const store = openStore(file);
const vault = createVault({ table: store.secrets, cipher: null });
const translate = () => createTranslator('en');
const say = (line: string) => process.stdout.write(`${line}\n`);
const outbox = createOutbox({
  store,
  vault,
  carriers: createCarriers({
    vault,
    showNative: () => Promise.resolve(),
    request: guardedRequest,
    translate,
    host: 'workshop',
    nowMs: Date.now,
  }),
  translate,
  clock: { nowMs: Date.now },
  random: Math.random,
  onChange: () => undefined,
  onOutcome: ({ delivery }) => say(`${delivery.state} ${delivery.title}`),
  report: (error) => say(`error ${error.message}`),
  problems: { reportOnce: () => undefined, settle: () => undefined },
});
const id = 'mail';
if (!store.channels.get(id)) {
  store.channels.save(
    id,
    {
      kind: 'email',
      name: 'Mail',
      enabled: true,
      minSeverity: 'LOW',
      host: '127.0.0.1',
      port: Number(port),
      security: 'none',
      user: '',
      from: 'holdfast@example.com',
      to: ['ops@example.com'],
    },
    new Date().toISOString(),
  );
}
for (const key of keys) {
  outbox.enqueue(id, {
    kind: 'notice',
    severity: 'HIGH',
    alerts: [],
    threadId: key,
    idempotencyKey: key,
    place: { tab: 'errors' },
    notice: { key: 'backup-overdue', params: { name: key, hours: 2 } },
  });
}
outbox.start();
// The outbox itself keeps no process alive.
setInterval(() => undefined, 60_000);
