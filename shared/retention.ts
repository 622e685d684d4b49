/** How many restore points are kept. */
import { z } from 'zod';

const keepCount = (most: number) => z.number().int().min(0).max(most);

export const RetentionPolicy = z
  .object({
    /** The newest so many points of changed pages. */
    incremental: keepCount(2_000).default(96),
    daily: keepCount(366),
    weekly: keepCount(260),
    monthly: keepCount(240),
  })
  .refine((policy) => policy.daily + policy.weekly + policy.monthly > 0, { message: 'keep at least one' });
export type RetentionPolicy = z.infer<typeof RetentionPolicy>;
