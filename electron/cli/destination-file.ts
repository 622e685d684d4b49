/** What `destination add` is given: a file, and secrets from the environment, which is not kept in a file by accident. */
import { readFile } from 'node:fs/promises';
import { holdfastError } from '../errors/holdfast-error';
import { wrapError } from '../errors/wrap';

interface Command {
  name: string;
  args: Record<string, unknown>;
}

const MOST_CHARACTERS = 200_000;
const VARIABLES = {
  HOLDFAST_SECRET_ACCESS_KEY: 'secretAccessKey',
  HOLDFAST_PASSWORD: 'password',
  HOLDFAST_PASSPHRASE: 'passphrase',
  HOLDFAST_IDENTITY: 'identity',
} as const;
const KEY_FILE = 'HOLDFAST_PRIVATE_KEY_FILE';

/** What a file may leave out. */
const USUAL = {
  enabled: true,
  retention: { daily: 7, weekly: 4, monthly: 12 },
  ...{ endpoint: '', prefix: '', pathStyle: true, port: 22, hostKey: '' },
};

/**
 * Puts what the file of `destination add` says, and the secrets of the environment, in the place of the file's name. The
 * variables are gone afterwards: no other process needs them. Other commands pass; the passphrase stays for them.
 * Errors: those of reading a file; INVALID_INPUT {reason} for one that holds something else.
 */
export async function withDestinationFile(command: Command, env: NodeJS.ProcessEnv): Promise<Command> {
  const isAdd = command.name === 'destination-add';
  const secrets: Record<string, string> = {};
  for (const [variable, secret] of Object.entries(VARIABLES)) {
    const value = env[variable];
    if (variable !== 'HOLDFAST_PASSPHRASE' || isAdd) delete env[variable];
    if (value) secrets[secret] = value;
  }
  const keyFile = env[KEY_FILE];
  delete env[KEY_FILE];
  if (!isAdd) return command;
  if (keyFile) secrets.privateKey = await read(keyFile);
  const file = String(command.args.file);
  const given = objectIn(await read(file), file);
  const { config, secrets: written = {}, ...rest } = given;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw invalid(`${file} has a key that is not known: ${unknown}`);
  if (!isObject(config) || !isObject(written)) throw invalid(`${file} needs "config", and may have "secrets"`);
  // It stands in another place, unless it is a folder of this machine: that has to be said.
  const usual = { ...USUAL, ...(config.kind === 'folder' ? {} : { offsite: true }) };
  return { name: command.name, args: { config: { ...usual, ...config }, secrets: { ...written, ...secrets } } };
}

async function read(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((thrown: unknown) => {
    throw wrapError(thrown, { path: file });
  });
  if (text.length > MOST_CHARACTERS) throw invalid(`${file} is too long`);
  return text;
}

function objectIn(text: string, file: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // The words of the parser would show what the file holds.
  }
  throw invalid(`${file} is not a JSON object`);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const invalid = (reason: string) => holdfastError('INVALID_INPUT', { params: { reason } });
