/** Runs a command where it can be run: in this process when the home is free, else in the process that owns it. */
import { setTimeout as wait } from 'node:timers/promises';
import { createCore } from '../core/core';
import { runCommand } from '../core/commands';
import type { Outcome, Progress } from '../core/control-protocol';
import { type OwnerInfo, readOwner } from '../core/home';
import type { Core, JobLauncher } from '../core/types';
import { HoldfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';
import { forward } from './client';
import type { HomeChoice } from './default-home';

export interface RunContext {
  signal: AbortSignal;
  onProgress: (progress: Progress) => void;
}

export interface Command {
  name: string;
  args: unknown;
}

/** Another command ends soon: its turn is waited for. The window and `serve` stay: they answer or they never will. */
const WAIT_FOR_COMMAND_MS = 30_000;
const WAIT_FOR_STAYING_MS = 5_000;
const LOOK_AGAIN_MS = 50;

/**
 * Errors: `HOME_OWNED` when another process owns the home and cannot be asked, `HOME_UNUSABLE`, the command's own.
 */
export async function run(
  choice: HomeChoice,
  launchJob: JobLauncher,
  command: Command,
  context: RunContext,
): Promise<Outcome> {
  const startedMs = performance.now();
  for (;;) {
    const own = await runHere(choice, launchJob, command, context);
    if (own.outcome) return own.outcome;
    const owner = readOwner(choice.home);
    const there = owner && (await runThere(owner, command, context));
    if (there) return there;
    const limitMs = owner?.role === 'command' ? WAIT_FOR_COMMAND_MS : WAIT_FOR_STAYING_MS;
    if (context.signal.aborted || performance.now() - startedMs > limitMs) throw own.refusal;
    await wait(LOOK_AGAIN_MS);
  }
}

/** The outcome, or the refusal (`HOME_OWNED`) when another process owns the home. */
async function runHere(
  choice: HomeChoice,
  launchJob: JobLauncher,
  command: Command,
  context: RunContext,
): Promise<{ outcome: Outcome; refusal?: never } | { outcome?: never; refusal: HoldfastError }> {
  const core = await createCore({
    home: choice.home,
    role: 'command',
    launchJob,
    defaultBackupFolder: choice.backupFolder,
    // A thread of its own takes longer to start than most commands take.
    helperThreads: 'inline',
  }).catch((error: unknown) => {
    if (error instanceof HoldfastError && error.code === 'HOME_OWNED') return error;
    throw error;
  });
  if (core instanceof HoldfastError) return { refusal: core };
  const release = recordMistakes(core);
  try {
    return { outcome: await runCommand(core, command.name, command.args, context) };
  } finally {
    await core.stop();
    release();
  }
}

/** What nobody caught ends the command (`endOnMistakes`); it is on record before that. */
function recordMistakes(core: Core): () => void {
  const record = (thrown: unknown): void => core.reportError(wrapError(thrown).toView());
  process.prependListener('uncaughtException', record);
  process.prependListener('unhandledRejection', record);
  return () => {
    process.off('uncaughtException', record);
    process.off('unhandledRejection', record);
  };
}

/** The outcome; null when the owner did not take the request. */
async function runThere(owner: OwnerInfo, command: Command, context: RunContext): Promise<Outcome | null> {
  try {
    return await forward(owner, command.name, command.args, context);
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'CONTROL_UNREACHABLE') return null;
    throw error;
  }
}
