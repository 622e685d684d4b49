/** What the window and the command ask of destinations, copies and drills: a part of the `Core` facade. */
import type { DestinationInput, DestinationStatus, DestinationTrial, ScanReport } from '@shared/destinations';
import type { CopyPlaces, CopyView, DrillRecord } from '@shared/models';
import type { JobHandle } from './types';

/** Unknown ids are `ITEM_UNKNOWN`. */
export interface Copying {
  destinations(): DestinationStatus[];
  saveDestination(input: DestinationInput): Promise<DestinationStatus>;
  /** Forgets it and its copies; what lies there stays. Restore points that were only there are forgotten too. */
  removeDestination(id: string): void;
  tryDestination(input: DestinationInput): Promise<DestinationTrial>;
  /** Adds to the catalogue what a destination holds. */
  scan(id: string): JobHandle<ScanReport>;
  /** Tries again now what waits or failed. */
  copyNow(id: string): void;
  /** Waits until nothing more is done for it now; says how it stands then. */
  copiedTo(id: string): Promise<DestinationStatus>;
  /** Reads a copy back and compares every byte. */
  verifyCopy(pointId: string, destinationId: string): JobHandle<CopyView>;
  copiesOf(pointId: string): CopyView[];
  placesOf(databaseId: string): CopyPlaces;

  drill(databaseId: string): JobHandle<DrillRecord>;
  drills(databaseId: string): DrillRecord[];
}
