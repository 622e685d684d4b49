/** The version of Holdfast: from the package.json above this file, wherever the build put it. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const Manifest = z.object({ name: z.literal('holdfast'), version: z.string().min(1) });

let known: string | undefined;

/** Version in the form `1.2.3`. Read once; `unknown` when no package.json of Holdfast is above this file. */
export function holdfastVersion(): string {
  known ??= findVersion(import.meta.dirname);
  return known;
}

function findVersion(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    const manifest = readManifest(join(folder, 'package.json'));
    if (manifest) return manifest.version;
    if (dirname(folder) === folder) return 'unknown';
  }
}

function readManifest(file: string): z.infer<typeof Manifest> | null {
  try {
    return Manifest.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data ?? null;
  } catch {
    // no package.json in this folder: the next one up is looked at
    return null;
  }
}
