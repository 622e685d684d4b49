import { describe, expect, test } from 'vitest';
import { autostartEntry, startsHome } from '../../../electron/desktop/login-entry';

const execLine = (entry: string): string | undefined => entry.split('\n').find((line) => line.startsWith('Exec='));

describe('autostartEntry', () => {
  test('starts the program hidden', () => {
    const entry = autostartEntry(['/opt/Holdfast/holdfast', '--hidden'], '/home/min/.config/Holdfast');
    expect(entry).toMatch(/^\[Desktop Entry]\nType=Application\n/);
    expect(execLine(entry)).toBe('Exec="/opt/Holdfast/holdfast" "--hidden"');
  });

  test('keeps every character of a path: in quotes, escaped twice as the specification asks', () => {
    expect(execLine(autostartEntry(['/a b/50%/"x"/$HOME/`y`/c\\d'], '/h'))).toBe(
      'Exec="/a b/50%%/\\\\"x\\\\"/\\\\$HOME/\\\\`y\\\\`/c\\\\\\\\d"',
    );
  });
});

test('startsHome knows its own home only', () => {
  const entry = autostartEntry(['/opt/Holdfast/holdfast'], '/data/back\\slash');
  expect(startsHome(entry, '/data/back\\slash')).toBe(true);
  expect(startsHome(entry, '/data')).toBe(false);
  expect(startsHome('', '/data')).toBe(false);
});
