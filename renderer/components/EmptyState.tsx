import { Center, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props {
  icon: ReactNode;
  title: string;
  detail: string;
  /** Inside a panel, beside others. */
  compact?: boolean;
  /** One button. */
  children?: ReactNode;
}

/** Nothing here yet: what would be here, and one way on. */
export function EmptyState({ icon, title, detail, compact = false, children }: Props) {
  return (
    <Center py={compact ? 14 : 56} px="lg">
      <Stack gap="xs" align="center" maw={420} ta="center">
        <span className="hf-tone-muted">{icon}</span>
        <Text size="md" fw={600}>
          {title}
        </Text>
        <Text c="dimmed">{detail}</Text>
        {children && <div style={{ marginTop: 8 }}>{children}</div>}
      </Stack>
    </Center>
  );
}
