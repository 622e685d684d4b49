import Database from 'better-sqlite3';
import { afterEach, expect, test, vi } from 'vitest';
import { pin } from '../../../electron/backup/live-image';

afterEach(() => vi.restoreAllMocks());

test('a snapshot is of the moment just before it was pinned; one that was pinned much later is given up for another', () => {
  const connection = new Database(':memory:');
  // Began, pinned; the first time this process had to wait a second in between.
  const times = [1_000, 2_000, 3_000, 3_010];
  vi.spyOn(Date, 'now').mockImplementation(() => times.shift() ?? 9_999);
  expect(pin(connection)).toBe(3_000);
  expect(connection.inTransaction).toBe(true);
  connection.close();
});
