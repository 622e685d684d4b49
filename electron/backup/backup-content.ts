/** What a backup stores: the whole image, or the pages that changed since its parent. Runs in a job process. */
import fs from 'node:fs/promises';
import { chooseEarly, chooseForm, type FormReason, type ParentFacts } from './choose-form';
import { ChangesSource } from './changes-format';
import { MEMBER_BYTES } from './compress';
import { CHANGES_FORMAT, FULL_FORMAT } from './manifest';
import { comparePageMaps, type PageChanges, readPageMapHeader } from './page-map';
import type { SnapshotFacts } from './snapshot';
import type { BackupRequest } from './take-backup';
import type { BackupContent } from './write-backup';

/** They are small: what a higher level takes longer is not noticed. */
const CHANGES_LEVEL = 6;

type Parent = NonNullable<BackupRequest['parent']>;

export interface ChosenForm {
  reason: FormReason;
  /** Null when the whole image is to be stored. */
  changes: PageChanges | null;
}

/** Decides what to store. @throws what comparing page maps throws */
export async function choose(
  { parent, newMapFile }: Pick<BackupRequest, 'parent' | 'newMapFile'>,
  snapshot: SnapshotFacts,
  signal: AbortSignal,
): Promise<ChosenForm> {
  const facts: ParentFacts | null = parent && { ...parent, filesThere: await allThere(parent.files) };
  const early = chooseEarly(facts, snapshot);
  if (early) return { reason: early.reason, changes: null };
  const changes = parent && newMapFile !== null ? await compare(parent, newMapFile, signal) : null;
  const { form, reason } = chooseForm(facts, snapshot, changes?.changedCount ?? null);
  return { reason, changes: form === 'changes' ? changes : null };
}

/** Null when the map is not that of the parent's image, or damaged. */
async function compare(parent: Parent, newMapFile: string, signal: AbortSignal): Promise<PageChanges | null> {
  const header = await readPageMapHeader(parent.mapFile);
  if (header?.contentSha256 !== parent.contentSha256) return null;
  return comparePageMaps(parent.mapFile, newMapFile, signal);
}

/** True when every file is where it was, with the size it had. */
export async function allThere(files: readonly { file: string; sizeBytes: number }[]): Promise<boolean> {
  for (const { file, sizeBytes } of files) {
    const stat = await fs.stat(file).catch(() => null);
    if (!stat?.isFile() || stat.size !== sizeBytes) return false;
  }
  return true;
}

/** Runs `use` with what is to be written, and closes what that has open. */
export async function withContent<T>(
  request: BackupRequest,
  snapshot: SnapshotFacts,
  changes: PageChanges | null,
  use: (content: BackupContent) => Promise<T>,
): Promise<T> {
  const { parent, newMapFile } = request;
  if (!changes || !parent || newMapFile === null) return use(wholeImage(request, snapshot));
  const image = await fs.open(request.snapshotFile, 'r');
  try {
    const map = await fs.open(newMapFile, 'r');
    try {
      return await use(changedPages(request, snapshot, parent, new ChangesSource(image, map, changes), changes));
    } finally {
      await map.close();
    }
  } finally {
    await image.close();
  }
}

const wholeImage = (request: BackupRequest, snapshot: SnapshotFacts): BackupContent => ({
  source: request.snapshotFile,
  contentSha256: snapshot.contentSha256,
  sizeBytes: snapshot.pageCount * snapshot.pageSizeBytes,
  manifest: () => ({ format: FULL_FORMAT, ...described(request, snapshot) }),
});

const changedPages = (
  request: BackupRequest,
  snapshot: SnapshotFacts,
  parent: Parent,
  source: ChangesSource,
  changes: PageChanges,
): BackupContent => ({
  source,
  sizeBytes: source.sizeBytes,
  level: CHANGES_LEVEL,
  manifest: (stream) => ({
    format: CHANGES_FORMAT,
    ...described(request, snapshot),
    parentId: parent.pointId,
    parentContentSha256: parent.contentSha256,
    chainId: parent.chainId,
    chainLength: parent.chainLength + 1,
    changedPages: changes.changedCount,
    streamBytes: source.sizeBytes,
    streamSha256: stream.contentSha256,
  }),
});

function described(request: BackupRequest, snapshot: SnapshotFacts) {
  const { pageSizeBytes, pageCount, schemaVersion, userVersion, applicationId } = snapshot;
  const { contentSha256, journalMode, encoding, sqliteVersion } = snapshot;
  return {
    id: request.id,
    database: request.database,
    ...(request.home === undefined ? {} : { home: request.home }),
    kind: request.kind,
    createdAt: snapshot.pinnedAt,
    contentBytes: pageCount * pageSizeBytes,
    memberBytes: MEMBER_BYTES,
    ...{ contentSha256, journalMode, encoding, sqliteVersion },
    ...{ pageSizeBytes, pageCount, schemaVersion, userVersion, applicationId },
  };
}
