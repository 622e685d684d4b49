import { AppShell, Group, Skeleton, Stack } from '@mantine/core';
import classes from './Rail.module.css';

/** The window's outline until the first state arrives. */
export function ShellSkeleton() {
  return (
    <AppShell
      layout="alt"
      navbar={{ width: 88, breakpoint: 0 }}
      header={{ height: 52 }}
      padding={0}
      transitionDuration={0}
    >
      <AppShell.Navbar withBorder={false}>
        <div className={classes.rail} />
      </AppShell.Navbar>
      <AppShell.Header>
        <Group h="100%" px="lg">
          <Skeleton height={18} width={280} />
        </Group>
      </AppShell.Header>
      <AppShell.Main>
        <Stack p="lg" aria-busy>
          <Skeleton height={220} />
          <Skeleton height={140} />
        </Stack>
      </AppShell.Main>
    </AppShell>
  );
}
