import type { ChartEvent } from '@shared/metrics';

export function ServicesView({ events }: { events: readonly ChartEvent[] }) {
  return <p>{events.length}</p>;
}
