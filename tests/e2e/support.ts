/** Things the tests need of the world: databases that applications own, and files dragged by a hand. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, type Page } from '@playwright/test';
import type { RestorePoint } from '@shared/models';
import type { Holdfast } from './launch';

/** How long a job may take on a machine that is busy with other things. */
export const JOB_ENDS = { timeout: 30_000 };

export interface Order {
  id: number;
  item: string;
}

/** Makes a database of `count` orders in WAL mode, as an application would, and gives its path. */
export function makeOrders(folder: string, name: string, count: number): string {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, name);
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  database.exec('CREATE TABLE orders (id INTEGER PRIMARY KEY, item TEXT NOT NULL)');
  const insert = database.prepare('INSERT INTO orders (item) VALUES (?)');
  database.transaction(() => {
    for (let id = 1; id <= count; id += 1) insert.run(`item ${id}`);
  })();
  database.close();
  return file;
}

/** Runs a statement on the live database, as its application would. */
export function change(file: string, sql: string): void {
  const database = new Database(file, { fileMustExist: true });
  database.exec(sql);
  database.close();
}

/** The orders that are in a database now. */
export function orders(file: string): Order[] {
  const database = new Database(file, { readonly: true, fileMustExist: true });
  const rows = database.prepare('SELECT id, item FROM orders ORDER BY id').all() as Order[];
  database.close();
  return rows;
}

/** Guards a database without the window, and gives its id once its first backup is proved. */
export async function guard(holdfast: Holdfast, file: string): Promise<string> {
  const { id } = await holdfast.request('databases:add', { file });
  await expect
    .poll(async () => {
      const state = await holdfast.request('state:get', undefined);
      const busy = state.jobs.some((job) => job.databaseId === id);
      return !busy && state.databases.find(({ database }) => database.id === id)?.protection;
    }, JOB_ENDS)
    .toBe('protected');
  return id;
}

/** Backs a database up and gives the restore point, once it is proved. */
export async function backUp(holdfast: Holdfast, databaseId: string): Promise<RestorePoint> {
  const before = new Set((await points(holdfast, databaseId)).map(({ id }) => id));
  await holdfast.request('backups:start', { databaseId });
  let made: RestorePoint | undefined;
  await expect
    .poll(async () => {
      made = (await points(holdfast, databaseId)).find(({ id }) => !before.has(id));
      return made?.state;
    }, JOB_ENDS)
    .toBe('proved');
  return made!;
}

/** Restore points of a database, newest first. */
export function points(holdfast: Holdfast, databaseId: string): Promise<RestorePoint[]> {
  return holdfast.request('backups:list', { databaseId });
}

/** Opens Backups and selects a restore point there. */
export async function selectPoint(page: Page, point: RestorePoint): Promise<void> {
  await page.getByTestId('tab-backups').click();
  await page.locator(`[data-point="${point.id}"]`).click();
}

/** Drags a file over the window, as the desktop does. */
export async function drag(page: Page, files: string[]): Promise<{ drop(): Promise<void>; leave(): Promise<void> }> {
  const session = await page.context().newCDPSession(page);
  const size = await page.evaluate(() => ({ width: window.innerWidth, height: window.innerHeight }));
  const at = { x: size.width / 2, y: size.height / 2 };
  const data = { items: [], files, dragOperationsMask: 1 };
  const send = (type: 'dragEnter' | 'dragOver' | 'drop') =>
    session.send('Input.dispatchDragEvent', { type, ...at, data });
  await send('dragEnter');
  await send('dragOver');
  return {
    async drop() {
      await send('drop');
      await session.detach();
    },
    // The protocol's own `dragCancel` reaches no page; this is the event that a page gets when the pointer leaves.
    async leave() {
      await page.getByTestId('drop-overlay').dispatchEvent('dragleave', { relatedTarget: null });
      await session.detach();
    },
  };
}

/** Drops a file on the window. */
export async function drop(page: Page, file: string): Promise<void> {
  const hand = await drag(page, [file]);
  await expect(page.getByTestId('drop-overlay')).toBeVisible();
  await hand.drop();
  await expect(page.getByTestId('drop-overlay')).toBeHidden();
}
