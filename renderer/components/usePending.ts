import { useState } from 'react';

/** Wraps an action so that its button can show that it runs. */
export function usePending<A extends unknown[], T>(
  action: (...given: A) => Promise<T>,
): [run: (...given: A) => Promise<T>, pending: boolean] {
  const [running, setRunning] = useState(0);
  const run = async (...given: A): Promise<T> => {
    setRunning((count) => count + 1);
    try {
      return await action(...given);
    } finally {
      setRunning((count) => count - 1);
    }
  };
  return [run, running > 0];
}
