import { Group, Stack, Text, Tooltip } from '@mantine/core';
import type { ProofCheck } from '@shared/models';
import { useTexts } from '@/i18n';
import { CHECK_TONE } from '@/tone';
import { ToneIcon } from './ToneIcon';

/** The steps of a proof, each with its outcome in shape and word; the technical finding on hover. */
export function CheckList({ checks }: { checks: ProofCheck[] }) {
  const { t, shared } = useTexts();
  return (
    <Stack component="ul" gap={3} p={0} m={0} style={{ listStyle: 'none' }}>
      {checks.map((check) => (
        <Group component="li" key={check.step} gap={8} wrap="nowrap">
          <ToneIcon tone={CHECK_TONE[check.outcome]} size={14} />
          <Tooltip label={check.detail} disabled={!check.detail} multiline maw={420}>
            <Text component="span" style={{ flex: 1 }}>
              {shared(`proofStep.${check.step}`)}
            </Text>
          </Tooltip>
          <Text
            component="span"
            size="xs"
            className={check.outcome === 'ok' ? 'hf-tone-muted' : `hf-tone-${CHECK_TONE[check.outcome]}`}
          >
            {t(`check.${check.outcome}`)}
          </Text>
        </Group>
      ))}
    </Stack>
  );
}
