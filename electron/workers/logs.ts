/** Entry of the process that follows, indexes and searches log files; and of its threads for regular expressions. */
import os from 'node:os';
import { LogsProcess } from '../logs/process/logs-process';
import { regexThreads, serveRegex } from '../logs/process/regex-thread';
import { ToLogs } from '../logs/protocol';
import { connectLine } from './parent';

/** The last word is on its way when the process could end; one that is still here after so long ends all the same. */
const LAST_WORD_MS = 500;

/** Of nineteen. */
const NICENESS = 5;

if (!serveRegex()) {
  giveWayToOthers();
  const line = connectLine();
  const logs = new LogsProcess({
    send: (message) => line.send(message),
    startRegex: regexThreads(new URL(import.meta.url)),
    nowMs: Date.now,
    onStopped: () => setTimeout(() => process.exit(0), LAST_WORD_MS),
  });
  line.onMessage((raw) => logs.take(ToLogs.parse(raw)));
}

/** Reading logs gives way to the applications that write them; not wholly, because somebody may wait for an answer. */
function giveWayToOthers(): void {
  try {
    os.setPriority(NICENESS);
  } catch (thrown) {
    // A sandbox may forbid it: the process is then only less polite.
    const { code, info } = thrown as NodeJS.ErrnoException & { info?: { code?: string } };
    if (!['EPERM', 'EACCES'].includes(info?.code ?? code ?? '')) throw thrown;
  }
}
