/** What `destination add` takes from its file and from the environment. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withDestinationFile } from '../../electron/cli/destination-file';
import { errorOf } from '../helpers/engine';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-file-'));
  file = join(folder, 'place.json');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function given(content: unknown, env: NodeJS.ProcessEnv = {}) {
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return withDestinationFile({ name: 'destination-add', args: { file } }, env);
}

describe('the file of a destination', () => {
  it('may leave out what is usual; a folder has to say whether it stands elsewhere', async () => {
    const usual = { enabled: true, retention: { daily: 7, weekly: 4, monthly: 12 }, port: 22, hostKey: '' };
    expect((await given({ config: { kind: 'sftp', host: 'a', port: 2222 } })).args).toMatchObject({
      config: { ...usual, kind: 'sftp', host: 'a', port: 2222, offsite: true },
      secrets: {},
    });
    expect((await given({ config: { kind: 'folder' } })).args.config).not.toHaveProperty('offsite');
  });

  it('has its secrets completed by the environment, which loses them', async () => {
    await writeFile(join(folder, 'id'), 'the key');
    const env = {
      HOLDFAST_SECRET_ACCESS_KEY: 'a',
      HOLDFAST_PASSWORD: 'b',
      HOLDFAST_PRIVATE_KEY_FILE: join(folder, 'id'),
      HOLDFAST_PASSPHRASE: 'c',
      HOLDFAST_IDENTITY: 'd',
      PATH: '/bin',
    };
    const { args } = await given({ config: {}, secrets: { password: 'old', identity: 'old' } }, env);
    expect(args.secrets).toEqual({
      ...{ secretAccessKey: 'a', password: 'b', privateKey: 'the key', passphrase: 'c', identity: 'd' },
    });
    expect(env).toEqual({ PATH: '/bin' });
  });

  it('leaves the passphrase to other commands, and no other secret', async () => {
    const env = { HOLDFAST_PASSWORD: 'b', HOLDFAST_PASSPHRASE: 'c' };
    const command = { name: 'restore', args: { name: 'x' } };
    expect(await withDestinationFile(command, env)).toBe(command);
    expect(env).toEqual({ HOLDFAST_PASSPHRASE: 'c' });
  });

  it.each([
    ['no JSON', 'password: hunter2'],
    ['another value', '["hunter2"]'],
    ['no config', '{}'],
    ['a config that is none', '{"config":"hunter2"}'],
    ['secrets that are none', '{"config":{},"secrets":["hunter2"]}'],
    ['a key that is not known', '{"config":{},"secret":{"password":"hunter2"}}'],
    ['too much', JSON.stringify({ config: {}, secrets: { password: 'hunter2'.repeat(50_000) } })],
  ])('that has %s is refused, and nothing of it is told', async (_what, content) => {
    const error = await errorOf(given(content));
    expect(error.code).toBe('INVALID_INPUT');
    expect(JSON.stringify(error.toView())).not.toContain('hunter2');
  });

  it('that is not there is named, as is a private key', async () => {
    const missing = withDestinationFile({ name: 'destination-add', args: { file: join(folder, 'nowhere') } }, {});
    expect((await errorOf(missing)).toView()).toMatchObject({
      code: 'FILE_NOT_FOUND',
      params: { path: join(folder, 'nowhere') },
    });
    const noKey = await errorOf(given({ config: {} }, { HOLDFAST_PRIVATE_KEY_FILE: join(folder, 'id') }));
    expect(noKey.toView()).toMatchObject({ code: 'FILE_NOT_FOUND', params: { path: join(folder, 'id') } });
  });
});
