/** The `holdfast` command: reads the command line, runs it, says what came of it. */
import type { Language } from '@shared/settings';
import { resolveLanguage } from '@shared/text';
import type { Outcome } from '../core/control-protocol';
import { holdfastVersion } from '../core/version';
import { type Invocation, readCommandLine, wantsJson } from './args';
import { chooseHome } from './default-home';
import { withDestinationFile } from './destination-file';
import { describeFailure, EXIT, type Failure, failureJson, failureOf, failureText } from './failure';
import { builtProgram, forkLauncher } from './fork-launcher';
import { withPassphrase } from './passphrase';
import { progressLine } from './progress';
import { render } from './render';
import { run } from './run';
import { serve } from './serve';
import { cliText } from './text';

interface Speech {
  json: boolean;
  /** JSON is read by programs on any machine: it speaks English everywhere. */
  language: Language;
}

const launchJob = forkLauncher(builtProgram('job', import.meta.url));

async function main(argv: string[]): Promise<number> {
  const json = wantsJson(argv);
  const speech: Speech = { json, language: json ? 'en' : terminalLanguage() };
  try {
    return await perform(readCommandLine(argv), speech);
  } catch (error) {
    const failure = failureOf(error, speech.language);
    await tellFailure(failure, undefined, speech);
    return failure.exitCode;
  }
}

async function perform(invocation: Invocation, speech: Speech): Promise<number> {
  const text = cliText(speech.language);
  switch (invocation.kind) {
    case 'help':
      await tell(speech, { help: text.help }, text.help);
      return EXIT.done;
    case 'version':
      await tell(speech, { version: holdfastVersion() }, `${holdfastVersion()}\n`);
      return EXIT.done;
    case 'serve':
      await service(invocation, speech);
      return EXIT.done;
    case 'command':
      return command(invocation, speech);
  }
}

async function command(invocation: Invocation & { kind: 'command' }, speech: Speech): Promise<number> {
  endOnMistakes(speech);
  const progress = progressLine(process.stderr, speech.language);
  const { signal } = abortOnSignals(() => {
    progress.clear();
    process.stderr.write(`${cliText(speech.language).ended}\n`);
  });
  const perform = (asked: { name: string; args: Record<string, unknown> }): Promise<Outcome> =>
    run(chooseHome(invocation.home), launchJob, asked, { signal, onProgress: progress.show }).finally(progress.clear);
  const asked = await withDestinationFile(invocation, process.env);
  const outcome = await withPassphrase(asked, perform, process.env, {
    input: process.stdin,
    output: process.stderr,
    question: cliText(speech.language).passphraseOf,
  });
  const columns = process.stdout.isTTY ? process.stdout.columns : undefined;
  const value = () => render(invocation.name, outcome.value, { language: speech.language, columns });
  if (!outcome.problem) {
    await tell(speech, outcome.value, value);
    return EXIT.done;
  }
  const failure = describeFailure(outcome.problem, speech.language, EXIT.found);
  if (!speech.json) await write(process.stdout, value());
  await tellFailure(failure, outcome, speech);
  return failure.exitCode;
}

/** What nobody caught is told like every other failure: still one JSON document, still an exit status. Gives the end of that. */
function endOnMistakes(speech: Speech): () => void {
  const end = async (thrown: unknown) => {
    const failure = failureOf(thrown, speech.language);
    await tellFailure(failure, undefined, speech);
    process.exit(failure.exitCode);
  };
  const onMistake = (thrown: unknown): void => void end(thrown);
  process.once('uncaughtException', onMistake);
  process.once('unhandledRejection', onMistake);
  return () => {
    process.off('uncaughtException', onMistake);
    process.off('unhandledRejection', onMistake);
  };
}

async function service({ home, port }: Invocation & { kind: 'serve' }, speech: Speech): Promise<void> {
  const release = endOnMistakes(speech);
  const text = cliText(speech.language);
  const { signal } = abortOnSignals(() => process.stderr.write(`${text.stopping}\n`));
  await serve({
    choice: chooseHome(home),
    port,
    launchJob,
    launchCapture: forkLauncher(builtProgram('capture', import.meta.url)),
    launchMounts: forkLauncher(builtProgram('mounts', import.meta.url)),
    launchLogs: forkLauncher(builtProgram('logs', import.meta.url)),
    signal,
    onCore: release,
    onReady(ready) {
      const { safeMode } = ready;
      if (safeMode) process.stderr.write(`${text.safeMode(safeMode.crashes, safeMode.detail)}\n`);
      else process.stderr.write(`${text.serving(ready.address)}\n`);
      if (speech.json) process.stdout.write(document({ ok: true, value: { ...ready, pid: process.pid } }));
    },
  });
}

/** The first signal asks for an orderly end, the second ends at once. */
function abortOnSignals(onFirst: () => void): AbortController {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(EXIT.failed);
      onFirst();
      controller.abort();
    });
  }
  return controller;
}

async function tell(speech: Speech, value: unknown, text: string | (() => string)): Promise<void> {
  if (speech.json) await write(process.stdout, document({ ok: true, value }));
  else await write(process.stdout, typeof text === 'string' ? text : text());
}

/** A check that found something tells its value too: what was looked at, and what is wrong with it. */
async function tellFailure(failure: Failure, found: Outcome | undefined, speech: Speech): Promise<void> {
  if (!speech.json) {
    await write(process.stderr, failureText(failure, speech.language));
    return;
  }
  const value = found && found.value !== null ? { value: found.value } : {};
  await write(process.stdout, document({ ok: false, error: failureJson(failure), ...value }));
}

function document(content: object): string {
  return `${JSON.stringify(content, null, 2)}\n`;
}

function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => {
      // the reader went away, as `head` does: nobody is left to tell
      if (!error || (error as NodeJS.ErrnoException).code === 'EPIPE') resolve();
      else reject(error);
    });
  });
}

/** Language of the terminal, from the locale of the environment. */
function terminalLanguage(): Language {
  return resolveLanguage('system', Intl.DateTimeFormat().resolvedOptions().locale);
}

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
// A core that was stopped leaves nothing running; ending here keeps one forgotten timer from holding the terminal.
process.exit(await main(process.argv.slice(2)));
