import { Button, Text } from '@mantine/core';
import type { DrillResult, RestorePoint } from '@shared/models';
import { Mark } from '@/components/Mark';
import { TimeText } from '@/components/TimeText';
import { useTexts } from '@/i18n';
import { useDrills } from '@/queries';
import { Section } from './PointDetails';
import { showDrills } from './selection';

/** How the newest drill of this restore point ended; nothing while there was none. */
export function PointDrill({ point }: { point: RestorePoint }) {
  const { t } = useTexts();
  const { data } = useDrills(point.databaseId);
  const drill = data?.find(({ results }) => results.some(({ pointId }) => pointId === point.id));
  const result = drill?.results.find(({ pointId }) => pointId === point.id);
  if (!drill || !result) return null;
  return (
    <Section
      title={t('drills.title')}
      aside={
        <Button variant="default" size="compact-xs" onClick={showDrills}>
          {t('drills.show')}
        </Button>
      }
    >
      <Text component="div">
        <DrillOutcome result={result} at={drill.finishedAt} />
      </Text>
    </Section>
  );
}

function DrillOutcome({ result, at }: { result: DrillResult; at: string }) {
  const { t } = useTexts();
  const passed = result.outcome === 'passed';
  return (
    <Mark tone={passed ? 'ok' : 'bad'}>
      {t(passed ? 'drills.passed' : 'drills.failed')}{' '}
      <Text component="span" c="dimmed" fw={400}>
        <TimeText iso={at} />
      </Text>
    </Mark>
  );
}
