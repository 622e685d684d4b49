import { Group, Progress, Stack, Text } from '@mantine/core';
import type { MetricSample } from '@shared/models';
import { Panel } from '@/components/Panel';
import { useTexts } from '@/i18n';

/** From here on a disk is called nearly full. */
const NEARLY_FULL = 0.9;

/** How full each disk is. */
export function Disks({ disks }: { disks: MetricSample['disks'] }) {
  const { t, format } = useTexts();
  return (
    <Panel title={t('performance.disks')}>
      {disks.length === 0 && <Text c="dimmed">{t('performance.noDisks')}</Text>}
      <Stack gap="sm">
        {disks.map(({ mount, usedBytes, totalBytes }) => {
          const fraction = totalBytes > 0 ? usedBytes / totalBytes : 0;
          const full = fraction >= NEARLY_FULL;
          const figures = t('performance.freeOf', {
            free: format.bytes(totalBytes - usedBytes),
            total: format.bytes(totalBytes),
          });
          return (
            <div key={mount}>
              <Group justify="space-between" wrap="nowrap" mb={4}>
                <Text ff="monospace" size="xs" className="hf-selectable" truncate>
                  {mount}
                </Text>
                <Text size="xs" className={full ? 'hf-tone-bad' : 'hf-tone-muted'} style={{ whiteSpace: 'nowrap' }}>
                  {figures}
                  {full && ` · ${t('performance.nearlyFull')}`}
                </Text>
              </Group>
              <Progress
                value={fraction * 100}
                size={8}
                color={full ? 'var(--hf-bad)' : undefined}
                transitionDuration={0}
                aria-label={`${mount}: ${figures}`}
              />
            </div>
          );
        })}
      </Stack>
    </Panel>
  );
}
