/** Destinations in the window: set up, supplied, looked at, changed and removed, on a real folder and a real SSH server. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import type { DestinationStatus } from '@shared/destinations';
import { makeKey, SshServer } from '../helpers/ssh-server';
import { expect, test } from './fixtures';
import type { Holdfast } from './launch';
import { guard, JOB_ENDS, makeOrders } from './support';

const only = async (holdfast: Holdfast): Promise<DestinationStatus | undefined> =>
  (await holdfast.request('destinations:list', undefined))[0];

/** Opens Settings at its destinations. */
async function openDestinations(page: Page): Promise<void> {
  await page.getByTestId('tab-settings').click();
  await page.getByTestId('settings-search').fill('3-2-1');
  await expect(page.getByTestId('settings-destinations')).toBeVisible();
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .toSorted();
}

async function faultsOfAxe(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode(true)
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
    .analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

test('a folder: added with a passphrase that is made, supplied, looked at, renamed and removed; its files stay', async ({
  holdfast,
  page,
  folder,
}) => {
  await guard(holdfast, makeOrders(folder, 'orders.db', 50));
  const there = path.join(folder, 'disk', 'copies');
  mkdirSync(there, { recursive: true });
  await openDestinations(page);

  // nothing is saved that lacks something: the first field that is wrong has the focus
  await page.getByTestId('add-destination').click();
  await page.getByTestId('editor-save').click();
  await expect(page.getByTestId('destination-path')).toBeFocused();
  await expect(page.getByTestId('destination-path')).toHaveAttribute('aria-invalid', 'true');
  await holdfast.stubDialogs(there);
  await page.getByTestId('choose-destination-folder').click();
  await expect(page.getByTestId('destination-path')).toHaveValue(there);
  await page.getByTestId('destination-encryption').getByText('Passphrase').click();
  await page.getByTestId('make-passphrase').click();
  const passphrase = await page.getByTestId('destination-passphrase').inputValue();
  expect(passphrase).toMatch(/^([0-9a-z]{5}-){5}[0-9a-z]{5}$/);
  expect(await faultsOfAxe(page)).toEqual([]);
  await page.getByTestId('editor-save').click();
  await expect(page.getByTestId('passphrase-noted')).toBeFocused();
  expect(await only(holdfast)).toBeUndefined();

  // saving tries it, which makes the place ready
  await page.getByTestId('passphrase-noted').check();
  await page.getByTestId('editor-save').click();
  await expect(page.getByTestId('destination-editor')).toBeHidden(JOB_ENDS);

  // copied, compared, and said so
  const row = page.getByTestId('destination-row');
  await expect(row).toHaveAttribute('data-state', 'usable', JOB_ENDS);
  await expect(row).toContainText('1 verified copy', JOB_ENDS);
  const copies = filesBelow(there);
  expect(copies.filter((name) => name.endsWith('.sqlite.gz.age'))).toHaveLength(1);
  expect(copies.every((name) => name.endsWith('.age') || path.basename(name).startsWith('.'))).toBe(true);
  const copy = copies.find((name) => name.endsWith('.sqlite.gz.age')) ?? '';
  expect(readFileSync(path.join(there, copy)).subarray(0, 21).toString()).toBe('age-encryption.org/v1');

  // the passphrase is never shown again, and stays when something else is changed
  await page.getByTestId('edit-destination').click();
  await expect(page.getByTestId('destination-passphrase-stored')).toBeVisible();
  await expect(page.getByTestId('destination-passphrase')).toHaveCount(0);
  expect(await page.content()).not.toContain(passphrase);
  await page.getByTestId('destination-name').fill('Second disk');
  await page.getByTestId('editor-try').click();
  await expect(page.getByTestId('trial-result')).toContainText('1 copy lies there already', JOB_ENDS);
  await page.getByTestId('editor-save').click();
  await expect(row).toContainText('Second disk');
  expect((await only(holdfast))?.secrets.passphrase).toBe(true);

  // a look finds what lies there, and leaves alone what is not its own
  writeFileSync(path.join(there, 'orders', 'readme.txt'), 'not a copy');
  await page.getByTestId('scan-destination').click();
  const found = page.getByTestId('scan-result');
  await expect(found).toContainText('1 restore point of orders was found; all were known already', JOB_ENDS);
  await page.getByTestId('scan-foreign').click();
  await expect(found.getByRole('listitem')).toContainText('orders/readme.txt');
  await page.getByTestId('scan-backups').click();
  await expect(page.getByTestId('panel-backups')).toBeVisible();

  await openDestinations(page);
  await page.getByTestId('remove-destination').click();
  await expect(page.getByTestId('confirm-dialog')).toContainText('nothing is deleted at the destination');
  await page.getByTestId('confirm-yes').click();
  await expect(page.getByTestId('add-destination')).toBeVisible();
  await expect(row).toHaveCount(0);
  expect(await only(holdfast)).toBeUndefined();
  expect(existsSync(path.join(there, copy))).toBe(true);
});

test('a server: saved only once a person confirmed its key; another key is told apart', async ({
  holdfast,
  page,
  folder,
}) => {
  const key = await makeKey(folder, 'ed25519');
  const server = await SshServer.start(path.join(folder, 'sshd'), [key]);
  const there = path.join(folder, 'remote');
  try {
    await openDestinations(page);
    await page.getByTestId('add-destination').click();
    await page.getByTestId('destination-kind-sftp').click();
    await page.getByTestId('destination-host').fill('127.0.0.1');
    await page.getByTestId('destination-port').fill(String(server.port));
    await page.getByTestId('destination-user').fill(server.user);
    await page.getByTestId('destination-remote-path').fill(there);
    await page.getByTestId('destination-login').getByText('Private key').click();
    await page.getByTestId('destination-private-key').fill(key.privateKey);
    await page.getByTestId('destination-passphrase').fill('correct horse battery');
    await page.getByTestId('passphrase-noted').check();
    await page.getByTestId('editor-save').click();
    await expect(page.getByTestId('destination-host-key')).toContainText('confirm the key of the server first');
    expect(await only(holdfast)).toBeUndefined();

    await page.getByTestId('editor-try').click();
    const shown = await page.getByTestId('host-key-found').textContent(JOB_ENDS);
    expect(server.hostKeys.map(({ fingerprint }) => fingerprint)).toContain(shown);
    await page.getByTestId('confirm-host-key').click();
    await expect(page.getByTestId('destination-host-key')).toContainText(shown ?? '');
    await page.getByTestId('editor-save').click();
    await expect(page.getByTestId('destination-editor')).toBeHidden();
    expect((await only(holdfast))?.config).toMatchObject({ kind: 'sftp', hostKey: shown, name: '127.0.0.1' });

    // another key than the one that was confirmed: told with both, and nothing is confirmed by itself
    const saved = await only(holdfast);
    if (saved?.config.kind !== 'sftp') throw new Error('the destination is a server');
    const before = `SHA256:${'A'.repeat(43)}`;
    await holdfast.request('destinations:save', {
      id: saved.id,
      config: { ...saved.config, hostKey: before },
      secrets: {},
    });
    await page.getByTestId('tab-status').click();
    await openDestinations(page);
    await page.getByTestId('edit-destination').click();
    await page.getByTestId('editor-try').click();
    const question = page.getByTestId('host-key-question');
    await expect(question).toContainText('another key than the one that was confirmed', JOB_ENDS);
    await expect(question).toContainText(before);
    await expect(page.getByTestId('host-key-found')).toHaveText(shown ?? '');
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('destination-editor')).toBeHidden();
    expect((await only(holdfast))?.config).toMatchObject({ hostKey: before });
  } finally {
    await server.stop();
  }
});
