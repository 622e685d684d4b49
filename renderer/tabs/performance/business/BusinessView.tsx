import type { ChartEvent } from '@shared/metrics';

export function BusinessView({ events }: { events: readonly ChartEvent[] }) {
  return <p>{events.length}</p>;
}
