import { useState } from 'react';
import { usePending } from '@/components/usePending';

interface Editing<C, R> {
  /** What is ready to be saved; null while a field is wrong. */
  config: C | null;
  save: (config: C) => Promise<unknown>;
  attempt?: (config: C) => Promise<R>;
  onSaved: () => void;
}

/** State of a form: faults are shown once somebody tried to go on, a refusal until the next try. */
export function useEditing<C, R>({ config, save, attempt, onSaved }: Editing<C, R>) {
  const [strict, setStrict] = useState(false);
  const [refused, setRefused] = useState<unknown>(null);
  const [result, setResult] = useState<R | null>(null);
  const [runSave, saving] = usePending(async (ready: C) => {
    try {
      await save(ready);
      onSaved();
    } catch (thrown) {
      setRefused(thrown);
    }
  });
  const [runAttempt, trying] = usePending(async (ready: C, run: (config: C) => Promise<R>) => {
    try {
      setResult(await run(ready));
    } catch (thrown) {
      setRefused(thrown);
    }
  });
  const begin = (run: (ready: C) => Promise<void>): void => {
    setRefused(null);
    setResult(null);
    if (config === null) setStrict(true);
    else void run(config);
  };
  return {
    strict,
    refused,
    result,
    saving,
    trying,
    onSave: () => begin(runSave),
    onTry: () => begin((ready) => (attempt ? runAttempt(ready, attempt) : Promise.resolve())),
    /** A field was changed: what a try said is no longer about what is there. */
    forget: () => {
      setResult(null);
      setRefused(null);
    },
  };
}
