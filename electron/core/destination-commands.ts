/** What the `holdfast` command asks about destinations: the places that copies go to. */
import { DestinationConfig, DestinationSecrets, type DestinationStatus } from '@shared/destinations';
import { z } from 'zod';
import { errorFromView, holdfastError } from '../errors/holdfast-error';
import { type CommandContext, type CommandOutcome, finish } from './command-work';
import type { Core } from './types';

const PROGRESS_EVERY_MS = 200;

export const DestinationAddArgs = z.object({ config: DestinationConfig, secrets: DestinationSecrets });

export function listDestinations(core: Core): CommandOutcome {
  return { value: core.copying.destinations() };
}

/**
 * Tries a destination from end to end, and keeps it. Errors: INVALID_INPUT {reason} for an SSH server whose key was not
 * confirmed, what trying and saving throw.
 */
export async function addDestination(
  core: Core,
  { config, secrets }: z.infer<typeof DestinationAddArgs>,
  { signal }: CommandContext,
): Promise<CommandOutcome> {
  const input = { id: null, config, secrets };
  if (config.kind === 'sftp' && config.hostKey === '') {
    const { hostKey } = await orCancelled(core.copying.tryDestination(input), signal);
    const reason = `the server shows the key ${hostKey}; compare it with what the server says of itself, and set hostKey`;
    throw holdfastError('INVALID_INPUT', { params: { reason } });
  }
  const { freeBytes, copiesFound } = await orCancelled(core.copying.tryDestination(input), signal);
  const status = await core.copying.saveDestination(input);
  return { value: { ...status, freeBytes, copiesFound } };
}

export function removeDestination(core: Core, name: string): CommandOutcome {
  const destination = destinationByName(core, name);
  core.copying.removeDestination(destination.id);
  return { value: destination };
}

export async function scanDestination(core: Core, name: string, context: CommandContext): Promise<CommandOutcome> {
  const { id } = destinationByName(core, name);
  return { value: await finish(core, core.copying.scan(id), context) };
}

/**
 * Copies now what waits, and waits for the end. Errors: why something still waits.
 */
export async function copyToDestination(
  core: Core,
  name: string,
  { signal, onProgress }: CommandContext,
): Promise<CommandOutcome> {
  const { id, config } = destinationByName(core, name);
  const unusable = (reason: string) => holdfastError('DESTINATION_UNUSABLE', { params: { name: config.name, reason } });
  if (!config.enabled) throw unusable('it is switched off');
  core.copying.copyNow(id);
  const timer = setInterval(() => {
    const job = core.jobs().find(({ kind }) => COPY_JOBS.has(kind));
    if (job) onProgress(job);
  }, PROGRESS_EVERY_MS);
  try {
    const status = await orCancelled(core.copying.copiedTo(id), signal);
    if (status.error) throw errorFromView(status.error);
    const { waiting, failed } = status.copies;
    const failure = failed + waiting > 0 ? failureOf(core, status) : null;
    if (failure) throw errorFromView(failure);
    if (waiting > 0) throw unusable(`copies still wait: ${waiting}`);
    return { value: status };
  } finally {
    clearInterval(timer);
  }
}

const COPY_JOBS: ReadonlySet<string> = new Set(['copy', 'scan', 'verify-copy']);

/** Why a copy that is owed is not there. */
function failureOf(core: Core, { id }: DestinationStatus) {
  for (const point of core.backups()) {
    const copy = core.copying.copiesOf(point.id).find(({ destinationId, error }) => destinationId === id && error);
    if (copy?.error) return copy.error;
  }
  return null;
}

/** By name, as people type it, or by id. @throws ITEM_UNKNOWN */
function destinationByName(core: Core, name: string): DestinationStatus {
  const all = core.copying.destinations();
  const same = (other: string): boolean => other.localeCompare(name, undefined, { sensitivity: 'accent' }) === 0;
  const found = all.find(({ config }) => same(config.name)) ?? all.find(({ id }) => id === name);
  if (!found) throw holdfastError('ITEM_UNKNOWN', { params: { name } });
  return found;
}

/** What is under way goes on where another process does it; only the waiting ends. */
async function orCancelled<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let leave = (): void => undefined;
  const left = new Promise<never>((_resolve, reject) => {
    leave = () => reject(holdfastError('CANCELLED'));
  });
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  try {
    return await Promise.race([work, left]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}
