/** Pieces of row schemas that several tables share. */
import { ERROR_CODES, type ErrorCode, type ErrorView, SEVERITIES } from '@shared/errors';
import { z } from 'zod';

/** JSON in a text column, parsed by `schema`. */
export function json<T>(schema: z.ZodType<T>) {
  return z.string().transform((text, context): T => {
    const parsed = schema.safeParse(parseJson(text));
    if (parsed.success) return parsed.data;
    context.addIssue({ code: 'custom', message: parsed.error.message });
    return z.NEVER;
  });
}

/** Undefined for text that is no JSON: every schema here refuses that. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** 0 or 1 in an integer column. */
export const flag = z.union([z.literal(0), z.literal(1)]).transform((value) => value === 1);

export const errorCode = z.enum(ERROR_CODES as [ErrorCode, ...ErrorCode[]]);

/** An error that was kept. */
export const errorView = z.object({
  code: errorCode,
  severity: z.enum(SEVERITIES),
  retryable: z.boolean(),
  params: z.record(z.string(), z.union([z.string(), z.number()])),
  detail: z.string(),
}) satisfies z.ZodType<ErrorView>;

/** A count that a query gives. */
export const countRow = z.object({ n: z.number() }).transform((row) => row.n);
