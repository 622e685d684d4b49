import { Button, Text } from '@mantine/core';
import type { RestorePoint } from '@shared/models';
import { Mark } from '@/components/Mark';
import { useNow } from '@/format/now';
import { useTexts } from '@/i18n';
import { PROOF_TONE } from '@/tone';
import { builtOn, linksOf } from './chains';
import { showPoint } from './selection';

/** What a restore point needs, and what needs it. */
export function ChainFacts({ point, points }: { point: RestorePoint; points: RestorePoint[] }) {
  const { t } = useTexts();
  const later = builtOn(point, points).length;
  return (
    <div data-testid="chain-facts">
      {point.form === 'full' ? <Text>{t('chain.alone')}</Text> : <Needs point={point} points={points} />}
      {later > 0 && <Text c="dimmed">{t('chain.usedBy', { count: later })}</Text>}
    </div>
  );
}

function Needs({ point, points }: { point: RestorePoint; points: RestorePoint[] }) {
  const { t, format } = useTexts();
  const now = useNow();
  const links = linksOf(point, points);
  const [base] = links ?? [];
  if (!links || !base) return <Mark tone="bad">{t('chain.baseMissing')}</Mark>;
  const broken =
    point.state !== 'elsewhere' && links.some(({ state }) => PROOF_TONE[state] !== 'ok' && state !== 'unproved');
  return (
    <>
      <Text>{t('chain.needs', { time: format.stamp(base.createdAt, now), count: point.chainLength })}</Text>
      {broken && (
        <Text component="div">
          <Mark tone="bad">{t('chain.brokenBy')}</Mark>
        </Text>
      )}
      <Button variant="default" size="compact-xs" mt={4} onClick={() => showPoint(base)}>
        {t('chain.show')}
      </Button>
    </>
  );
}
