/** Takes events as fast as it can until it is killed; prints how many were there whenever it asked. */
import { ErrorBook } from '../../electron/errors/error-book';
import { ANY_ERROR_FILTER } from '@shared/error-groups';
import { openStore } from '../../electron/store/open';
import { event } from '../unit/errors/events';

const [file = '', application = ''] = process.argv.slice(2);
const book = new ErrorBook({
  store: openStore(file),
  settings: () => ({ objectivePercent: 1, keepDays: 90 }),
  address: () => null,
  nowMs: Date.now,
  onChange: () => undefined,
});
let taken = 0;

function turn(): void {
  for (let i = 0; i < 100; i++)
    book.take(application, event({ fingerprint: [`f${taken++ % 7}`], message: `m${taken}` }));
  const { groups } = book.groups(ANY_ERROR_FILTER, 100);
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  process.stdout.write(`${count}\n`, () => {
    // Some that nobody asks for are in memory when it ends.
    for (let i = 0; i < 50; i++) book.take(application, event({ fingerprint: [`f${taken++ % 7}`] }));
    setImmediate(turn);
  });
}
turn();
