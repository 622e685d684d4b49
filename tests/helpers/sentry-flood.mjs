// Sends events over plain HTTP as fast as they are answered, and says how each was answered.
//   node sentry-flood.mjs URL COUNT KINDS
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';

const [url, count, kinds] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const agent = new Agent({ keepAlive: true, maxSockets: 16 });
const frames = Array.from({ length: 4 }, (_, i) => ({
  filename: `/srv/shop/${i}.js`,
  module: `shop.${i}`,
  function: `step${i}`,
  lineno: i,
  colno: 1,
  in_app: true,
  context_line: 'const total = items.reduce((sum, item) => sum + item.price, 0);',
}));

function body(n) {
  const id = randomUUID().replaceAll('-', '');
  const exception = { values: [{ type: `Fault${n % kinds}`, value: `order ${n} failed`, stacktrace: { frames } }] };
  const event = { event_id: id, level: 'error', timestamp: Date.now() / 1000, exception };
  return `{"event_id":"${id}"}\n{"type":"event"}\n${JSON.stringify(event)}\n`;
}

const send = (n) =>
  new Promise((resolve) => {
    const asked = request(url, { method: 'POST', agent }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode));
    });
    asked.once('error', (error) => resolve(error.code));
    asked.end(body(n));
  });

const answers = {};
let next = 0;
await Promise.all(
  Array.from({ length: 16 }, async () => {
    while (next < count) {
      const answer = await send(next++);
      answers[answer] = (answers[answer] ?? 0) + 1;
    }
  }),
);
agent.destroy();
process.send(answers);
