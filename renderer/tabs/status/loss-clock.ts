/** What can be lost while every transaction is kept, counted second by second: a stalled log must show at once. */
import { useEffect, useState } from 'react';
import type { ContinuousStatus } from '@shared/recovery';
import { continuousLoss } from './loss';

const TICK_MS = 1_000;

/** Milliseconds that can be lost at most; null unless continuous protection runs. */
export function useContinuousLoss(continuous: ContinuousStatus): number | null {
  const running = continuous.state === 'running';
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!running) return;
    const tick = (): void => setNow(Date.now());
    tick();
    const timer = setInterval(tick, TICK_MS);
    return () => clearInterval(timer);
  }, [running]);
  return continuousLoss(continuous, now);
}
