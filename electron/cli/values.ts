/**
 * The parts of the commands' values that are shown to people. A value may come from another process of another version:
 * it is parsed like everything that crosses a border. Keys that are not named here pass by.
 */
import { z } from 'zod';

const Iso = z.string();

export const Check = z.object({ step: z.string(), outcome: z.enum(['ok', 'warning', 'failed']), detail: z.string() });

const Point = z.object({
  id: z.string(),
  database: z.string(),
  kind: z.string(),
  createdAt: Iso,
  file: z.string(),
  sizeBytes: z.number(),
  contentBytes: z.number(),
  durationMs: z.number(),
  state: z.string(),
  verified: z.boolean(),
  checks: z.array(Check),
});

const Taken = Point.extend({ changedPages: z.number().nullable(), unchanged: z.boolean() });

const Database = z.object({ name: z.string(), path: z.string() });

const Destination = z.object({
  config: z.object({ name: z.string(), kind: z.string(), offsite: z.boolean() }),
  state: z.string(),
  error: z.object({ code: z.string() }).nullable(),
  lastUsedAt: Iso.nullable(),
  copies: z.object({
    total: z.number(),
    verified: z.number(),
    waiting: z.number(),
    failed: z.number(),
    bytes: z.number(),
  }),
});

const Cell = z.union([z.string(), z.number(), z.null()]);

const RowPreview = z.object({
  tables: z.array(
    z.object({
      table: z.string(),
      obstacle: z.string().nullable(),
      columns: z.array(z.string()),
      inserts: z.number(),
      updates: z.number(),
      removes: z.number(),
      same: z.number(),
      differences: z.array(
        z.object({
          change: z.enum(['insert', 'update', 'remove']),
          key: z.array(Cell),
          now: z.array(Cell).nullable(),
          then: z.array(Cell).nullable(),
          changed: z.array(z.number()),
        }),
      ),
    }),
  ),
  newViolations: z.array(z.object({ table: z.string(), rowid: Cell, parent: z.string() })),
});
export type RowPreview = z.infer<typeof RowPreview>;

const RestoreValue = z.object({
  database: z.string(),
  file: z.string(),
  encrypted: z.boolean().default(false),
  contentAt: Iso,
  dryRun: z.boolean(),
  to: z.string(),
  restore: z.object({ outcome: z.string() }).optional(),
  /** Of which tables rows are restored; the whole database when it is left out. */
  tables: z.array(z.string()).optional(),
  rows: RowPreview.optional(),
  preview: z
    .object({
      tables: z.array(
        z.object({
          table: z.string(),
          rowsNow: z.number().nullable(),
          rowsThen: z.number().nullable(),
          schemaChanged: z.boolean(),
        }),
      ),
      otherSchemaChanges: z.array(
        z.object({ type: z.string(), name: z.string(), change: z.enum(['added', 'removed', 'changed']) }),
      ),
      warnings: z.array(z.string()),
    })
    .optional(),
});

export const VALUES = {
  'db-add': Database,
  'db-list': z.array(
    Database.extend({
      protection: z.string(),
      lastProvedAt: Iso.nullable(),
      nextRun: z.object({ kind: z.string(), at: Iso }).nullable(),
      restorePoints: z.number(),
      storedBytes: z.number(),
      problem: z.object({ code: z.string() }).nullable(),
    }),
  ),
  'db-remove': Database,
  backup: Taken,
  backups: z.array(Point),
  verify: z.object({ file: z.string(), verified: z.boolean(), checks: z.array(Check) }).nullable(),
  restore: RestoreValue,
  drill: z
    .object({
      database: z.string(),
      createdAt: Iso,
      verified: z.boolean(),
      checks: z.array(Check),
      tables: z.array(z.object({ result: z.enum(['same', 'changed', 'gone', 'unreadable']) })),
      drill: z.object({ results: z.array(z.object({ pointAt: Iso })) }),
    })
    .nullable(),
  check: z
    .object({
      name: z.string().nullable(),
      file: z.string(),
      sound: z.boolean(),
      checks: z.array(Check),
      rules: z
        .array(
          z.object({
            name: z.string(),
            broken: z.boolean(),
            rows: z.number().nullable(),
            error: z.unknown().nullable(),
          }),
        )
        .default([]),
      repair: z
        .object({
          steps: z.array(z.object({ kind: z.string(), subject: z.string() })),
          faultsAfter: z.number().nullable(),
        })
        .nullable()
        .default(null),
      repairRefused: z.string().nullable().default(null),
      proposals: z.array(z.object({ kind: z.string(), pointId: z.string().nullable(), count: z.number() })).default([]),
    })
    .nullable(),
  retention: z.object({
    dryRun: z.boolean(),
    restorePoints: z.array(
      z.object({
        id: z.string(),
        kind: z.string(),
        createdAt: Iso,
        sizeBytes: z.number(),
        keep: z.boolean(),
        reasons: z.array(z.object({ reason: z.string(), period: z.string().optional() })),
        letGo: z
          .array(z.object({ rule: z.string(), period: z.string().optional(), by: z.string().optional() }))
          .default([]),
      }),
    ),
  }),
  'catalog-rebuild': z.object({
    found: z.number(),
    added: z.number(),
    missing: z.number(),
    proved: z.number(),
    failed: z.number(),
    foreign: z.array(z.string()),
    damaged: z.array(z.string()).default([]),
    unlisted: z.number().default(0),
  }),
  'destination-list': z.array(Destination),
  'destination-add': Destination.extend({ freeBytes: z.number().nullable(), copiesFound: z.number().nullable() }),
  'destination-remove': Destination,
  'destination-scan': z.object({
    found: z.number(),
    added: z.number(),
    databases: z.array(z.string()),
    foreign: z.array(z.object({ file: z.string(), reason: z.string() })),
  }),
  'destination-copy': Destination,
  health: z.object({
    status: z.enum(['pass', 'warn', 'fail']),
    checks: z.record(
      z.string(),
      z.array(
        z.object({
          componentId: z.string(),
          status: z.enum(['pass', 'warn', 'fail']),
          observedValue: z.number().nullable(),
          observedUnit: z.string(),
          output: z.string().optional(),
        }),
      ),
    ),
  }),
};

export type Value<N extends keyof typeof VALUES> = z.infer<(typeof VALUES)[N]>;
