/** The programs that the tests of a run share. */
import { inject } from 'vitest';
import type { Programs } from './build-programs';

declare module 'vitest' {
  export interface ProvidedContext {
    programs: Programs;
  }
}

/** Built when the run begins (`global-programs.ts`). */
export const builtPrograms = (): Programs => inject('programs');
