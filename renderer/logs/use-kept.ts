import { useState } from 'react';

/** A state that begins anew when `key` is another one. */
export function useKept<T>(key: string, start: T): [value: T, set: (next: T) => void] {
  const [held, setHeld] = useState({ key, value: start });
  const value = held.key === key ? held.value : start;
  return [value, (next) => setHeld({ key, value: next })];
}
