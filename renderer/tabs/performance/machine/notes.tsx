import { Group, Tooltip } from '@mantine/core';
import { Mark } from '@/components/Mark';
import { useTexts } from '@/i18n';
import { useReading } from '@/metrics-store';
import { fillTone } from './forecast';
import { newestValue } from './values';

/** Free space of a disk, and when it is full if it goes on like this. */
export function DiskNote({ subject }: { subject: string }) {
  const { t, format } = useTexts();
  const space = useReading((_newest, all) => {
    const free = newestValue(all, `disk.free:${subject}`);
    const total = newestValue(all, `disk.total:${subject}`);
    if (free === null || total === null) return '';
    return t('performance.disk.freeOf', { free: format.bytes(free), total: format.bytes(total) });
  });
  const fullIn = useReading((_newest, all) => newestValue(all, `disk.full-in:${subject}`));
  if (fullIn === null) return <>{space}</>;
  const forecast = t('performance.disk.fullIn', { time: format.metric(fullIn, 'hours') });
  const tone = fillTone(fullIn);
  return (
    <Group gap={8} wrap="nowrap">
      {space}
      <Tooltip label={t('performance.disk.trend')}>
        <span style={{ display: 'inline-flex' }}>
          {tone ? (
            <Mark tone={tone} size="xs">
              {forecast}
            </Mark>
          ) : (
            forecast
          )}
        </span>
      </Tooltip>
    </Group>
  );
}

/** What of a graphics processor has another unit than its chart. */
export function GraphicsNote({ subject }: { subject: string }) {
  const { t, format } = useTexts();
  const heat = useReading((_newest, all) => newestValue(all, `gpu.temperature:${subject}`));
  return heat === null ? null : <>{t('performance.gpu.temperature', { heat: format.metric(heat, 'celsius') })}</>;
}
