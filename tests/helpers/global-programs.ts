/** Global set-up of the integration tests: the programs under test are built once. */
import type { TestProject } from 'vitest/node';
import { buildPrograms } from './build-programs';

/** Resolves with what clears up after the run. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { remove, ...programs } = await buildPrograms();
  project.provide('programs', programs);
  return remove;
}
