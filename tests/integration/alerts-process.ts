/** Runs courses of alerts on a store until it is killed; prints the number of each look before it. */
import { openStore } from '../../electron/store/open';
import { CourseRun } from './alerts-course';

const [file = '', from = '0'] = process.argv.slice(2);
let count = Number(from);
const run = new CourseRun(openStore(file), count);

function turn(): void {
  process.stdout.write(`${count}\n`, () => {
    count = run.step();
    setImmediate(turn);
  });
}
turn();
