/** Requests about problems and work under way. */
import type { IpcContext } from './context';
import type { Handlers } from './door';

type Domain = Pick<Handlers, Extract<keyof Handlers, `problems:${string}` | `jobs:${string}`>>;

export function problemHandlers({ core }: IpcContext): Domain {
  return {
    'problems:list': ({ includeResolved }) => core.problems(includeResolved),
    'problems:resolve': ({ problemId }) => {
      core.resolveProblem(problemId);
      return null;
    },
    'jobs:cancel': ({ jobId }) => {
      core.cancelJob(jobId);
      return null;
    },
  };
}
