/** What the main process and the job processes of the log say to each other. */
import { z } from 'zod';

const Path = z.string().min(1);
const count = z.number().int().nonnegative();

export const LogReplay = z.object({
  generationId: z.string(),
  files: z.array(
    z.object({
      file: Path,
      number: count,
      expected: z.object({ sizeBytes: count, sha256: z.string() }).nullable(),
      through: count,
    }),
  ),
  replayFrom: count,
  usableFrom: count,
  upTo: count,
  upToMs: z.number().nullable(),
});
