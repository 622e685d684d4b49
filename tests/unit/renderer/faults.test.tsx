/** What breaks in the window: reported once each, and told where it broke. */
import { renderToStaticMarkup } from 'react-dom/server';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { WindowError } from '@shared/ipc-diagnosis';
import { FaultBoundary } from '@/faults/FaultBoundary';
import { FaultNotice } from '@/faults/FaultNotice';
import { captureFaults, createReporter, windowError } from '@/faults/report';
import { startTexts } from '@/i18n';

beforeAll(() => {
  vi.stubGlobal('navigator', { language: 'en' });
  return startTexts('en');
});

const fault = (message: string, where = 'status'): WindowError => ({
  kind: 'render',
  where,
  message,
  stack: 'at a\nat b',
});

describe('an error of the window', () => {
  function reporter() {
    const sent: WindowError[] = [];
    const clock = { ms: 0 };
    return {
      sent,
      clock,
      report: createReporter(
        (error) => void sent.push(error),
        () => clock.ms,
      ),
    };
  }

  it('is reported once, and again after a minute', () => {
    const { sent, clock, report } = reporter();
    for (let count = 0; count < 100; count++) report(fault('the same'));
    expect(sent).toHaveLength(1);
    clock.ms = 59_999;
    expect(report(fault('the same'))).toBe(false);
    clock.ms = 60_000;
    expect(report(fault('the same'))).toBe(true);
    expect(sent).toHaveLength(2);
  });

  it('is another one in another place, or with other words', () => {
    const { sent, report } = reporter();
    report(fault('one'));
    report(fault('two'));
    report(fault('one', 'backups'));
    expect(sent).toHaveLength(3);
  });

  it('does not flood the disk: twenty of a minute, and the next ones after it', () => {
    const { sent, clock, report } = reporter();
    for (let count = 0; count < 1_000; count++) report(fault(`number ${count}`));
    expect(sent).toHaveLength(20);
    clock.ms = 60_000;
    report(fault('later'));
    expect(sent).toHaveLength(21);
  });

  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  it.each<[string, unknown]>([
    ['an error', new TypeError('x is not a function')],
    ['a text', 'thrown by hand'],
    ['null', null],
    ['nothing', undefined],
    ['an object', { code: 7 }],
    ['a cycle', cycle],
    ['a number that JSON does not know', 1n],
    ['a very long one', new Error('x'.repeat(100_000))],
  ])('%s fits the contract', (_what, thrown) => {
    const error = windowError('uncaught', 'window', thrown, '\n    at Component');
    expect(WindowError.parse(error)).toEqual(error);
    expect(error.message).not.toBe('');
  });

  it('that nobody catches is heard, a resize that takes two frames is not', () => {
    const listeners = new Map<string, (event: unknown) => void>();
    const heard: WindowError[] = [];
    const target = {
      addEventListener: (name: string, listener: (event: unknown) => void) => listeners.set(name, listener),
    };
    captureFaults(target as never, (error) => void heard.push(error));
    listeners.get('error')?.({ error: new RangeError('too far'), message: 'Uncaught RangeError: too far' });
    listeners.get('error')?.({ error: null, message: 'ResizeObserver loop completed with undelivered notifications.' });
    listeners.get('error')?.({ error: null, message: 'Script error.' });
    listeners.get('unhandledrejection')?.({ reason: 'nobody waits' });
    expect(heard.map(({ kind, where, message }) => [kind, where, message])).toEqual([
      ['uncaught', 'window', 'RangeError: too far'],
      ['uncaught', 'window', 'Script error.'],
      ['rejection', 'window', 'nobody waits'],
    ]);
  });
});

describe('a part that could not be drawn', () => {
  const notice = (shape: 'tab' | 'floating' | 'window', where: string) =>
    renderToStaticMarkup(
      <FaultNotice
        thrown={new Error('broken <b>')}
        where={where}
        name="Status"
        shape={shape}
        retry={() => undefined}
      />,
    );

  it('says what happened, what it means and what to do, and keeps its details closed', () => {
    const markup = notice('tab', 'status');
    for (const words of ['could not be drawn: Status', 'Backups, schedules and watching go on', 'Open the tab again']) {
      expect(markup).toContain(words);
    }
    for (const button of ['Try again', 'Open Errors', 'Show details']) expect(markup).toContain(button);
    expect(markup).not.toContain('broken');
  });

  it('offers only what leads somewhere', () => {
    expect(notice('tab', 'errors')).not.toContain('Open Errors');
    expect(notice('window', 'window')).not.toContain('Open Errors');
    expect(notice('window', 'window')).toContain('Reload the window');
  });

  it('is kept as a fault until it is tried again, also when nothing was thrown but null', () => {
    expect(FaultBoundary.getDerivedStateFromError(null)).toEqual({ fault: { thrown: null } });
  });
});
