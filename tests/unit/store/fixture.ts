/** A store in a folder of its own, and rows to put into it. */
import type { NewDatabase } from '../../../electron/store/databases';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_SCHEDULES } from '@shared/settings';
import { afterEach } from 'vitest';
import type { NewCatalogueEntry } from '../../../electron/store/backups';
import { openStore, type Store } from '../../../electron/store/open';

const undo: (() => void)[] = [];
afterEach(() => {
  for (const step of undo.splice(0).reverse()) step();
});

export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-store-'));
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function scratchStore(file = join(scratchFolder(), 'holdfast.db')): Store {
  const store = openStore(file);
  undo.push(() => store.close());
  return store;
}

export const at = (minute: number) => new Date(Date.UTC(2026, 4, 1, 0, minute)).toISOString();

export const orders: NewDatabase = {
  id: 'db-orders',
  name: 'orders',
  path: '/data/orders.db',
  addedAt: at(0),
  sample: false,
  schedules: DEFAULT_SCHEDULES,
};

export const backup = (id: string, change: Partial<NewCatalogueEntry> = {}): NewCatalogueEntry => ({
  id,
  databaseId: orders.id,
  kind: 'manual',
  createdAt: at(1),
  form: 'full',
  parentId: null,
  chainId: id,
  chainLength: 0,
  changedPages: null,
  file: `/backups/orders/${id}.sqlite.gz`,
  sizeBytes: 100,
  contentBytes: 5_000_000_000,
  sha256: 'a'.repeat(64),
  contentSha256: 'b'.repeat(64),
  pageSizeBytes: 4096,
  pageCount: 3,
  schemaVersion: 1,
  userVersion: -7,
  applicationId: 0x484c4446,
  durationMs: 12.5,
  state: 'proved',
  verifiedAt: at(1),
  checks: [{ step: 'opens', outcome: 'ok', detail: '3 pages' }],
  ...change,
});

/** What was thrown, by code and values. */
export function thrownBy(work: () => unknown): {
  code: string;
  params: Record<string, string | number>;
  detail: string;
} {
  try {
    work();
  } catch (error) {
    const { code, params, detail } = error as { code: string; params: Record<string, string | number>; detail: string };
    return { code, params, detail };
  }
  throw new Error('nothing was thrown');
}
