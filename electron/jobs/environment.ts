/** Environment of job processes. */
import { availableParallelism } from 'node:os';

/** Node's thread pool has four threads unless it is told otherwise before it starts: compression wants one a core. */
export function jobEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, UV_THREADPOOL_SIZE: String(Math.max(4, availableParallelism() + 1)) };
}
