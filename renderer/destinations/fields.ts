/** What every part of the editor is given. */
import type { DestinationStatus } from '@shared/destinations';
import type { DestinationDraft } from './draft';
import type { FaultField } from './read-draft';

export interface FieldProps {
  draft: DestinationDraft;
  /** Null for a new one. */
  destination: DestinationStatus | null;
  change: (part: Partial<DestinationDraft>) => void;
  /** What is wrong with a field, in words; undefined while it need not be said. */
  fault: (field: FaultField) => string | undefined;
}

/** The words of a field stand below it, where its fault will stand. */
export const BELOW: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error'];
