/** Follows the files of one source. */
import type { FollowerOptions, PollBudget, PollResult } from './types';

export class Follower {
  constructor(readonly options: FollowerOptions) {}

  /** Reads at most so many bytes and returns. Rejects only with what `take` threw. */
  poll(_budget: PollBudget): Promise<PollResult> {
    return Promise.resolve({ readBytes: 0, behindBytes: 0 });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
