import type { ChartEvent } from '@shared/metrics';

export function ApplicationsView({ events }: { events: readonly ChartEvent[] }) {
  return <p>{events.length}</p>;
}
