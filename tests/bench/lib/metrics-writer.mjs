/**
 * A process that measures, a simulated minute after the other as fast as it can, until it is killed. Started with the
 * built keeper, the folder and the time to begin at; prints the start of each minute that is written.
 */
import { writeSync } from 'node:fs';

const [keeperFile, folder, startMs] = process.argv.slice(2);
const { openMetricKeeper } = await import(keeperFile);
let nowMs = Number(startMs);
const keeper = await openMetricKeeper({
  folder,
  nowMs: () => nowMs,
  elapsedMs: () => nowMs,
  timeZone: () => 'Europe/Berlin',
  report: (error) => writeSync(2, `${error.message}\n`),
  queries: 'inline',
});
await keeper.start();
await keeper.settled();
for (;;) {
  const minute = nowMs;
  for (; nowMs < minute + 60_000; nowMs += 30_000) {
    for (let i = 0; i < 400; i++) keeper.record(`app.value:shop/${i}`, Math.sin(i + nowMs) * 1e5, nowMs);
    keeper.observe('operation.time:query', 5 + (nowMs % 977), nowMs);
    keeper.endTick(nowMs);
  }
  // The first tick of the next minute closes this one.
  keeper.endTick(nowMs);
  await keeper.settled();
  writeSync(1, `${minute}\n`);
}
