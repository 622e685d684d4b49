import { Group, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import classes from './Panel.module.css';

interface Props {
  title: string;
  /** Beside the title, at the right. */
  aside?: ReactNode;
  children: ReactNode;
  testId?: string;
}

/** A titled surface. */
export function Panel({ title, aside, children, testId }: Props) {
  const id = useId();
  return (
    <section className={classes.panel} aria-labelledby={id} data-testid={testId}>
      <Group justify="space-between" wrap="nowrap" mb="xs" mih={26}>
        <Title order={2} id={id}>
          {title}
        </Title>
        {aside}
      </Group>
      {children}
    </section>
  );
}
