import { IconBucket, IconFolder, IconServer2 } from '@tabler/icons-react';
import type { DestinationKind } from '@shared/destinations';

const ICONS = { folder: IconFolder, s3: IconBucket, sftp: IconServer2 } as const;

/** The picture of a kind of destination; the kind is said in words beside it. */
export function KindIcon({ kind }: { kind: DestinationKind }) {
  const Icon = ICONS[kind];
  return <Icon size={20} stroke={1.6} aria-hidden />;
}
