import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Tone } from '@/tone';
import { ToneIcon } from './ToneIcon';

/** A state: shape, word and colour together. */
export function Mark({ tone, children, size = 'sm' }: { tone: Tone; children: ReactNode; size?: 'xs' | 'sm' | 'md' }) {
  return (
    <Group gap={6} wrap="nowrap" display="inline-flex" style={{ minWidth: 0, verticalAlign: 'middle' }}>
      <ToneIcon tone={tone} size={size === 'md' ? 18 : size === 'sm' ? 16 : 14} />
      <Text component="span" size={size} fw={500} className={`hf-tone-${tone}`} style={{ minWidth: 0 }}>
        {children}
      </Text>
    </Group>
  );
}
