import { expect, test } from 'vitest';
import type { JobProcess } from '../../../electron/core/types';
import { withLoggedOutput } from '../../../electron/jobs/child-output';
import { type LogFields, NO_LOG } from '../../../electron/logs/types';

function launched() {
  const said: LogFields[] = [];
  let hear = (_text: string): void => undefined;
  let end = (): void => undefined;
  const started: JobProcess = {
    pid: 7,
    ...{ send: () => undefined, onMessage: () => undefined, kill: () => undefined },
    onExit: (listener) => (end = () => listener(1)),
    onErrorText: (listener) => (hear = listener),
  };
  const log = { ...NO_LOG, warning: (_message: string, fields: LogFields = {}) => void said.push(fields) };
  withLoggedOutput(() => started, 'job', log)();
  return { said, write: (text: string) => hear(text), end: () => end() };
}

test('lines are logged as a whole, also when they come in pieces, and the last one without an end', () => {
  const { said, write, end } = launched();
  write('fir');
  write('st\n\nsecond\nthi');
  write('rd');
  expect(said.map(({ text }) => text)).toEqual(['first', 'second']);
  end();
  expect(said).toEqual(['first', 'second', 'third'].map((text) => ({ child: 'job', pid: 7, text })));
});

test('what is too much is counted: lines, and characters of a line', () => {
  const { said, write, end } = launched();
  for (let piece = 0; piece < 100; piece++) write('x'.repeat(1_000));
  write('\n');
  for (let line = 0; line < 50; line++) write(`line ${line}\n`);
  end();
  expect(String(said[0]?.['text'])).toHaveLength(2_000);
  expect(said).toHaveLength(21);
  expect(said.at(-1)).toEqual({ child: 'job', linesLeftOut: 31 });
});
